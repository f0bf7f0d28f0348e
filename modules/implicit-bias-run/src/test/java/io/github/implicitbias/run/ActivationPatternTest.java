package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ActivationPatternTest {

  private final SplittableRandom random = new SplittableRandom(2);

  @Test
  void bitsHexAndCounts_agreeWithBigIntegers_forEverySize() {
    for (int samples : new int[] {1, 2, 63, 64, 65, 127, 128, 129, 200}) {
      for (int units : new int[] {1, 2, 9}) {
        BigInteger[] bits = new BigInteger[units];
        int perUnit = (samples + 63) / 64;
        long[] words = new long[units * perUnit];
        for (int unit = 0; unit < units; unit++) {
          bits[unit] = BigInteger.ZERO;
          for (int sample = 0; sample < samples; sample++) {
            if (random.nextInt(1 + unit) == 0) {
              bits[unit] = bits[unit].setBit(sample);
              words[unit * perUnit + sample / 64] |= 1L << sample % 64;
            }
          }
        }
        ActivationPattern pattern = new ActivationPattern(units, samples, words);
        assertArrayEquals(words, pattern.words());
        for (int unit = 0; unit < units; unit++) {
          assertEquals("0x" + bits[unit].toString(16), pattern.hex(unit));
          assertEquals(bits[unit].bitCount(), pattern.activeSamples(unit));
          for (int sample = 0; sample < samples; sample++) {
            assertEquals(bits[unit].testBit(sample), pattern.isOn(unit, sample));
          }
        }
      }
    }
  }

  @Test
  void hex_hasNoLeadingZerosAndKeepsInnerOnes() {
    assertEquals("0x0", new ActivationPattern(1, 130, new long[3]).hex(0));
    assertEquals("0x1", new ActivationPattern(1, 130, new long[] {1, 0, 0}).hex(0));
    assertEquals(
        "0x200000000000000000000000000000005",
        new ActivationPattern(1, 130, new long[] {5, 0, 2}).hex(0));
    assertEquals("0x0", new ActivationPattern(1, 0, new long[0]).hex(0));
  }

  @Test
  void pattern_keepsACopy_inAndOut() {
    long[] words = {1};
    ActivationPattern pattern = new ActivationPattern(1, 3, words);
    words[0] = 2;
    pattern.words()[0] = 4;
    assertEquals("0x1", pattern.hex(0));
  }

  @Test
  void equality_needsTheSameShapeAndBits() {
    ActivationPattern pattern = new ActivationPattern(2, 3, new long[] {1, 2});
    assertEquals(pattern, new ActivationPattern(2, 3, new long[] {1, 2}));
    assertEquals(pattern.hashCode(), new ActivationPattern(2, 3, new long[] {1, 2}).hashCode());
    assertNotEquals(pattern, new ActivationPattern(2, 3, new long[] {1, 3}));
    assertNotEquals(pattern, new ActivationPattern(2, 4, new long[] {1, 2}));
    assertNotEquals(pattern, new ActivationPattern(1, 65, new long[] {1, 0}));
  }

  @Test
  void wordsThatDoNotFit_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ActivationPattern(2, 3, new long[] {1}));
    assertThrows(IllegalArgumentException.class, () -> new ActivationPattern(-1, 3, new long[0]));
    assertThrows(IllegalArgumentException.class, () -> new ActivationPattern(0, -3, new long[0]));
    assertThrows(
        IllegalArgumentException.class, () -> new ActivationPattern(2, 3, new long[] {0, 8}));
    assertThrows(
        IllegalArgumentException.class, () -> new ActivationPattern(1, 63, new long[] {-1}));
    assertEquals(64, new ActivationPattern(1, 64, new long[] {-1}).activeSamples(0));
  }

  @Test
  void unitsAndSamplesThatAreNotThere_areRefused() {
    ActivationPattern pattern = new ActivationPattern(2, 3, new long[] {1, 2});
    for (int[] at : new int[][] {{-1, 0}, {2, 0}, {0, -1}, {0, 3}}) {
      assertThrows(IndexOutOfBoundsException.class, () -> pattern.isOn(at[0], at[1]));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.hex(2));
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.hex(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.activeSamples(2));
    assertThrows(IndexOutOfBoundsException.class, () -> pattern.activeSamples(-1));
  }
}
