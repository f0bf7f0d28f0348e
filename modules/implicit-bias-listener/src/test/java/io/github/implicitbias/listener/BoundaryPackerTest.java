package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.implicitbias.run.ActivationPattern;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BoundaryPackerTest {

  private static final double EPS = 0x1p-52;

  private static boolean isSet(long[] words, int samples, int unit, int sample) {
    int word = unit * ActivationPattern.wordsPerUnit(samples) + (sample >>> 6);
    return (words[word] >>> (sample & 63) & 1) != 0;
  }

  @Test
  void entriesWithinRoundingOfZero_areFound_andNoOthers() {
    SplittableRandom random = new SplittableRandom(3);
    for (int samples : new int[] {1, 63, 64, 65, 130}) {
      for (int inputs : new int[] {1, 2, 4, 5, 17}) {
        int units = 7;
        double[] x = random.doubles(samples * inputs, -1, 1).toArray();
        double[] w = random.doubles(units * inputs, -1, 1).toArray();
        double[] z = new double[samples * units];
        boolean[] expected = new boolean[z.length];
        for (int i = 0; i < samples; i++) {
          for (int j = 0; j < units; j++) {
            double xx = 0;
            double ww = 0;
            for (int k = 0; k < inputs; k++) {
              xx += x[i * inputs + k] * x[i * inputs + k];
              ww += w[j * inputs + k] * w[j * inputs + k];
            }
            double factor = random.nextInt(3) == 0 ? 7.9 : random.nextInt(2) == 0 ? 8.1 : 1e9;
            double sign = random.nextBoolean() ? 1 : -1;
            z[i * units + j] = sign * factor * EPS * Math.sqrt(xx * ww);
            expected[i * units + j] = factor < 8;
          }
        }
        long[] words = new long[units * ActivationPattern.wordsPerUnit(samples)];
        Arrays.fill(words, -1);
        new BoundaryPacker(samples, inputs, units, EPS).pack(x, w, z, words);
        for (int i = 0; i < samples; i++) {
          for (int j = 0; j < units; j++) {
            assertEquals(expected[i * units + j], isSet(words, samples, j, i));
          }
        }
      }
    }
  }

  @Test
  void affinePreActivations_areComputed_whetherOrNotThereIsABias() {
    double third = 1.0 / 3;
    double[] x = {1, third, 0, 0, 3, 1};
    double[] w = {third, -1, 1, 1};
    long[] words = new long[2];
    BoundaryPacker packer = new BoundaryPacker(3, 2, 2, EPS);
    packer.packAffine(x, w, null, words);
    // Sample 0 is orthogonal to unit 0, sample 1 is 0, sample 2 is orthogonal to unit 0.
    assertArrayEquals(new long[] {0b111, 0b010}, words);
    packer.packAffine(x, w, new double[] {1e-12, -4}, words);
    assertArrayEquals(new long[] {0, 0b100}, words);
  }

  @Test
  void nan_isNotOnTheBoundary() {
    long[] words = new long[1];
    BoundaryPacker packer = new BoundaryPacker(2, 1, 1, EPS);
    packer.pack(new double[] {1, 1}, new double[] {1}, new double[] {Double.NaN, 0}, words);
    assertEquals(0b10, words[0]);
  }
}
