package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FloatProductTest {

  private static final double BOUND = 36 * Math.pow(2, -24);

  private final SplittableRandom random = new SplittableRandom(4);

  private float[] floats(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return values;
  }

  private void check(int samples, int inputs, int outputs) {
    float[] x = floats(samples * inputs);
    FloatProduct product = new FloatProduct(samples, inputs, outputs);
    float[] w = floats(inputs * outputs);
    double[] bias = random.doubles(outputs).toArray();
    System.arraycopy(w, 0, product.weights(), 0, w.length);
    double[] z = new double[samples * outputs];
    product.multiply(FloatBuffer.wrap(x), bias, z);
    product.multiply(FloatBuffer.wrap(x), bias, z);
    for (int i = 0; i < samples; i++) {
      for (int k = 0; k < outputs; k++) {
        double sum = bias[k];
        double magnitude = Math.abs(bias[k]);
        for (int j = 0; j < inputs; j++) {
          double term = (double) x[i * inputs + j] * w[k * inputs + j];
          sum += term;
          magnitude += Math.abs(term);
        }
        String where = samples + "x" + inputs + "x" + outputs;
        assertEquals(sum, z[i * outputs + k], BOUND * magnitude, where);
      }
    }
  }

  @Test
  void everyShape_isMultipliedWithinItsBound() {
    for (int samples : new int[] {1, 7, 8, 9, 127, 128, 129, 300}) {
      for (int inputs : new int[] {1, 3, 4, 5, 127, 128, 129, 1030}) {
        for (int outputs : new int[] {1, 2, 10}) {
          check(samples, inputs, outputs);
        }
      }
    }
  }

  @Test
  void aSampleHasTheSameProduct_whereverItStands() {
    int samples = 130;
    int inputs = 1500;
    float[] x = floats(samples * inputs);
    float[] reversed = new float[x.length];
    for (int i = 0; i < samples; i++) {
      System.arraycopy(x, i * inputs, reversed, (samples - 1 - i) * inputs, inputs);
    }
    FloatProduct product = new FloatProduct(samples, inputs, 3);
    System.arraycopy(floats(3 * inputs), 0, product.weights(), 0, 3 * inputs);
    double[] z = new double[3 * samples];
    double[] ofReversed = new double[3 * samples];
    product.multiply(FloatBuffer.wrap(x), new double[3], z);
    product.multiply(FloatBuffer.wrap(reversed), new double[3], ofReversed);
    double[] back = new double[3 * samples];
    for (int i = 0; i < samples; i++) {
      System.arraycopy(ofReversed, 3 * (samples - 1 - i), back, 3 * i, 3);
    }
    assertArrayEquals(z, back);
  }

  @Test
  void oneBadSample_spoilsOnlyItself() {
    float[] x = floats(20 * 6);
    x[7 * 6 + 2] = Float.NaN;
    x[8 * 6] = Float.POSITIVE_INFINITY;
    FloatProduct product = new FloatProduct(20, 6, 1);
    System.arraycopy(floats(6), 0, product.weights(), 0, 6);
    double[] z = new double[20];
    product.multiply(FloatBuffer.wrap(x), new double[1], z);
    for (int i = 0; i < 20; i++) {
      assertEquals(i != 7 && i != 8, Double.isFinite(z[i]));
    }
    assertTrue(Double.isNaN(z[7]));
    assertTrue(Double.isInfinite(z[8]));
  }
}
