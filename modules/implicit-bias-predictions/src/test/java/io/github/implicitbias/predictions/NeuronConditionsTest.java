package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run in which every prediction applies, and runs that differ from it in one condition. */
class NeuronConditionsTest {

  private static final Set<String> OF_ONE_NEURON =
      Set.of(
          "deactivatedSamplesReturn",
          "slidingNeedsOpposingPulls",
          "weightNormIncreases",
          "normRisesWithPositivePull",
          "solutionFixedByActiveSupport",
          "restsAtFitOrOneRay");

  static List<Prediction> all() {
    return Predictions.neuron();
  }

  static List<Prediction> withoutOrthogonal() {
    return all().subList(1, all().size());
  }

  static List<Prediction> ofOneNeuron() {
    return all().stream()
        .filter(prediction -> OF_ONE_NEURON.contains(prediction.id()))
        .collect(Collectors.toList());
  }

  static List<Prediction> ofReLuOnly() {
    return all().stream()
        .filter(
            prediction ->
                !Set.of(
                        "weightNormIncreases",
                        "distanceSinceFlipNeverFalls",
                        "normRisesWithPositivePull")
                    .contains(prediction.id()))
        .collect(Collectors.toList());
  }

  static List<Prediction> thatWatch() {
    return all().stream()
        .filter(
            prediction ->
                !Set.of("weightNormIncreases", "solutionFixedByActiveSupport", "restsAtFitOrOneRay")
                    .contains(prediction.id()))
        .collect(Collectors.toList());
  }

  private static Verdict firstVerdict(Prediction prediction, PlainStack net) {
    net.observe(prediction.needs().includes(Needs.BOUNDARY));
    return verdict(prediction, net);
  }

  private static Verdict verdict(Prediction prediction, Observation first) {
    return prediction.start(first).judge(first);
  }

  private static void doesNotApply(String because, Verdict verdict) {
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state(), because);
    assertEquals(because, verdict.detail());
  }

  @ParameterizedTest
  @MethodSource("all")
  void smallStartOnOrthogonalSamples_meetsAllConditions(Prediction prediction) {
    PlainStack net = Neuron.small();
    assertEquals(Verdict.State.HOLDS, firstVerdict(prediction, net).state());
    Prediction.Check check = prediction.start(net);
    assertTrue(check.conditions().size() >= 5);
    check.conditions().forEach(condition -> assertTrue(condition.isMet(), condition.text()));
  }

  @ParameterizedTest
  @MethodSource("all")
  void eachConditionOfGradientDescent_isNeeded(Prediction prediction) {
    List<Consumer<PlainStack>> changes = new ArrayList<>();
    changes.add(net -> net.setPlainSgd(false));
    changes.add(net -> net.setFullBatch(false));
    changes.add(net -> net.setRegularized(true));
    changes.add(net -> net.setDividesByBatch(false));
    changes.add(PlainStack::countStep);
    for (Consumer<PlainStack> change : changes) {
      PlainStack net = Neuron.small();
      change.accept(net);
      Verdict verdict = firstVerdict(prediction, net);
      assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state());
      assertTrue(!verdict.detail().contains(";"), verdict.detail());
    }
  }

  @ParameterizedTest
  @MethodSource("withoutOrthogonal")
  void secondLayer_isNotCovered(Prediction prediction) {
    PlainStack net =
        PlainStack.builder(Neuron.smallProbe(), new Neuron.Squared(2), .05)
            .hidden("hidden", 1, 0, new double[] {1e-3, 1e-3}, null)
            .output(1, new double[] {1}, null)
            .build();
    doesNotApply(
        "the network has 2 layers; needs one layer of neurons", firstVerdict(prediction, net));
  }

  @ParameterizedTest
  @MethodSource("all")
  void otherActivations_areNotCovered(Prediction prediction) {
    PlainStack net =
        PlainStack.builder(Neuron.smallProbe(), new Neuron.Squared(2), .05)
            .neurons(1, .1, new double[] {1e-3, 1e-3}, null)
            .build();
    Verdict verdict = firstVerdict(prediction, net);
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state());
    assertTrue(verdict.detail().contains(" is not "), verdict.detail());
    assertTrue(!verdict.detail().contains(";"), verdict.detail());
  }

  @ParameterizedTest
  @MethodSource("ofReLuOnly")
  void linearNeurons_areNotCovered(Prediction prediction) {
    PlainStack net = Neuron.linear(Neuron.smallProbe(), .05, 1e-3, 1e-3);
    assertEquals(Verdict.State.NOT_APPLICABLE, firstVerdict(prediction, net).state());
  }

  @ParameterizedTest
  @MethodSource("withoutOrthogonal")
  void otherLosses_areNotCovered(Prediction prediction) {
    PlainStack net =
        PlainStack.builder(Neuron.smallProbe(), new Neuron.Quartic(), .05)
            .neurons(1, 0, new double[] {1e-3, 1e-3}, null)
            .build();
    doesNotApply("the loss is not a squared one of the outputs", firstVerdict(prediction, net));
  }

  @ParameterizedTest
  @MethodSource("withoutOrthogonal")
  void fixedWeights_areNotCovered(Prediction prediction) {
    PlainStack net = Neuron.small();
    net.observe();
    doesNotApply(
        "the weights are not trained",
        verdict(prediction, Neuron.altered(net, "isTrained", false)));
  }

  @ParameterizedTest
  @MethodSource("thatWatch")
  void unwatchedPatterns_areNotCovered(Prediction prediction) {
    PlainStack net = Neuron.small();
    net.observe();
    doesNotApply(
        "which samples are on is not watched",
        verdict(prediction, Neuron.altered(net, "trackedLayer", -1)));
  }

  @ParameterizedTest
  @MethodSource("ofOneNeuron")
  void severalNeurons_areNotCovered(Prediction prediction) {
    Probe probe = new Probe(2, new double[] {1, 0, 0, 2}, new double[] {1, 1, 2, 2}, null);
    PlainStack net =
        PlainStack.builder(probe, new Neuron.Squared(2), .05)
            .neurons(2, 0, new double[] {1e-3, 1e-3, 1e-3, 1e-3}, null)
            .build();
    doesNotApply("the number of neurons is 2, should be at most 1", firstVerdict(prediction, net));
  }

  @ParameterizedTest
  @MethodSource("ofOneNeuron")
  void biases_areNotCovered(Prediction prediction) {
    PlainStack net =
        PlainStack.builder(Neuron.smallProbe(), new Neuron.Squared(2), .05)
            .neurons(1, 0, new double[] {1e-3, 1e-3}, new double[] {1e-3})
            .build();
    doesNotApply("there is a bias", firstVerdict(prediction, net));
  }

  @ParameterizedTest
  @MethodSource("all")
  void weightsThatAreNotNumbers_areNoViolation(Prediction prediction) {
    PlainStack net = Neuron.small();
    net.observe(prediction.needs().includes(Needs.BOUNDARY));
    Prediction.Check check = prediction.start(net);
    check.judge(net);
    for (double w : new double[] {Double.POSITIVE_INFINITY, Double.NaN, Double.NaN}) {
      net.setWeights(0, new double[] {w, w});
      net.countStep();
      net.observe(prediction.needs().includes(Needs.BOUNDARY));
      assertNotEquals(Verdict.State.VIOLATED, check.judge(net).state(), "weights " + w);
    }
  }

  private static PlainStack diagonal(int samples, int inputs) {
    double[] x = new double[samples * inputs];
    double[] y = new double[samples];
    double[] w = new double[inputs];
    for (int i = 0; i < samples; i++) {
      x[i * inputs + i % inputs] = 1;
    }
    Arrays.fill(y, 1);
    Arrays.fill(w, 1e-4);
    return Neuron.reLu(new Probe(samples, x, y, null), .05, w);
  }

  private static void isTooLarge(Prediction prediction, PlainStack net, String because) {
    Verdict verdict = firstVerdict(prediction, net);
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state());
    assertTrue(verdict.detail().startsWith(because), verdict.detail());
    assertTrue(!verdict.detail().contains(";"), verdict.detail());
  }

  @Test
  void largeRuns_areNotJudged() {
    isTooLarge(new NoReactivationOrthogonal(), diagonal(1100, 1100), "the work to compare all");
    isTooLarge(new DeactivatedSamplesReturn(), diagonal(300, 300), "the work to fit the labels");
    isTooLarge(new NoImmediateReactivation(), diagonal(510, 510), "the work to find the largest");
    isTooLarge(
        new SlidingNeedsOpposingPulls(), diagonal(2, 1001), "too large for a check at every");
    isTooLarge(new WeightNormIncreases(), diagonal(300, 300), "the work to fit the labels");
    isTooLarge(new NormRisesWithPositivePull(), diagonal(2, 1001), "too large for a check at");
    isTooLarge(new SolutionFixedByActiveSupport(), diagonal(300, 300), "too large to solve for");
  }
}
