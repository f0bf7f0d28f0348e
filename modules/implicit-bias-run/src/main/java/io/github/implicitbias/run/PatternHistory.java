package io.github.implicitbias.run;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows the activation pattern of one layer from record to record: flips by kind, active samples
 * per unit, dead and linear units.
 *
 * <p>{@link #current} is written by the caller, then {@link #advance} compares it with the pattern
 * before. Allocates nothing after the first calls, except when a record has more flips than any
 * record before it.
 */
public final class PatternHistory {

  private static final int KINDS = FlipKind.values().length;

  private final int units;
  private final int samples;
  private final int wordsPerUnit;
  private long[] current;
  private long[] previous;
  private final long[] everOn;
  private final int[][] flips = new int[KINDS][16];
  private final int[] counts = new int[KINDS];
  private int[] activeSamples;
  private int[] activeBefore;
  private int dead;
  private int linear;
  private long active;
  private int nanEntries;
  private boolean started;
  private final long @Nullable [] possible;
  private final int @Nullable [] possibleSamples;
  private final long possibleEntries;
  private final boolean grouped;
  private final long[] first;
  private long stableSince = -1;

  /** Makes the history of a layer before its first record. */
  public PatternHistory(int units, int samples) {
    this(units, samples, null);
  }

  /**
   * Makes the history of a layer some of whose entries do not exist, such as masked time steps.
   *
   * @param possible the entries that exist, in the layout of ActivationPattern; null if all do.
   *     Entries that do not exist are never on, and do not count for dead and linear units
   */
  public PatternHistory(int units, int samples, long @Nullable [] possible) {
    this(units, samples, possible, false);
  }

  /**
   * Makes the history of a layer.
   *
   * @param possible as in the constructor before
   * @param grouped true if a unit stands for several entries of the layer's output; such a unit is
   *     never called linear, as being on for a sample says little of each of them
   * @throws IllegalArgumentException if {@code possible} has another number of words than patterns
   */
  public PatternHistory(int units, int samples, long @Nullable [] possible, boolean grouped) {
    this.units = units;
    this.samples = samples;
    this.wordsPerUnit = ActivationPattern.wordsPerUnit(samples);
    int words = units * wordsPerUnit;
    if (possible != null && possible.length != words) {
      throw new IllegalArgumentException(
          possible.length + " words of entries that exist where patterns have " + words);
    }
    long entries = (long) units * samples;
    int[] ofUnits = null;
    if (possible != null) {
      entries = 0;
      ofUnits = new int[units];
      for (int k = 0; k < words; k++) {
        int count = Long.bitCount(possible[k]);
        ofUnits[k / wordsPerUnit] += count;
        entries += count;
      }
    }
    this.possible = possible == null ? null : possible.clone();
    this.possibleSamples = ofUnits;
    this.possibleEntries = entries;
    this.grouped = grouped;
    this.first = new long[words];
    this.current = new long[words];
    this.previous = new long[words];
    this.everOn = new long[words];
    this.activeSamples = new int[units];
    this.activeBefore = new int[units];
  }

  /** Returns the array to write the next pattern into, in the layout of ActivationPattern. */
  public long[] next() {
    return previous;
  }

  /** Returns the entries of a word of the pattern that exist, as bits. */
  public long existing(int word) {
    return possible == null ? -1 : possible[word];
  }

  /**
   * Makes what was written into {@link #next} the current pattern and finds the flips. The first
   * pattern of a run has none.
   *
   * @param nan number of entries that were NaN
   */
  public void advance(int nan) {
    advance(nan, null);
  }

  /**
   * Makes what was written into {@link #next} the current pattern and finds the flips. An entry
   * that is not a number is neither on nor off: it keeps the bit it had at the record before, so
   * that it does not flip; at the first record it is off.
   *
   * @param nan number of entries that were NaN
   * @param notNumbers which they are, in the layout of the pattern; null if none is, or it is not
   *     known
   */
  public void advance(int nan, long @Nullable [] notNumbers) {
    if (notNumbers != null && started) {
      for (int k = 0; k < previous.length; k++) {
        previous[k] = previous[k] & ~notNumbers[k] | current[k] & notNumbers[k];
      }
    }
    long[] before = current;
    current = previous;
    previous = before;
    nanEntries = nan;
    Arrays.fill(counts, 0);
    if (started) {
      for (int k = 0; k < current.length; k++) {
        long changed = current[k] ^ previous[k];
        if (changed != 0) {
          long on = changed & current[k];
          collect(FlipKind.ACTIVATION, on & ~everOn[k], k);
          collect(FlipKind.REACTIVATION, on & everOn[k], k);
          collect(FlipKind.DEACTIVATION, changed & previous[k], k);
          everOn[k] |= on;
        }
      }
    } else {
      for (int k = 0; k < current.length; k++) {
        everOn[k] |= current[k];
        first[k] = current[k];
      }
    }
    count();
    if (!started) {
      System.arraycopy(activeSamples, 0, activeBefore, 0, units);
      started = true;
    }
  }

  /**
   * Notes that a bit has been on at a record that this history has not seen: when it is next turned
   * on, that is a reactivation.
   */
  public void wasOn(int unit, int sample) {
    everOn[unit * wordsPerUnit + (sample >>> 6)] |= 1L << (sample & 63);
  }

  private void collect(FlipKind kind, long bits, int word) {
    if (bits == 0) {
      return;
    }
    int k = kind.ordinal();
    int needed = counts[k] + Long.bitCount(bits);
    if (flips[k].length < needed) {
      flips[k] = Arrays.copyOf(flips[k], Math.max(needed, 2 * flips[k].length));
    }
    int base = word / wordsPerUnit * samples + ((word % wordsPerUnit) << 6);
    while (bits != 0) {
      flips[k][counts[k]++] = base + Long.numberOfTrailingZeros(bits);
      bits &= bits - 1;
    }
  }

  private void count() {
    int[] swap = activeBefore;
    activeBefore = activeSamples;
    activeSamples = swap;
    dead = 0;
    linear = 0;
    active = 0;
    for (int unit = 0, k = 0; unit < units; unit++) {
      int on = 0;
      for (int end = k + wordsPerUnit; k < end; k++) {
        on += Long.bitCount(current[k]);
      }
      activeSamples[unit] = on;
      active += on;
      int possible = possibleSamples(unit);
      dead += on == 0 && possible > 0 ? 1 : 0;
      linear += on == possible && possible > 0 && !grouped ? 1 : 0;
    }
  }

  /**
   * Tells the step of the present record, after {@link #advance}; without it, {@link #stableSince}
   * is not known.
   */
  public void atStep(long step) {
    if (stableSince < 0 || flipCount() > 0) {
      stableSince = step;
    }
  }

  /**
   * Returns the step of the last record with a flip, that of the first record if there was none; -1
   * if steps are not known.
   */
  public long stableSince() {
    return stableSince;
  }

  /** Returns the number of units. */
  public int units() {
    return units;
  }

  /** Returns the number of samples. */
  public int samples() {
    return samples;
  }

  /** Returns the words of the current pattern; the caller must not write to them. */
  public long[] current() {
    return current;
  }

  /** Returns the words of the pattern of the first record; the caller must not write to them. */
  public long[] first() {
    return first;
  }

  /** Returns the number of flips since the record before: the Hamming distance to its pattern. */
  public int flipCount() {
    int sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Returns the number of flips of one kind since the record before. */
  public int flipCount(FlipKind kind) {
    return counts[kind.ordinal()];
  }

  /**
   * Returns the flips of one kind, as {@code unit * samples + sample} in increasing order; only the
   * first {@link #flipCount} entries count, and only until the next {@link #advance}.
   */
  public int[] flips(FlipKind kind) {
    return flips[kind.ordinal()];
  }

  /** Returns for how many samples the unit exists: all, but for those that are masked. */
  public int possibleSamples(int unit) {
    return possibleSamples == null ? samples : possibleSamples[unit];
  }

  /** Returns the number of entries that exist: units x samples, less those that are masked. */
  public long possibleEntries() {
    return possibleEntries;
  }

  /** Returns true if a unit stands for several entries of the layer's output. */
  public boolean isGrouped() {
    return grouped;
  }

  /**
   * Returns true if the unit is on for every sample for which it exists; never if it is grouped.
   */
  public boolean isLinear(int unit) {
    int possible = possibleSamples(unit);
    return !grouped && possible > 0 && activeSamples[unit] == possible;
  }

  /** Returns for how many samples the unit is on now. */
  public int activeSamples(int unit) {
    return activeSamples[unit];
  }

  /** Returns for how many samples the unit was on at the record before. */
  public int activeSamplesBefore(int unit) {
    return activeBefore[unit];
  }

  /** Returns the number of units that are off for every sample. */
  public int deadUnits() {
    return dead;
  }

  /** Returns the number of units that are on for every sample; 0 if units are grouped. */
  public int linearUnits() {
    return linear;
  }

  /** Returns the number of entries that are on. */
  public long activeEntries() {
    return active;
  }

  /**
   * Returns the number of entries of the current pattern that are NaN. Their bits are those of the
   * record before; what is counted of the layer says nothing while there are any.
   */
  public int nanEntries() {
    return nanEntries;
  }
}
