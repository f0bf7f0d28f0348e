package io.github.implicitbias.core.support;

import io.github.implicitbias.run.ActivationPattern;
import java.util.Arrays;

/**
 * The active support at one step: for a unit the samples on which it is on, for a sample the units
 * that are on.
 *
 * <p>It is the activation pattern, read by rows and by columns, so every recorded step has it
 * exactly, and nothing else is recorded for it: {@code new ActiveSupport(run.patternAt(step,
 * layer))}.
 */
public final class ActiveSupport {

  private final ActivationPattern pattern;

  /** Makes the active support of the units of a layer. */
  public ActiveSupport(ActivationPattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Returns the samples on which a unit is on, as positions in the probe, in increasing order.
   *
   * @throws IndexOutOfBoundsException if there is no such unit
   */
  public int[] samplesOf(int unit) {
    int[] samples = new int[pattern.activeSamples(unit)];
    int count = 0;
    for (int i = 0; i < pattern.samples() && count < samples.length; i++) {
      if (pattern.isOn(unit, i)) {
        samples[count++] = i;
      }
    }
    return samples;
  }

  /**
   * Returns the units that are on for a sample, in increasing order.
   *
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public int[] unitsOf(int sample) {
    int[] units = new int[pattern.units()];
    int count = 0;
    for (int j = 0; j < units.length; j++) {
      if (pattern.isOn(j, sample)) {
        units[count++] = j;
      }
    }
    return Arrays.copyOf(units, count);
  }

  /** Returns for every sample the number of units that are on. */
  public int[] activeUnits() {
    int[] counts = new int[pattern.samples()];
    long[] words = pattern.words();
    int perUnit = ActivationPattern.wordsPerUnit(counts.length);
    for (int at = 0; at < words.length; at++) {
      for (long bits = words[at]; bits != 0; bits &= bits - 1) {
        counts[((at % perUnit) << 6) + Long.numberOfTrailingZeros(bits)]++;
      }
    }
    return counts;
  }
}
