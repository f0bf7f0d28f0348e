package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.math3.distribution.AbstractRealDistribution;
import org.apache.commons.math3.distribution.RealDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrthonormalWeightsTest {

  private static final int MATRICES = 10_000;

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1, 7",
    "7, 1",
    "2, 2",
    "3, 5",
    "5, 3",
    "64, 64",
    "200, 10",
    "10, 200",
    "256, 300"
  })
  void rows_orColumnsIfThereAreMoreUnits_areOrthonormal(int units, int inputs) {
    for (double scale : new double[] {1, 0.01, 1e-150, 3e5}) {
      double[][] w = Start.rows(new OrthonormalWeights(scale).withSeed(1), units, inputs);
      double[][] vectors = units <= inputs ? w : transpose(w);
      for (int i = 0; i < vectors.length; i++) {
        for (int j = 0; j <= i; j++) {
          double product = 0;
          for (int k = 0; k < vectors[i].length; k++) {
            product += vectors[i][k] / scale * (vectors[j][k] / scale);
          }
          assertEquals(i == j ? 1 : 0, product, 4e-15, i + " with " + j);
        }
      }
    }
  }

  /** Haar: a column is uniform on the sphere, and a rotation by t has density (1 - cos t) / pi. */
  @Test
  void squareMatrices_areHaarDistributed() {
    double[][][] matrices = matrices(3, 3);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        Law.follows("entry " + i + j, Law.coordinate(j, rowsAt(i, matrices)));
      }
      Law.follows("row " + i + " mean", Law.meanDirection(rowsAt(i, matrices)));
      Law.follows("row " + i + " axes", Law.axes(rowsAt(i, matrices)));
      Law.follows("column " + i + " mean", Law.meanDirection(columnsAt(i, matrices)));
      Law.follows("column " + i + " axes", Law.axes(columnsAt(i, matrices)));
    }
    Law.follows("signs of the determinant", Law.signs(determinants(matrices)));
    Law.follows("angle of the rotation", Law.fit(ROTATION, angles(matrices)));
  }

  @Test
  void withoutTheSignsOfR_orWithIndependentRows_theLawWouldBeRejected() {
    double[][][] matrices = matrices(3, 3);
    double[][][] unsigned = new double[MATRICES][3][3];
    double[][][] independent = new double[MATRICES][3][3];
    Draws draws = Draws.from(2L);
    double[] row = new double[3];
    for (int n = 0; n < MATRICES; n++) {
      for (int i = 0; i < 3; i++) {
        draws.direction(row, 0, 3);
        independent[n][i] = row.clone();
        for (int j = 0; j < 3; j++) {
          // what Householder's Q is before the signs of R: column i has entry i negative
          unsigned[n][i][j] = -Math.signum(matrices[n][i][i]) * matrices[n][i][j];
        }
      }
    }
    Law.rejected("unsigned: first entry", Law.coordinate(0, rowsAt(0, unsigned)));
    Law.rejected("unsigned: rotation", Law.fit(ROTATION, angles(unsigned)));
    Law.rejected("independent rows: rotation", Law.fit(ROTATION, angles(independent)));
  }

  @Test
  void rectangularMatrices_haveUniformRowsOrColumns() {
    double[][][] wide = matrices(2, 4);
    double[][][] tall = matrices(4, 2);
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 4; j++) {
        Law.follows("wide " + i + j, Law.coordinate(j, rowsAt(i, wide)));
        Law.follows("tall " + j + i, Law.coordinate(j, columnsAt(i, tall)));
      }
      Law.follows("wide axes", Law.axes(rowsAt(i, wide)));
      Law.follows("tall axes", Law.axes(columnsAt(i, tall)));
      Law.follows("wide mean", Law.meanDirection(rowsAt(i, wide)));
      Law.follows("tall mean", Law.meanDirection(columnsAt(i, tall)));
    }
  }

  @Test
  void withOneUnitAndOneInput_theWeightIsPlusOrMinusTheScale() {
    double[] weights = new double[MATRICES];
    Draws draws = Draws.from(3L);
    for (int i = 0; i < MATRICES; i++) {
      double[] weight = new double[1];
      new OrthonormalWeights(0.1).draw(draws, weight, 1, 1, 1);
      weights[i] = weight[0];
      assertEquals(0.1, Math.abs(weight[0]), 1e-16);
    }
    Law.follows("signs", Law.signs(weights));
  }

  @Test
  void scalesThatAreNotPositiveAndFinite_areRefused() {
    for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> new OrthonormalWeights(bad));
      assertEquals(
          "OrthonormalWeights needs a positive finite scale, not " + bad + ".", e.getMessage());
    }
  }

  @Test
  void equality_isThatOfScaleAndSeed() {
    OrthonormalWeights one = new OrthonormalWeights(0.5);
    assertEquals(one, new OrthonormalWeights(0.5));
    assertEquals(one.hashCode(), new OrthonormalWeights(0.5).hashCode());
    assertNotEquals(one, new OrthonormalWeights(0.25));
    assertNotEquals(one, one.withSeed(1));
    assertNotEquals(one, new SphereWeights(0.5));
    assertEquals("OrthonormalWeights(scale 0.5)", one.toString());
    assertEquals("OrthonormalWeights(scale 0.5, seed 1)", one.withSeed(1).toString());
  }

  private static double[][][] matrices(int units, int inputs) {
    Draws draws = Draws.from(units * 10L + inputs);
    double[][][] matrices = new double[MATRICES][][];
    for (int n = 0; n < MATRICES; n++) {
      double[] rows = new double[units * inputs];
      new OrthonormalWeights(1).draw(draws, rows, units, inputs, inputs);
      matrices[n] = Start.split(rows, inputs);
    }
    return matrices;
  }

  private static double[][] rowsAt(int index, double[][][] matrices) {
    double[][] rows = new double[matrices.length][];
    for (int n = 0; n < matrices.length; n++) {
      rows[n] = matrices[n][index];
    }
    return rows;
  }

  private static double[][] columnsAt(int index, double[][][] matrices) {
    double[][] columns = new double[matrices.length][];
    for (int n = 0; n < matrices.length; n++) {
      columns[n] = transpose(matrices[n])[index];
    }
    return columns;
  }

  private static double[][] transpose(double[][] rows) {
    double[][] columns = new double[rows[0].length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns.length; j++) {
        columns[j][i] = rows[i][j];
      }
    }
    return columns;
  }

  private static double[] determinants(double[][][] matrices) {
    double[] determinants = new double[matrices.length];
    for (int n = 0; n < matrices.length; n++) {
      double[][] m = matrices[n];
      determinants[n] =
          m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
              - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
              + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
    }
    return determinants;
  }

  /** Angles of the rotations det(Q) Q. */
  private static double[] angles(double[][][] matrices) {
    double[] determinants = determinants(matrices);
    double[] angles = new double[matrices.length];
    for (int n = 0; n < matrices.length; n++) {
      double[][] m = matrices[n];
      double trace = Math.signum(determinants[n]) * (m[0][0] + m[1][1] + m[2][2]);
      angles[n] = Math.acos(Math.max(-1, Math.min(1, (trace - 1) / 2)));
    }
    return angles;
  }

  private static final RealDistribution ROTATION =
      new AbstractRealDistribution(null) {
        private static final long serialVersionUID = 1L;

        @Override
        public double density(double x) {
          return (1 - Math.cos(x)) / Math.PI;
        }

        @Override
        public double cumulativeProbability(double x) {
          return (x - Math.sin(x)) / Math.PI;
        }

        @Override
        public double getNumericalMean() {
          return Math.PI / 2 + 2 / Math.PI;
        }

        @Override
        public double getNumericalVariance() {
          return Double.NaN;
        }

        @Override
        public double getSupportLowerBound() {
          return 0;
        }

        @Override
        public double getSupportUpperBound() {
          return Math.PI;
        }

        @Override
        @Deprecated
        public boolean isSupportLowerBoundInclusive() {
          return true;
        }

        @Override
        @Deprecated
        public boolean isSupportUpperBoundInclusive() {
          return true;
        }

        @Override
        public boolean isSupportConnected() {
          return true;
        }
      };

  @Test
  void rotationLaw_isADistribution() {
    assertEquals(1, ROTATION.cumulativeProbability(Math.PI), 1e-15);
    assertTrue(ROTATION.cumulativeProbability(1) < ROTATION.cumulativeProbability(2));
  }
}
