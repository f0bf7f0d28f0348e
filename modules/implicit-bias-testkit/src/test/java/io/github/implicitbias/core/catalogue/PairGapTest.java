package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.PlainStack;
import org.junit.jupiter.api.Test;

/** Two ReLU units under fixed output weights, and how far they are from the shortest pair. */
class PairGapTest {

  // Shortest pair for output weights 1 and -1: (2, -2) and (0, 1).
  private static final double[] X = {1, 0, 1, 1};
  private static final double[] Y = {2, -1};

  private static PlainStack.Builder builder(double slope, double[] w, double[] bias) {
    return PlainStack.builder(new Probe(2, X, Y, null), new Fixture.Squared(1), 0.1)
        .hidden("units", 2, slope, w, bias);
  }

  private static double gap(PlainStack net) {
    net.observe();
    return ReferenceMetrics.GAP_TO_MIN_NORM.evaluate(net, -1);
  }

  @Test
  void gap_isTheDistanceOfBothRows() {
    PlainStack net =
        builder(0, new double[] {5, 2, 0, 1}, null).fixedOutput(1, ones(1, -1)).build();
    assertEquals(5, gap(net), 1e-13);
    assertEquals(5.0 / 3, ReferenceMetrics.RELATIVE_GAP_TO_MIN_NORM.evaluate(net, -1), 1e-13);
  }

  @Test
  void gap_followsTraining_andIsZeroAtTheShortestPair() {
    PlainStack net =
        builder(0, new double[] {5, 2, 0, 1}, null).fixedOutput(1, ones(1, -1)).build();
    gap(net);
    net.setWeights(0, new double[] {2, -2, 0, 1});
    net.countStep();
    assertEquals(0, gap(net), 1e-13);
  }

  @Test
  void outputWeights_areDividedOut_inWhateverOrderTheyAre() {
    // The first unit is the negative one: half as long under -2; the second twice as long.
    PlainStack net =
        builder(0, new double[] {0, 0.5, 4, -4}, null).fixedOutput(1, ones(-2, 0.5)).build();
    assertEquals(0, gap(net), 1e-13);
  }

  private static double[] ones(double first, double second) {
    return new double[] {first, second};
  }

  @Test
  void otherPairs_haveNoShortestSolution() {
    double[] w = {5, 2, 0, 1};
    PlainStack trained = builder(0, w, null).output(1, ones(1, -1), null).build();
    PlainStack sameSign = builder(0, w, null).fixedOutput(1, ones(1, 1)).build();
    PlainStack leaky = builder(0.1, w, null).fixedOutput(1, ones(1, -1)).build();
    PlainStack biased = builder(0, w, new double[2]).fixedOutput(1, ones(1, -1)).build();
    for (PlainStack net : new PlainStack[] {trained, sameSign, leaky, biased}) {
      assertTrue(Absent.is(gap(net)));
      assertTrue(Absent.is(ReferenceMetrics.RELATIVE_GAP_TO_MIN_NORM.evaluate(net, -1)));
    }
  }

  @Test
  void samplesThatNoPairFits_haveNone() {
    PlainStack net =
        PlainStack.builder(
                new Probe(2, new double[] {1, 1, 1, 1}, Y, null), new Fixture.Squared(1), 0.1)
            .hidden("units", 2, 0, new double[] {5, 2, 0, 1}, null)
            .fixedOutput(1, ones(1, -1))
            .build();
    assertTrue(Absent.is(gap(net)));
  }
}
