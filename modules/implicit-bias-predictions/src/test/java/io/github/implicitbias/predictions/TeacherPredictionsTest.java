package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TeacherPredictionsTest extends TeacherRuns {

  @ParameterizedTest
  @MethodSource("all")
  void eachConditionOfGradientDescent_isNeeded(Prediction prediction) {
    holds(withNet(prediction, net -> {}));
    notApplicable("plain SGD", withNet(prediction, net -> net.setPlainSgd(false)));
    notApplicable("other samples", withNet(prediction, net -> net.setFullBatch(false)));
    notApplicable("regularization", withNet(prediction, net -> net.setRegularized(true)));
    notApplicable("sums", withNet(prediction, net -> net.setDividesByBatch(false)));
    notApplicable(
        "from step 1",
        withNet(
            prediction,
            net -> {
              net.descend();
              net.observe();
            }));
  }

  @ParameterizedTest
  @MethodSource("all")
  void anotherNetworkThanOneLayerOfReluNeurons_isNotJudged(Prediction prediction) {
    notApplicable("not just one", changed(prediction, sphere -> sphere.slope = 0.1));
    notApplicable("not just one", changed(prediction, sphere -> sphere.slope = 1));
    Sphere sphere = new Sphere();
    double[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    PlainStack two =
        PlainStack.builder(sphere.probe(), sphere.loss, sphere.rate)
            .hidden("hidden", 3, 0, sphere.weights(), sphere.biases())
            .neurons(3, 0, identity, null)
            .build();
    two.observe();
    notApplicable("not just one", Sphere.first(prediction, two));
  }

  @ParameterizedTest
  @MethodSource("ofSquares")
  void anotherLossThanTheSquaredError_isNotJudged(Prediction prediction) {
    notApplicable(
        "squared error", changed(prediction, sphere -> sphere.loss = new Sphere.Fourth()));
  }

  @ParameterizedTest
  @MethodSource("all")
  void parametersThatBecomeNoNumbers_areNoViolation(Prediction prediction) {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      Sphere sphere = new Sphere();
      PlainStack net = sphere.build();
      Prediction.Check check = prediction.start(net);
      holds(check.judge(net));
      double[] weights = sphere.weights();
      Arrays.fill(weights, bad);
      net.setWeights(0, weights);
      net.countStep();
      net.observe();
      assertNotEquals(Verdict.State.VIOLATED, check.judge(net).state());
      net.countStep();
      net.observe();
      assertNotEquals(Verdict.State.VIOLATED, check.judge(net).state());
    }
  }

  @Test
  void stepsThatAreTooLong_areNotJudged_whereTheProofNeedsThem() {
    // The largest eigenvalue of (1/n) X^T X is 1.00444, so eta = 2 rate may be 1.9912.
    for (Prediction prediction : List.of(DISTANCE, LOSS)) {
      holds(changed(prediction, sphere -> sphere.rate = 0.995));
      notApplicable(
          "of largest curvature 1.00444 is 1.992, should be at most 1.99115",
          changed(prediction, sphere -> sphere.rate = 0.996));
      PlainStack net = new Sphere().build();
      Prediction.Check check = prediction.start(net);
      holds(Sphere.run(check, net, 5));
      net.setLearningRate(0.9);
      net.descend();
      net.observe();
      holds(check.judge(net));
      net.setLearningRate(1);
      net.observe();
      net.countStep();
      net.observe();
      holds(check.judge(net));
      net.descend();
      net.observe();
      notApplicable("at step 7 is 2, should", check.judge(net));
    }
  }

  @Test
  void labelsOfNoNeuron_areNotJudged_whereATeacherIsNeeded() {
    for (Prediction prediction : List.of(DISTANCE, SUCCESS, FAILURES)) {
      notApplicable(
          "not realizable by one neuron: no single neuron makes the labels",
          changed(prediction, sphere -> sphere.labels()[0] += 1e-3));
      notApplicable(
          "not realizable by one neuron: sample 0 has the label -0.001",
          changed(prediction, sphere -> sphere.labels()[0] = -1e-3));
      notApplicable("samples have positive labels", changed(prediction, s -> s.teacherBias = -1));
    }
    holds(changed(LOSS, sphere -> sphere.labels()[0] += 1e-3));
    notApplicable("smallest label is -0.001", changed(LOSS, sphere -> sphere.labels()[0] = -1e-3));
  }

  @Test
  void neuronsWithoutBias_areNotJudged_whereABiasMatters() {
    Consumer<Sphere> none =
        sphere -> {
          sphere.hasBias = false;
          sphere.teacherBias = 0;
        };
    notApplicable("no biases", changed(SUCCESS, none));
    notApplicable("no biases", changed(FAILURES, none));
    Sphere sphere = new Sphere();
    none.accept(sphere);
    holds(Sphere.run(DISTANCE, sphere.build(), 50));
    holds(Sphere.run(LOSS, sphere.build(), 50));
  }

  @Test
  void neuronsThatAllStartAboveTheNeuron0_areNotPromisedSuccess() {
    notApplicable("none of 3 neurons starts below", changed(SUCCESS, sphere -> sphere.scale = 1));
  }

  @Test
  void conditionsTellTheNumbers() {
    Prediction.Check check = SUCCESS.start(new Sphere().build());
    String text = check.conditions().toString();
    // Direction 1 is one of the two of 24 that do not start below F(0).
    assertTrue(text.contains("2 of 3 neurons start below the loss of the zero neuron"), text);
    assertTrue(text.contains("the labels are those of a neuron to within "), text);
  }

  @Test
  void theDistanceToTheTeacher_isThatOfTheReference_andNeverGrows() {
    for (double scale : new double[] {1, 1e-2}) {
      Sphere sphere = new Sphere();
      sphere.scale = scale;
      sphere.neurons = new int[] {2, 120};
      PlainStack net = sphere.build();
      Prediction.Check check = DISTANCE.start(net);
      Verdict verdict = check.judge(net);
      holds(verdict);
      assertTrue(Absent.is(verdict.measured()));
      assertEquals(0, verdict.bound());
      double largest = Double.NEGATIVE_INFINITY;
      double[] before = distances(net);
      for (int step = 0; step < 300; step++) {
        net.descend();
        net.observe();
        double[] now = distances(net);
        for (int k = 0; k < now.length; k++) {
          largest = Math.max(largest, now[k] - before[k]);
        }
        before = now;
        verdict = check.judge(net);
        holds(verdict);
        assertEquals(largest, verdict.measured(), 1e-13);
      }
      assertTrue(verdict.measured() < 0, "" + verdict.measured());
    }
  }

  private static double[] distances(PlainStack net) {
    double[] distances = new double[net.network().outputs()];
    for (int k = 0; k < distances.length; k++) {
      double sum = Math.pow(net.network().layer(0).biases()[k] + 0.3, 2);
      for (int j = 0; j < 5; j++) {
        sum += Math.pow(net.network().layer(0).weights()[k * 5 + j] - (j == 0 ? 1 : 0), 2);
      }
      distances[k] = Math.sqrt(sum);
    }
    return distances;
  }

  @Test
  void roundingAtTheEndOfTraining_isNoViolation() {
    Sphere sphere = new Sphere();
    sphere.neurons = new int[] {120, 121};
    sphere.startBias = 0.01;
    sphere.rate = 0.9;
    PlainStack net = sphere.build();
    Prediction.Check distance = DISTANCE.start(net);
    Prediction.Check loss = LOSS.start(net);
    for (int step = 0; step < 6000; step++) {
      holds(distance.judge(net));
      holds(loss.judge(net));
      net.descend();
      net.observe();
    }
    assertEquals(0, distances(net)[0], 1e-13);
    assertTrue(distance.judge(net).measured() > 0, "rounding has shown: this test means something");
  }

  @Test
  void aNeuronThatMovesAway_isAViolation_andStaysOne() {
    for (Prediction prediction : List.of(DISTANCE, LOSS)) {
      Sphere sphere = new Sphere();
      PlainStack net = sphere.build();
      Prediction.Check check = prediction.start(net);
      holds(Sphere.run(check, net, 5));
      double[] weights = net.network().layer(0).weights().clone();
      weights[5] = -3;
      weights[10] = -0.5;
      net.setWeights(0, weights);
      net.countStep();
      net.observe();
      Verdict verdict = check.judge(net);
      assertEquals(Verdict.State.VIOLATED, verdict.state());
      assertTrue(verdict.measured() > 0.3, verdict::toString);
      assertTrue(verdict.detail().contains("neuron 1 went from "), verdict::detail);
      assertTrue(verdict.detail().contains("at step 5 to "), verdict::detail);
      net.descend();
      net.observe();
      assertEquals(verdict, check.judge(net));
    }
  }

  @Test
  void theStepsOfTheProof_canNotBeMuchLonger() {
    // With a longer step, here judged as if it were short, both may grow.
    for (Prediction prediction : List.of(DISTANCE, LOSS)) {
      Sphere sphere = new Sphere();
      sphere.teacherBias = 3;
      sphere.startBias = 4;
      PlainStack net = sphere.build();
      Prediction.Check check = prediction.start(net);
      holds(check.judge(net));
      net.setLearningRate(1.3);
      net.descend();
      net.setLearningRate(0.25);
      net.observe();
      assertEquals(Verdict.State.VIOLATED, check.judge(net).state(), prediction.id());
    }
  }

  /** Moves a neuron from its teacher, where its bias and its loss are at their best. */
  private static Verdict afterLeaving(Prediction prediction, double by, double teacherBias) {
    Sphere sphere = new Sphere();
    sphere.neurons = new int[] {0};
    sphere.scale = 0;
    sphere.teacherBias = teacherBias;
    sphere.startBias = teacherBias;
    PlainStack net = sphere.build();
    net.setWeights(0, new double[] {1, 0, 0, 0, 0});
    net.observe();
    Prediction.Check check = prediction.start(net);
    holds(check.judge(net));
    net.network().layer(0).biases()[0] += by;
    net.countStep();
    net.observe();
    return check.judge(net);
  }

  @Test
  void weightsInFloat_areAllowedTheirRounding_thoseInDoubleAreNot() {
    double toFloat = (float) -0.3 + 0.3;
    assertTrue(Math.abs(toFloat) > 1e-9);
    holds(afterLeaving(DISTANCE, toFloat, -0.3));
    assertEquals(Verdict.State.VIOLATED, afterLeaving(DISTANCE, 1.1 * toFloat, -0.3).state());
    holds(afterLeaving(LOSS, 0x1p-10, -0.25));
    assertEquals(Verdict.State.VIOLATED, afterLeaving(LOSS, 0x1p-10 + 1e-12, -0.25).state());
  }

  @Test
  void neuronsThatStartBelow_succeed_atTheStepOfTheReference() {
    Sphere sphere = new Sphere();
    PlainStack net = sphere.build();
    Verdict verdict = Sphere.run(SUCCESS, net, 1000);
    assertEquals(Verdict.State.REACHED, verdict.state(), verdict::toString);
    assertEquals(2, verdict.measured());
    assertEquals(2, verdict.bound());
    assertEquals(598, net.step());
    assertTrue(verdict.detail().contains("by step 598"), verdict::detail);
  }

  @Test
  void onTheWay_theSuccessesAreCounted() {
    Sphere sphere = new Sphere();
    PlainStack net = sphere.build();
    Prediction.Check check = SUCCESS.start(net);
    Verdict verdict = Sphere.run(check, net, 597);
    holds(verdict);
    assertEquals(1, verdict.measured());
    assertEquals(2, verdict.bound());
  }

  @Test
  void aStepThatKillsTheNeuron_violatesThePromiseOfSuccess() {
    Sphere sphere = new Sphere();
    sphere.startBias = 0.01;
    sphere.rate = 25;
    PlainStack net = sphere.build();
    Verdict verdict = Sphere.run(SUCCESS, net, 20);
    assertEquals(Verdict.State.VIOLATED, verdict.state(), verdict::toString);
    assertTrue(verdict.detail().contains("of that of the zero neuron at step "), verdict::detail);
    assertEquals(0, verdict.measured());
    assertEquals(3, verdict.bound());
  }

  @Test
  void aNeuronThatDies_violatesThePromiseOfSuccess() {
    Sphere sphere = new Sphere();
    PlainStack net = sphere.build();
    Prediction.Check check = SUCCESS.start(net);
    holds(Sphere.run(check, net, 3));
    net.setWeights(0, new double[15]);
    net.network().layer(0).biases()[2] = -1;
    net.countStep();
    net.observe();
    Verdict verdict = check.judge(net);
    assertEquals(Verdict.State.VIOLATED, verdict.state(), verdict::toString);
    assertTrue(verdict.detail().contains("neuron 2 is 1 of that"), verdict::detail);
  }

  @Test
  void failuresEndAtTheLossOfTheNeuron0() {
    Sphere sphere = new Sphere();
    sphere.scale = 1;
    PlainStack net = sphere.build();
    Prediction.Check check = FAILURES.start(net);
    Verdict verdict = check.judge(net);
    holds(verdict);
    verdict = Sphere.run(check, net, 1000);
    assertEquals(Verdict.State.REACHED, verdict.state(), verdict::toString);
    assertTrue(verdict.detail().startsWith("1 neurons have learnt, "), verdict::detail);
    assertTrue(verdict.measured() > 0 && verdict.measured() <= 1, verdict::toString);
    assertEquals(1, verdict.bound());
    assertTrue(net.step() > 300, "" + net.step());
  }

  @Test
  void neuronsThatAllSucceed_reachTheirEndToo() {
    Sphere sphere = new Sphere();
    sphere.startBias = 0.01;
    Verdict verdict = Sphere.run(FAILURES, sphere.build(), 1000);
    assertEquals(Verdict.State.REACHED, verdict.state(), verdict::toString);
    assertEquals("3 neurons have learnt, 0 are dead, 0 fit what they see", verdict.detail());
    assertTrue(verdict.measured() > 0 && verdict.measured() <= 1, verdict::toString);
  }

  @Test
  void aNeuronThatFitsAFewSamplesOnly_isTheThirdKindOfRest() {
    // On for the first sample alone, it fits that one, which pushes it off the others.
    double[] x = {2, 0, -2, 1, -2, -0.5};
    double[] y = {1, 2, 0.5};
    PlainStack net =
        PlainStack.builder(new Probe(3, x, y, null), new Sphere.Squared(), 0.02)
            .neurons(1, 0, new double[] {0.1, 0}, new double[] {0})
            .build();
    net.observe();
    Prediction.Check success = SUCCESS.start(net);
    holds(success.judge(net));
    Verdict verdict = Sphere.run(FAILURES, net, 2000);
    assertEquals(Verdict.State.REACHED, verdict.state(), verdict::toString);
    assertEquals("0 neurons have learnt, 0 are dead, 1 fit what they see", verdict.detail());
    holds(success.judge(net));
  }
}
