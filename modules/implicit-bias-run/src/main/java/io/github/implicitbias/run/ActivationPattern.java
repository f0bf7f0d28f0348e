package io.github.implicitbias.run;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which units of one layer are on for which samples of the probe: read by rows and by columns, the
 * active support of a unit, the samples on which it is on, and of a sample, the units that are on.
 *
 * <p>Layout, the same in memory, in storage, in hashes and in hexadecimal: per unit {@code
 * ceil(samples / 64)} longs; bit {@code i % 64} of word {@code i / 64} is sample {@code i}; bits
 * beyond the last sample are 0.
 */
public final class ActivationPattern {

  private final int units;
  private final int samples;
  private final long[] words;

  /**
   * Wraps a copy of the given words.
   *
   * @param words {@code units * wordsPerUnit(samples)} longs in the layout above
   * @throws IllegalArgumentException if the number of words does not fit, or a bit beyond the last
   *     sample is set
   */
  public ActivationPattern(int units, int samples, long[] words) {
    if (units < 0 || samples < 0 || words.length != (long) units * wordsPerUnit(samples)) {
      throw new IllegalArgumentException(
          units + " units of " + samples + " samples do not fit in " + words.length + " words");
    }
    this.units = units;
    this.samples = samples;
    this.words = words.clone();
    long unused = ~lastWordMask(samples);
    int perUnit = wordsPerUnit(samples);
    for (int unit = 0; unit < units && perUnit > 0; unit++) {
      if ((this.words[(unit + 1) * perUnit - 1] & unused) != 0) {
        throw new IllegalArgumentException("unit " + unit + " has bits beyond the last sample");
      }
    }
  }

  /** Returns the number of longs that hold the bits of one unit. */
  public static int wordsPerUnit(int samples) {
    return (samples + 63) >>> 6;
  }

  /** Returns the bits that samples occupy in the last word of a unit. */
  public static long lastWordMask(int samples) {
    return (samples & 63) == 0 ? -1L : (1L << (samples & 63)) - 1;
  }

  /** Returns the number of units. */
  public int units() {
    return units;
  }

  /** Returns the number of samples. */
  public int samples() {
    return samples;
  }

  /**
   * Returns true if the unit is on for the sample.
   *
   * @throws IndexOutOfBoundsException if there is no such unit or sample
   */
  public boolean isOn(int unit, int sample) {
    if (unit < 0 || unit >= units || sample < 0 || sample >= samples) {
      throw new IndexOutOfBoundsException("unit " + unit + ", sample " + sample);
    }
    return (words[unit * wordsPerUnit(samples) + (sample >>> 6)] >>> (sample & 63) & 1) != 0;
  }

  /** Returns for how many samples the unit is on. */
  public int activeSamples(int unit) {
    int perUnit = wordsPerUnit(samples);
    int count = 0;
    for (int k = unit * perUnit; k < (unit + 1) * perUnit; k++) {
      count += Long.bitCount(words[k]);
    }
    return count;
  }

  /**
   * Returns the samples on which a unit is on, as positions in the probe, in increasing order.
   *
   * @throws IndexOutOfBoundsException if there is no such unit
   */
  public int[] samplesOf(int unit) {
    int[] found = new int[activeSamples(unit)];
    int count = 0;
    for (int i = 0; i < samples && count < found.length; i++) {
      if (isOn(unit, i)) {
        found[count++] = i;
      }
    }
    return found;
  }

  /**
   * Returns the units that are on for a sample, in increasing order.
   *
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public int[] unitsOf(int sample) {
    int[] found = new int[units];
    int count = 0;
    for (int j = 0; j < units; j++) {
      if (isOn(j, sample)) {
        found[count++] = j;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** Returns for every sample the number of units that are on. */
  public int[] activeUnits() {
    int[] counts = new int[samples];
    int perUnit = wordsPerUnit(samples);
    for (int at = 0; at < words.length; at++) {
      for (long bits = words[at]; bits != 0; bits &= bits - 1) {
        counts[((at % perUnit) << 6) + Long.numberOfTrailingZeros(bits)]++;
      }
    }
    return counts;
  }

  /** Returns a copy of the words, in the layout of this class. */
  public long[] words() {
    return words.clone();
  }

  /** Returns the unit's bits as a hexadecimal number, {@code 0x...}, lowest bit sample 0. */
  public String hex(int unit) {
    int perUnit = wordsPerUnit(samples);
    StringBuilder hex = new StringBuilder("0x");
    boolean started = false;
    for (int k = perUnit - 1; k >= 0; k--) {
      long word = words[unit * perUnit + k];
      if (started) {
        String digits = Long.toHexString(word);
        hex.append("0000000000000000", digits.length(), 16).append(digits);
      } else if (word != 0) {
        hex.append(Long.toHexString(word));
        started = true;
      }
    }
    return started ? hex.toString() : "0x0";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ActivationPattern
        && ((ActivationPattern) other).units == units
        && ((ActivationPattern) other).samples == samples
        && Arrays.equals(((ActivationPattern) other).words, words);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * units + samples) + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return units + " units x " + samples + " samples";
  }
}
