package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The samples of a unit and the units of a sample. */
class ActiveSupportTest {

  @Test
  void s1a_endsOnSamplesZeroAndTwo() {
    ActivationPattern support = new ActivationPattern(1, 3, new long[] {0x5});
    assertArrayEquals(new int[] {0, 2}, support.samplesOf(0));
    assertArrayEquals(new int[] {0}, support.unitsOf(2));
    assertArrayEquals(new int[] {}, support.unitsOf(1));
    assertArrayEquals(new int[] {1, 0, 1}, support.activeUnits());
    assertThrows(IndexOutOfBoundsException.class, () -> support.samplesOf(1));
    assertThrows(IndexOutOfBoundsException.class, () -> support.unitsOf(3));
  }

  @Test
  void rowsAndColumns_agreeWithTheBits() {
    int samples = 130;
    SplittableRandom random = new SplittableRandom(1);
    long[] words = random.longs(15).toArray();
    for (int j = 0; j < 5; j++) {
      words[3 * j + 2] &= ActivationPattern.lastWordMask(samples);
    }
    ActivationPattern pattern = new ActivationPattern(5, samples, words);
    int[] counts = pattern.activeUnits();
    int inRows = 0;
    for (int i = 0; i < samples; i++) {
      assertEquals(pattern.unitsOf(i).length, counts[i]);
      for (int j : pattern.unitsOf(i)) {
        assertEquals(true, pattern.isOn(j, i));
      }
    }
    for (int j = 0; j < 5; j++) {
      for (int i : pattern.samplesOf(j)) {
        assertEquals(true, pattern.isOn(j, i));
        inRows++;
      }
      assertEquals(pattern.activeSamples(j), pattern.samplesOf(j).length);
    }
    assertEquals(java.util.Arrays.stream(counts).sum(), inRows);
  }
}
