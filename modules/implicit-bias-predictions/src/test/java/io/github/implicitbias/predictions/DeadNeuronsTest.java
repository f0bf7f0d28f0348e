package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DeadNeuronsTest extends TeacherRuns {

  /** Two neurons of which the second is off for all samples; the third is 0. */
  private static PlainStack partlyDead() {
    Sphere sphere = new Sphere();
    double[] weights = sphere.weights();
    double[] biases = sphere.biases();
    biases[1] = -0.5;
    Arrays.fill(weights, 10, 15, 0);
    PlainStack net =
        PlainStack.builder(sphere.probe(), sphere.loss, sphere.rate)
            .neurons(3, 0, weights, biases)
            .build();
    net.observe();
    return net;
  }

  @Test
  void deadNeurons_stayAsTheyAre() {
    PlainStack net = partlyDead();
    Prediction.Check check = DEAD.start(net);
    String text = check.conditions().toString();
    assertTrue(
        text.contains(
            "2 of 3 neurons are dead, 2 of them for all inputs no longer than the longest sample"),
        text);
    Verdict verdict = Sphere.run(check, net, 200);
    holds(verdict);
    assertEquals(0, verdict.measured());
    assertEquals(0, verdict.bound());
    assertEquals(-0.5, net.network().layer(0).biases()[1]);
  }

  @Test
  void aNeuronThatIsDeadOnTheSamplesOnly_isNotCertifiedDead() {
    Sphere sphere = new Sphere();
    sphere.neurons = new int[] {0};
    sphere.scale = 1;
    // Samples are shorter than 1 and none points along the direction.
    sphere.startBias = -0.98;
    String text = DEAD.start(sphere.build()).conditions().toString();
    assertTrue(text.contains("1 of 1 neurons are dead, 0 of them"), text);
    sphere.startBias = -1;
    text = DEAD.start(sphere.build()).conditions().toString();
    assertTrue(text.contains("1 of 1 neurons are dead, 1 of them"), text);
    sphere.startBias = 0;
    text = DEAD.start(sphere.build()).conditions().toString();
    assertTrue(text.contains("0 of 1 neurons are dead"), text);
  }

  @Test
  void aNeuronThatDiesInTraining_isFollowedFromThenOn() {
    Sphere sphere = new Sphere();
    sphere.startBias = 3;
    sphere.rate = 2;
    PlainStack net = sphere.build();
    Prediction.Check check = DEAD.start(net);
    holds(Sphere.run(check, net, 5));
    assertEquals(3, net.pattern(0).deadUnits());
    changeOne(net, 0);
    Verdict verdict = check.judge(net);
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertEquals(1, verdict.measured());
    assertTrue(verdict.detail().contains("neuron 0 was dead and has changed by step 6"));
    assertTrue(verdict.detail().contains("3 of 3 neurons are dead"), verdict::detail);
  }

  private static void changeOne(PlainStack net, int neuron) {
    double[] weights = net.network().layer(0).weights().clone();
    weights[neuron * 5] += 1e-9;
    net.setWeights(0, weights);
    net.countStep();
    net.observe();
  }

  @Test
  void aDeadNeuronThatChanges_isAViolation_aLiveOneIsNot() {
    for (int neuron = 0; neuron < 3; neuron++) {
      PlainStack net = partlyDead();
      Prediction.Check check = DEAD.start(net);
      holds(Sphere.run(check, net, 3));
      changeOne(net, neuron);
      Verdict verdict = check.judge(net);
      assertEquals(
          neuron == 0 ? Verdict.State.HOLDS : Verdict.State.VIOLATED,
          verdict.state(),
          "neuron " + neuron);
    }
  }

  @Test
  void aNeuronThatIsOffWithinRounding_isNotTakenForDead() {
    Probe probe = new Probe(2, new double[] {0, 1, 0, -1}, new double[] {1, 1}, null);
    PlainStack net =
        PlainStack.builder(probe, new Sphere.Squared(), 0.1)
            .neurons(1, 0, new double[] {1, 0}, null)
            .build();
    net.observe();
    assertEquals(1, net.pattern(0).deadUnits());
    Prediction.Check check = DEAD.start(net);
    holds(check.judge(net));
    net.setWeights(0, new double[] {1, 0.5});
    net.countStep();
    net.observe();
    holds(check.judge(net));
  }

  @Test
  void neuronsWithoutARecordedPattern_areNotJudgedDead() {
    Sphere sphere = new Sphere();
    PlainStack net =
        PlainStack.builder(sphere.probe(), sphere.loss, sphere.rate)
            .neurons(3, 0, sphere.weights(), sphere.biases())
            .build();
    net.observe();
    holds(Sphere.first(DEAD, net));
    notApplicable("not recorded", Sphere.first(DEAD, new Untracked(net)));
  }
}
