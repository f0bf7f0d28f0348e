package io.github.implicitbias.core.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.implicitbias.run.ActivationPattern;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ActiveSupportTest {

  @Test
  void s1a_endsOnSamplesZeroAndTwo() {
    ActiveSupport support = new ActiveSupport(new ActivationPattern(1, 3, new long[] {0x5}));
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
    ActiveSupport support = new ActiveSupport(pattern);
    int[] counts = support.activeUnits();
    int inRows = 0;
    for (int i = 0; i < samples; i++) {
      assertEquals(support.unitsOf(i).length, counts[i]);
      for (int j : support.unitsOf(i)) {
        assertEquals(true, pattern.isOn(j, i));
      }
    }
    for (int j = 0; j < 5; j++) {
      for (int i : support.samplesOf(j)) {
        assertEquals(true, pattern.isOn(j, i));
        inRows++;
      }
      assertEquals(pattern.activeSamples(j), support.samplesOf(j).length);
    }
    assertEquals(java.util.Arrays.stream(counts).sum(), inRows);
  }
}
