package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SphereWeightsTest {

  private static final int UNITS = 10_000;

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 40})
  void directions_areUniform(int inputs) {
    double[][] rows = Start.rows(new SphereWeights(0.01).withSeed(7), UNITS, inputs);
    Law.follows("first coordinate", Law.coordinate(0, rows));
    Law.follows("last coordinate", Law.coordinate(inputs - 1, rows));
    Law.follows("mean direction", Law.meanDirection(rows));
    Law.follows("axes", Law.axes(rows));
    Law.follows("signs", Law.signs(Start.flat(rows)));
  }

  @Test
  void angles_areUniform_inThePlane() {
    double[][] rows = Start.rows(new SphereWeights(0.01).withSeed(8), UNITS, 2);
    Law.follows("angle", Law.angle(rows));
    Law.follows("angle in its quadrant", Law.angleInQuadrant(rows));
  }

  @Test
  void pointsOfTheCube_andOtherNonUniformDirections_wouldBeRejected() {
    double[][] cube = new double[UNITS][2];
    double[][] drifting = new double[UNITS][5];
    double[][] flattened = new double[UNITS][5];
    double[][] highCube = new double[UNITS][5];
    Draws draws = Draws.from(1L);
    for (int i = 0; i < UNITS; i++) {
      for (int j = 0; j < 2; j++) {
        cube[i][j] = 2 * draws.uniform() - 1;
      }
      for (int j = 0; j < 5; j++) {
        drifting[i][j] = draws.gaussian() + (j == 0 ? 0.06 : 0);
        flattened[i][j] = draws.gaussian() * (j == 0 ? 0.9 : 1);
        highCube[i][j] = 2 * draws.uniform() - 1;
      }
    }
    Law.rejected("the square", Law.angleInQuadrant(cube));
    Law.rejected("the cube", Law.coordinate(0, highCube));
    Law.rejected("a drift", Law.meanDirection(drifting));
    Law.rejected("a flattened ball", Law.axes(flattened));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.1, 3, 0.999999, 1e-2, 1e-38, 1e-150, 1e-290, 1e100})
  void norm_isTheRadius_toTwoUnitsInTheLastPlace(double radius) {
    for (int inputs : new int[] {1, 2, 3, 10, 784, 3001}) {
      double[] drawn = new SphereWeights(radius).withSeed(1).rows(null, 30, inputs);
      for (double[] row : Start.split(drawn, inputs)) {
        double off = norm(row).subtract(new BigDecimal(radius)).abs().doubleValue();
        assertTrue(
            off <= 2 * Math.ulp(radius),
            () -> off / Math.ulp(radius) + " ulp off with " + inputs + " inputs");
      }
    }
  }

  private static BigDecimal norm(double[] row) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double value : row) {
      sum = sum.add(new BigDecimal(value).pow(2, new MathContext(60)), new MathContext(60));
    }
    return sum.sqrt(new MathContext(40));
  }

  @Test
  void withOneInput_weightsArePlusOrMinusTheRadius() {
    double[] weights = Start.flat(Start.rows(new SphereWeights(0.1).withSeed(1), UNITS, 1));
    for (double weight : weights) {
      assertEquals(0.1, Math.abs(weight), Double.MIN_VALUE);
    }
    Law.follows("signs", Law.signs(weights));
  }

  @Test
  void radiiThatAreNotPositiveAndFinite_areRefused() {
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> new SphereWeights(bad));
      assertEquals(
          "SphereWeights needs a positive finite radius, not " + bad + ".", e.getMessage());
    }
  }

  @Test
  void equality_isThatOfRadiusAndSeed() {
    SphereWeights one = new SphereWeights(0.5);
    assertEquals(one, new SphereWeights(0.5));
    assertEquals(one.hashCode(), new SphereWeights(0.5).hashCode());
    assertNotEquals(one, new SphereWeights(0.25));
    assertNotEquals(one, one.withSeed(1));
    assertNotEquals(one, new OrthonormalWeights(0.5));
    assertEquals("SphereWeights(radius 0.5)", one.toString());
    assertEquals("SphereWeights(radius 0.5, seed 1)", one.withSeed(1).toString());
  }
}
