package io.github.implicitbias.nn.activation;

import static io.github.implicitbias.nn.Samples.array;
import static io.github.implicitbias.nn.Samples.column;
import static io.github.implicitbias.nn.Samples.uniform;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.loss.Digits;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class SmoothLeakyReLUTest {

  private static final double[] SLOPES = {0, 1e-12, 0.01, 0.1, 0.3, 0.5, 0.9, 1 - 1e-16, 1};
  private static final BigDecimal HALF = new BigDecimal("0.5");

  /** Values of both signs and every size from 1e-300 to 1e3, dense around 1. */
  private static double[] everySize() {
    SplittableRandom random = new SplittableRandom(3);
    DoubleStream sizes =
        DoubleStream.concat(
            random.doubles(120, -300, 3).map(exponent -> Math.pow(10, exponent)),
            random.doubles(120, 0, 5));
    double[] positive =
        DoubleStream.concat(sizes, DoubleStream.of(1, Math.nextUp(1.0), 36, 709, 710, 745, 1e3))
            .toArray();
    return DoubleStream.concat(Arrays.stream(positive), Arrays.stream(positive).map(size -> -size))
        .toArray();
  }

  @Test
  void forward_agreesWithSixtyDigits_atEverySize() {
    double[] z = everySize();
    double worst = 0;
    for (double gamma : SLOPES) {
      double[] actual = forward(gamma, DataType.DOUBLE, z);
      for (int i = 0; i < z.length; i++) {
        worst = Math.max(worst, Digits.relativeError(actual[i], exact(gamma, z[i])));
      }
    }
    assertTrue(worst < 5e-16, "relative error " + worst);
  }

  @Test
  void derivative_agreesWithSixtyDigits_atEverySize() {
    double[] z = everySize();
    double worst = 0;
    for (double gamma : SLOPES) {
      double[] actual = slopes(gamma, DataType.DOUBLE, z);
      for (int i = 0; i < z.length; i++) {
        BigDecimal exact = exactSlope(gamma, z[i]);
        if (exact.doubleValue() >= Double.MIN_NORMAL) {
          worst = Math.max(worst, Digits.relativeError(actual[i], exact));
        } else {
          assertEquals(exact.doubleValue(), actual[i], Double.MIN_VALUE);
        }
      }
    }
    assertTrue(worst < 5e-16, "relative error " + worst);
  }

  @Test
  void inFloat_theResultIsRoundedOnce() {
    float[] z = {-1e3f, -90, -1, -1e-3f, -1e-30f, 1e-30f, 1e-3f, 1, 90, 1e3f};
    double[] wide = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      wide[i] = z[i];
    }
    double[] values = forward(0.3, DataType.FLOAT, wide);
    double[] slopes = slopes(0.3, DataType.FLOAT, wide);
    for (int i = 0; i < z.length; i++) {
      assertEquals((float) exact(0.3, z[i]).doubleValue(), (float) values[i], "at " + z[i]);
      assertEquals((float) exactSlope(0.3, z[i]).doubleValue(), (float) slopes[i], "at " + z[i]);
    }
    INDArray array = column(DataType.FLOAT, 1, -1);
    assertEquals(DataType.FLOAT, new SmoothLeakyReLU(0).getActivation(array, true).dataType());
  }

  @Test
  void sign_isPreserved_downToTheSmallestNumbersOfTheType() {
    double[] doubles = {
      Double.MIN_VALUE, 3 * Double.MIN_VALUE, Double.MIN_NORMAL, 1e-300, 1, Double.MAX_VALUE
    };
    double[] floats = {
      Float.MIN_VALUE, 3 * Float.MIN_VALUE, Float.MIN_NORMAL, 1e-30f, 1, Float.MAX_VALUE
    };
    for (double gamma : SLOPES) {
      assertTrue(new SmoothLeakyReLU(gamma).preservesSign());
      assertFalse(new SmoothLeakyReLU(gamma).hasKink());
      signIsPreserved(gamma, DataType.DOUBLE, doubles);
      signIsPreserved(gamma, DataType.FLOAT, floats);
    }
  }

  private static void signIsPreserved(double gamma, DataType type, double[] sizes) {
    double[] values = forward(gamma, type, sizes);
    double[] mirrored = forward(gamma, type, Arrays.stream(sizes).map(z -> -z).toArray());
    for (int i = 0; i < sizes.length; i++) {
      String where = gamma + " " + type + " at " + sizes[i];
      assertTrue(values[i] > 0 && values[i] <= sizes[i], where + ": " + values[i]);
      assertTrue(mirrored[i] <= 0 && mirrored[i] >= -sizes[i], where + ": " + mirrored[i]);
    }
    assertArrayEquals(new double[] {0, 0}, forward(gamma, type, new double[] {0, 0}));
  }

  @Test
  void nothingFinite_overflows_andOnlyNanGivesNan() {
    double[] z = {
      -Double.MAX_VALUE, Double.MAX_VALUE, -1 / 0.0, 1 / 0.0, Double.NaN, -0.0, -1e308, 1e308
    };
    for (double gamma : SLOPES) {
      double[] f = forward(gamma, DataType.DOUBLE, z);
      double[] slope = slopes(gamma, DataType.DOUBLE, z);
      assertTrue(Double.isFinite(f[0]) && Double.isFinite(f[1]));
      assertEquals(gamma == 0 ? -Math.log(2) : -1 / 0.0, f[2], 1e-16);
      assertEquals(Double.POSITIVE_INFINITY, f[3]);
      assertTrue(Double.isNaN(f[4]) && Double.isNaN(slope[4]));
      assertEquals(0.0, f[5], 1e-320);
      assertArrayEquals(
          new double[] {gamma, 1, gamma, 1, (1 + gamma) / 2, gamma, 1},
          new double[] {slope[0], slope[1], slope[2], slope[3], slope[5], slope[6], slope[7]},
          1e-15);
    }
  }

  @Test
  void theEnds_areShiftedSoftplusAndIdentity() {
    double[] z = everySize();
    assertArrayEquals(z, forward(1, DataType.DOUBLE, z));
    double[] ones = new double[z.length];
    Arrays.fill(ones, 1);
    assertArrayEquals(ones, slopes(1, DataType.DOUBLE, z));
    assertEquals(-Math.log(2), forward(0, DataType.DOUBLE, new double[] {-1e3})[0], 1e-15);
    assertEquals(1e3 - Math.log(2), forward(0, DataType.DOUBLE, new double[] {1e3})[0], 1e-12);
  }

  @Test
  void anyShapeLayoutAndView_isWorkedOnInPlace() {
    Layouts.check(new SmoothLeakyReLU(0.25));
  }

  @Test
  void epsilon_isNotOverwritten() {
    INDArray epsilon = array(DataType.DOUBLE, uniform(1, 3, 2));
    INDArray before = epsilon.dup();
    new SmoothLeakyReLU(0.5).backprop(array(DataType.DOUBLE, uniform(2, 3, 2)), epsilon);
    assertEquals(before, epsilon);
    INDArray in = array(DataType.DOUBLE, uniform(2, 3, 2));
    assertSame(in, new SmoothLeakyReLU(0.5).getActivation(in, true));
  }

  @Test
  void slopesOutsideZeroToOne_areRefused() {
    for (double gamma : new double[] {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> new SmoothLeakyReLU(gamma));
      assertTrue(e.getMessage().contains("from 0"));
    }
  }

  @Test
  void equality_isThatOfTheSlope() {
    assertEquals(new SmoothLeakyReLU(0.3), new SmoothLeakyReLU(0.3));
    assertEquals(new SmoothLeakyReLU(0.3).hashCode(), new SmoothLeakyReLU(0.3).hashCode());
    assertNotEquals(new SmoothLeakyReLU(0.3), new SmoothLeakyReLU((float) 0.3));
    assertNotEquals(new SmoothLeakyReLU(0.3), new ExactLeakyReLU(0.3));
    assertEquals("SmoothLeakyReLU(0.3)", new SmoothLeakyReLU(0.3).toString());
    assertEquals(0.3, new SmoothLeakyReLU(0.3).gamma());
  }

  private static double[] forward(double gamma, DataType type, double[] z) {
    return new SmoothLeakyReLU(gamma).getActivation(column(type, z), true).toDoubleVector();
  }

  private static double[] slopes(double gamma, DataType type, double[] z) {
    double[] ones = new double[z.length];
    Arrays.fill(ones, 1);
    INDArray epsilon = column(type, ones);
    return new SmoothLeakyReLU(gamma)
        .backprop(column(type, z), epsilon)
        .getFirst()
        .toDoubleVector();
  }

  private static BigDecimal exact(double gamma, double z) {
    BigDecimal x = new BigDecimal(z);
    BigDecimal g = new BigDecimal(gamma);
    // log((1 + e^z) / 2) = z/2 + z^2/8 - z^4/192 + ...
    BigDecimal log =
        Math.abs(z) < 1e-15
            ? x.multiply(HALF).add(x.multiply(x).divide(BigDecimal.valueOf(8)))
            : Digits.logistic(-z).subtract(Digits.logistic(0));
    return g.multiply(x).add(BigDecimal.ONE.subtract(g).multiply(log));
  }

  private static BigDecimal exactSlope(double gamma, double z) {
    BigDecimal g = new BigDecimal(gamma);
    return g.add(BigDecimal.ONE.subtract(g).multiply(Digits.sigmoidOfMinus(-z)));
  }
}
