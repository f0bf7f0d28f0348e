package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GaussianWeightsTest {

  private static final int UNITS = 10_000;
  private static final int INPUTS = 5;
  private static final double DEVIATION = 0.3 / Math.sqrt(INPUTS);

  private static final double[][] ROWS =
      Start.rows(GaussianWeights.ofScale(0.3).withSeed(12), UNITS, INPUTS);

  @Test
  void entries_areNormal_withDeviationScaleOverRootOfInputs() {
    double[] entries = Start.flat(ROWS);
    Law.follows("normal", Law.normal(DEVIATION, entries));
    Law.follows("deviation", Law.deviation(DEVIATION, entries));
    Law.follows("signs", Law.signs(entries));
    Law.rejected("a deviation 2 % smaller", Law.deviation(1.02 * DEVIATION, entries));
    Law.rejected("a deviation 2 % larger", Law.deviation(0.98 * DEVIATION, entries));
    double[] uniform = new double[entries.length];
    double[] shifted = new double[entries.length];
    Draws draws = Draws.from(1L);
    for (int i = 0; i < uniform.length; i++) {
      uniform[i] = DEVIATION * Math.sqrt(3) * (2 * draws.uniform() - 1);
      shifted[i] = entries[i] + 0.02 * DEVIATION;
    }
    Law.rejected("a uniform law of the same deviation", Law.normal(DEVIATION, uniform));
    Law.rejected("a shift by 2 % of the deviation", Law.normal(DEVIATION, shifted));
  }

  @Test
  void squaredNorms_areChiSquare() {
    Law.follows("norms", Law.norms(DEVIATION, ROWS));
    Law.rejected("a scale 2 % smaller", Law.norms(1.02 * DEVIATION, ROWS));
    Law.rejected("a scale 2 % larger", Law.norms(0.98 * DEVIATION, ROWS));
    double mean = 0;
    for (double[] row : ROWS) {
      mean += Law.norm(row) * Law.norm(row) / UNITS;
    }
    assertEquals(0.09, mean, 0.09 * 2.576 * Math.sqrt(2.0 / INPUTS / UNITS));
  }

  @Test
  void directions_areUniform() {
    for (int i = 0; i < INPUTS; i++) {
      Law.follows("coordinate " + i, Law.coordinate(i, ROWS));
    }
    Law.follows("mean direction", Law.meanDirection(ROWS));
    Law.follows("axes", Law.axes(ROWS));
  }

  @Test
  void standardDeviation_isTheOneGiven_whateverTheInputs() {
    double[] entries =
        Start.flat(Start.rows(GaussianWeights.ofStandardDeviation(0.3).withSeed(4), UNITS, INPUTS));
    Law.follows("normal", Law.normal(0.3, entries));
    Law.follows("deviation", Law.deviation(0.3, entries));
  }

  @Test
  void fanInOfZero_countsTheEntries() {
    double[] rows = new double[6];
    double[] counted = new double[6];
    GaussianWeights.ofScale(1).draw(Draws.from(1L), rows, 3, 2, 0);
    GaussianWeights.ofScale(1).draw(Draws.from(1L), counted, 3, 2, 2);
    assertTrue(java.util.Arrays.equals(counted, rows));
  }

  @Test
  void sizesThatAreNotPositiveAndFinite_areRefused() {
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      Exception scale =
          assertThrows(IllegalArgumentException.class, () -> GaussianWeights.ofScale(bad));
      assertEquals(
          "GaussianWeights needs a positive finite scale, not " + bad + ".", scale.getMessage());
      Exception deviation =
          assertThrows(
              IllegalArgumentException.class, () -> GaussianWeights.ofStandardDeviation(bad));
      assertTrue(deviation.getMessage().contains("standard deviation, not " + bad));
    }
  }

  @Test
  void equality_isThatOfFormSizeAndSeed() {
    GaussianWeights one = GaussianWeights.ofScale(0.5);
    assertEquals(one, GaussianWeights.ofScale(0.5));
    assertEquals(one.hashCode(), GaussianWeights.ofScale(0.5).hashCode());
    assertNotEquals(one, GaussianWeights.ofScale(0.25));
    assertNotEquals(one, GaussianWeights.ofStandardDeviation(0.5));
    assertNotEquals(one, one.withSeed(1));
    assertNotEquals(one, new SphereWeights(0.5));
    assertEquals(one.withSeed(1), one.withSeed(2).withSeed(1));
    assertEquals("GaussianWeights(scale 0.5, seed 1)", one.withSeed(1).toString());
    assertEquals(
        "GaussianWeights(standard deviation 0.5)",
        GaussianWeights.ofStandardDeviation(0.5).toString());
  }
}
