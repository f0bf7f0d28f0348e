package io.github.implicitbias.core.norm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ParameterNormsTest {

  private static final double FLOAT_BOUND = 6e-7;

  private final SplittableRandom random = new SplittableRandom(4);

  @Test
  void floatNorms_stayWithinTheStatedBound_upToAMillionParameters() {
    for (int length : new int[] {1, 2, 255, 256, 257, 4095, 4096, 4097, 100_003, 1_000_000}) {
      for (double scale : new double[] {1, 1e-30, 1e-44, 1e-15, 1e18, 1e38}) {
        float[][] theta = new float[3][length];
        for (float[] x : theta) {
          for (int i = 0; i < length; i++) {
            x[i] = (float) ((random.nextDouble() * 2 - 1) * scale);
          }
        }
        ParameterNorms norms = new ParameterNorms(length, true);
        for (float[] x : theta) {
          acceptFloats(norms, x, ParameterNorms.CHUNK);
        }
        String what = length + " at " + scale;
        assertClose(distance(theta[2], new float[length]), norms.norm(), FLOAT_BOUND, what);
        assertClose(distance(theta[2], theta[0]), norms.distanceFromFirst(), FLOAT_BOUND, what);
        assertClose(distance(theta[2], theta[1]), norms.changeSincePrevious(), FLOAT_BOUND, what);
      }
    }
  }

  @Test
  void floatNorms_keepTheBound_forTermsOfOneSignOfRounding() {
    // The worst the float sums can meet: in every lane one large term, then terms that are just
    // above half a unit in its last place, all rounded the same way.
    float[] x = new float[8 * ParameterNorms.CHUNK];
    for (float small : new float[] {2.5e-4f, 1.9e-4f, 3.4e-4f, 0.9999f, 0.7f}) {
      for (int i = 0; i < x.length; i++) {
        x[i] = i < ParameterNorms.CHUNK ? 1.0000001f : small;
      }
      ParameterNorms norms = new ParameterNorms(x.length, true);
      acceptFloats(norms, x, ParameterNorms.CHUNK);
      assertClose(distance(x, new float[x.length]), norms.norm(), FLOAT_BOUND, "small " + small);
    }
  }

  @Test
  void floatUpdateMuchSmallerThanTheParameters_isExactToTheBound() {
    float[] before = {1e20f, -3f, 1f, 0f};
    float[] after = {1e20f, Math.nextUp(-3f), Math.nextUp(1f), 1e-40f};
    ParameterNorms norms = new ParameterNorms(4, true);
    acceptFloats(norms, before, 4);
    acceptFloats(norms, after, 4);
    assertClose(distance(after, before), norms.changeSincePrevious(), FLOAT_BOUND, "update");
    assertClose(distance(after, before), norms.distanceFromFirst(), FLOAT_BOUND, "distance");
  }

  @Test
  void doubleNorms_agreeWithBigDecimal() {
    for (int length : new int[] {1, 255, 256, 257, 600, 4100}) {
      for (double scale : new double[] {1, 1e-100, 1e-140, 1e140}) {
        double[][] theta = new double[3][length];
        for (double[] x : theta) {
          for (int i = 0; i < length; i++) {
            x[i] = (random.nextDouble() * 2 - 1) * scale;
          }
        }
        ParameterNorms norms = new ParameterNorms(length, false);
        for (double[] x : theta) {
          acceptDoubles(norms, x, ParameterNorms.CHUNK);
        }
        String what = length + " at " + scale;
        assertClose(exactDistance(theta[2], new double[length]), norms.norm(), 1e-13, what);
        assertClose(exactDistance(theta[2], theta[0]), norms.distanceFromFirst(), 1e-13, what);
        assertClose(exactDistance(theta[2], theta[1]), norms.changeSincePrevious(), 1e-13, what);
      }
    }
  }

  @Test
  void chunksOfAnySize_giveTheSameNorms() {
    double[] x = new double[10_000];
    float[] y = new float[10_000];
    for (int i = 0; i < x.length; i++) {
      y[i] = (float) (random.nextDouble() - 0.5);
      x[i] = y[i];
    }
    for (int chunk : new int[] {100, 255, 256, 300, 4096}) {
      ParameterNorms doubles = new ParameterNorms(x.length, false);
      ParameterNorms floats = new ParameterNorms(x.length, true);
      for (int round = 0; round < 2; round++) {
        acceptDoubles(doubles, x, chunk);
        acceptFloats(floats, y, chunk);
        assertEquals(round == 0 ? 0 : 3, doubles.changeSincePrevious(), 1e-12);
        assertEquals(round == 0 ? 0 : 3, floats.changeSincePrevious(), 2e-6);
        assertClose(distance(y, new float[y.length]), floats.norm(), FLOAT_BOUND, "chunk " + chunk);
        assertClose(exactDistance(x, new double[x.length]), doubles.norm(), 1e-13, "" + chunk);
        x[9_999] += 3;
        y[9_999] += 3;
      }
      x[9_999] -= 6;
      y[9_999] -= 6;
    }
  }

  @Test
  void rememberedParameters_areTheOnesTheNextUpdateIsMeasuredFrom() {
    ParameterNorms doubles = new ParameterNorms(2, false);
    acceptDoubles(doubles, new double[] {1, 1}, 2);
    doubles.begin();
    System.arraycopy(new double[] {4, 5}, 0, doubles.doubles(), 0, 2);
    doubles.remember(2);
    doubles.end();
    acceptDoubles(doubles, new double[] {4, 6}, 2);
    assertEquals(1, doubles.changeSincePrevious());
    assertEquals(Math.sqrt(34), doubles.distanceFromFirst(), 1e-15);
    ParameterNorms floats = new ParameterNorms(2, true);
    acceptFloats(floats, new float[] {1, 1}, 2);
    floats.begin();
    System.arraycopy(new float[] {4, 5}, 0, floats.floats(), 0, 2);
    floats.remember(2);
    floats.end();
    acceptFloats(floats, new float[] {4, 6}, 2);
    assertEquals(1, floats.changeSincePrevious());
    assertEquals(Math.sqrt(34), floats.distanceFromFirst(), 1e-6);
  }

  @Test
  void chunksThatDoNotFit_areRefused() {
    ParameterNorms norms = new ParameterNorms(10, true);
    assertThrows(IllegalArgumentException.class, () -> norms.accept(5));
    norms.begin();
    assertThrows(IllegalArgumentException.class, () -> norms.accept(11));
    assertThrows(IllegalArgumentException.class, () -> norms.accept(0));
    norms.accept(6);
    norms.accept(4);
    norms.end();
    norms.begin();
    assertThrows(IllegalArgumentException.class, () -> norms.accept(4));
  }

  @Test
  void infinityAndNaN_showInTheNorms() {
    ParameterNorms floats = new ParameterNorms(2, true);
    acceptFloats(floats, new float[] {1, Float.POSITIVE_INFINITY}, 2);
    assertEquals(Double.POSITIVE_INFINITY, floats.norm());
    acceptFloats(floats, new float[] {1, Float.NaN}, 2);
    assertTrue(Double.isNaN(floats.norm()));
    acceptFloats(floats, new float[] {3, 4}, 2);
    assertEquals(5, floats.norm(), 3e-6);
  }

  @Test
  void firstRecord_isAtDistanceZero() {
    ParameterNorms norms = new ParameterNorms(3, false);
    acceptDoubles(norms, new double[] {1, 2, 2}, 3);
    assertEquals(3, norms.norm());
    assertEquals(0, norms.distanceFromFirst());
    assertEquals(0, norms.changeSincePrevious());
    assertEquals(3, norms.length());
  }

  private static void acceptFloats(ParameterNorms norms, float[] x, int size) {
    norms.begin();
    for (int at = 0; at < x.length; at += size) {
      int length = Math.min(size, x.length - at);
      System.arraycopy(x, at, norms.floats(), 0, length);
      norms.accept(length);
    }
    norms.end();
  }

  private static void acceptDoubles(ParameterNorms norms, double[] x, int size) {
    norms.begin();
    for (int at = 0; at < x.length; at += size) {
      int length = Math.min(size, x.length - at);
      System.arraycopy(x, at, norms.doubles(), 0, length);
      norms.accept(length);
    }
    norms.end();
  }

  /** In double with compensation: good to about 1e-16, and no square of a float underflows. */
  private static double distance(float[] x, float[] y) {
    double sum = 0;
    double lost = 0;
    for (int i = 0; i < x.length; i++) {
      double d = (double) x[i] - y[i];
      double term = d * d - lost;
      double next = sum + term;
      lost = next - sum - term;
      sum = next;
    }
    return Math.sqrt(sum);
  }

  private static double exactDistance(double[] x, double[] y) {
    BigDecimal sum = BigDecimal.ZERO;
    MathContext digits = new MathContext(50);
    for (int i = 0; i < x.length; i++) {
      BigDecimal d = new BigDecimal(x[i]).subtract(new BigDecimal(y[i]), digits);
      sum = sum.add(d.multiply(d, digits), digits);
    }
    return sum.sqrt(digits).doubleValue();
  }

  private static void assertClose(double expected, double found, double bound, String what) {
    assertTrue(
        Math.abs(found - expected) <= bound * expected,
        what + ": " + found + " is not within " + bound + " of " + expected);
  }
}
