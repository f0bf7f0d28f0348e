package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.implicitbias.run.ActivationPattern;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PatternPackerTest {

  private static final int[] SAMPLES = {0, 1, 3, 4, 31, 32, 33, 35, 63, 64, 65, 96, 127, 128, 130};
  private static final int[] UNITS = {0, 1, 2, 3, 7, 8, 16, 17, 64, 129, 130};

  private static final float[] ODD_FLOATS = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY
  };
  private static final int[] FLOAT_NANS = {
    0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7fffffff, 0xffffffff, 0x7fdeadbe
  };
  private static final double[] ODD_DOUBLES = {
    0d,
    -0d,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MIN_NORMAL,
    -Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };
  private static final long[] DOUBLE_NANS = {
    0x7ff8000000000000L,
    0xfff8000000000000L,
    0x7ff0000000000001L,
    0xfff0000000000001L,
    Long.MAX_VALUE,
    -1L,
    0x7ff8000000ab5e47L
  };

  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void floats_packAsANaiveLoopDoes_forEveryShape() {
    for (int samples : SAMPLES) {
      for (int units : UNITS) {
        PatternPacker packer = new PatternPacker(samples, units);
        for (double share : new double[] {0, 0, 0.02, 0.5}) {
          float[] z = new float[samples * units];
          int[] bits = new int[z.length + 5];
          Arrays.fill(bits, 0x7fc00000);
          for (int i = 0; i < z.length; i++) {
            bits[i] = floatBits(share);
            z[i] = Float.intBitsToFloat(bits[i]);
          }
          long[] expected = new long[units * ((samples + 63) / 64)];
          int nan = 0;
          for (int i = 0; i < z.length; i++) {
            nan += Float.isNaN(z[i]) ? 1 : 0;
            set(expected, samples, i / Math.max(1, units), i % Math.max(1, units), z[i] > 0);
          }
          long[] words = filledWithRubbish(expected.length);
          assertEquals(nan, packer.packFloats(bits, words), samples + " x " + units);
          assertArrayEquals(expected, words, samples + " x " + units);
        }
      }
    }
  }

  @Test
  void doubles_packAsANaiveLoopDoes_forEveryShape() {
    for (int samples : SAMPLES) {
      for (int units : UNITS) {
        PatternPacker packer = new PatternPacker(samples, units);
        for (double share : new double[] {0, 0, 0.02, 0.5}) {
          double[] z = new double[samples * units];
          long[] bits = new long[z.length + 5];
          Arrays.fill(bits, 0x7ff8000000000000L);
          for (int i = 0; i < z.length; i++) {
            bits[i] = doubleBits(share);
            z[i] = Double.longBitsToDouble(bits[i]);
          }
          long[] expected = new long[units * ((samples + 63) / 64)];
          int nan = 0;
          for (int i = 0; i < z.length; i++) {
            nan += Double.isNaN(z[i]) ? 1 : 0;
            set(expected, samples, i / Math.max(1, units), i % Math.max(1, units), z[i] > 0);
          }
          long[] words = filledWithRubbish(expected.length);
          assertEquals(nan, packer.packDoubles(bits, words), samples + " x " + units);
          assertArrayEquals(expected, words, samples + " x " + units);
        }
      }
    }
  }

  @Test
  void everyOddFloat_isOnExactlyWhenItIsGreaterThanZero_inEveryRow() {
    for (int samples = 1; samples <= 66; samples++) {
      for (float value : ODD_FLOATS) {
        int[] bits = new int[samples];
        bits[samples - 1] = Float.floatToRawIntBits(value);
        long[] words = new long[(samples + 63) / 64];
        assertEquals(0, new PatternPacker(samples, 1).packFloats(bits, words));
        assertEquals(value > 0, new ActivationPattern(1, samples, words).isOn(0, samples - 1));
      }
      for (int nan : FLOAT_NANS) {
        int[] bits = new int[samples];
        bits[samples - 1] = nan;
        long[] words = new long[(samples + 63) / 64];
        assertEquals(1, new PatternPacker(samples, 1).packFloats(bits, words));
        assertArrayEquals(new long[words.length], words);
      }
    }
  }

  @Test
  void everyOddDouble_isOnExactlyWhenItIsGreaterThanZero_inEveryRow() {
    for (int samples = 1; samples <= 66; samples++) {
      for (double value : ODD_DOUBLES) {
        long[] bits = new long[samples];
        bits[samples - 1] = Double.doubleToRawLongBits(value);
        long[] words = new long[(samples + 63) / 64];
        assertEquals(0, new PatternPacker(samples, 1).packDoubles(bits, words));
        assertEquals(value > 0, new ActivationPattern(1, samples, words).isOn(0, samples - 1));
      }
      for (long nan : DOUBLE_NANS) {
        long[] bits = new long[samples];
        bits[samples - 1] = nan;
        long[] words = new long[(samples + 63) / 64];
        assertEquals(1, new PatternPacker(samples, 1).packDoubles(bits, words));
        assertArrayEquals(new long[words.length], words);
      }
    }
  }

  @Test
  void impossibleShapes_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new PatternPacker(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> new PatternPacker(1, -1));
    assertThrows(IllegalArgumentException.class, () -> new PatternPacker(1 << 16, 1 << 15));
  }

  private int floatBits(double nanShare) {
    double draw = random.nextDouble();
    if (draw < nanShare) {
      return FLOAT_NANS[random.nextInt(FLOAT_NANS.length)];
    }
    if (draw > 0.8) {
      return Float.floatToRawIntBits(ODD_FLOATS[random.nextInt(ODD_FLOATS.length)]);
    }
    return Float.floatToRawIntBits((float) (random.nextDouble() - 0.5));
  }

  private long doubleBits(double nanShare) {
    double draw = random.nextDouble();
    if (draw < nanShare) {
      return DOUBLE_NANS[random.nextInt(DOUBLE_NANS.length)];
    }
    if (draw > 0.8) {
      return Double.doubleToRawLongBits(ODD_DOUBLES[random.nextInt(ODD_DOUBLES.length)]);
    }
    return Double.doubleToRawLongBits(random.nextDouble() - 0.5);
  }

  private static void set(long[] words, int samples, int sample, int unit, boolean on) {
    if (on) {
      words[unit * ((samples + 63) / 64) + sample / 64] |= 1L << sample % 64;
    }
  }

  private long[] filledWithRubbish(int length) {
    long[] words = new long[length];
    Arrays.setAll(words, k -> random.nextLong());
    return words;
  }

  @Test
  void entriesThatAreNotFinite_areTold_ofTheMatrixPackedLast() {
    int samples = 70;
    int units = 5;
    PatternPacker packer = new PatternPacker(samples, units);
    int words = ActivationPattern.wordsPerUnit(samples);
    long[] pattern = new long[units * words];
    for (double poison : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1 / 0.0, 1}) {
      for (int entry = 0; entry < samples * units; entry += 7) {
        float[] floats = new float[samples * units];
        double[] doubles = new double[samples * units];
        floats[entry] = (float) poison;
        doubles[entry] = poison;
        long[] expected = new long[units * words];
        expected[entry % units * words + entry / units / 64] = 1L << entry / units;
        int[] floatBits = new int[floats.length];
        long[] doubleBits = new long[floats.length];
        for (int k = 0; k < floats.length; k++) {
          floatBits[k] = Float.floatToRawIntBits(floats[k]);
          doubleBits[k] = Double.doubleToRawLongBits(doubles[k]);
        }
        for (boolean single : new boolean[] {true, false}) {
          int nan =
              single
                  ? packer.packFloats(floatBits, pattern)
                  : packer.packDoubles(doubleBits, pattern);
          assertEquals(Double.isNaN(poison) ? 1 : 0, nan);
          assertArrayEquals(Double.isNaN(poison) ? expected : null, packer.notNumbers());
          assertEquals(Double.isInfinite(poison), packer.hasInfinity());
          assertEquals(poison > 0, (pattern[entry % units * words + entry / units / 64] != 0));
        }
      }
    }
  }
}
