package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;

/**
 * The entries (unit, sample) of one layer that lie on the boundary at the present record: |z| is 0
 * within rounding, so that their bit says nothing. Entries that do not exist are never counted.
 */
public final class Boundary {

  private static final FlipKind[] KINDS = FlipKind.values();

  private final PatternHistory pattern;
  private final long[] words;

  /** Makes the boundary of a layer whose pattern is followed. */
  public Boundary(PatternHistory pattern) {
    this.pattern = pattern;
    this.words = new long[pattern.current().length];
  }

  /** Returns the array to write the entries into, in the layout of ActivationPattern. */
  public long[] words() {
    return words;
  }

  /** Returns the number of entries on the boundary. Cost O(entries / 64). */
  public long entries() {
    long count = 0;
    for (int k = 0; k < words.length; k++) {
      count += Long.bitCount(words[k] & pattern.existing(k));
    }
    return count;
  }

  /**
   * Returns how many of the flips since the record before ended at an entry that is on the boundary
   * now. Cost O(flips).
   */
  public long flips() {
    long count = 0;
    for (FlipKind kind : KINDS) {
      count += flips(kind);
    }
    return count;
  }

  /** Returns the number of {@link #flips()} of one kind. */
  public long flips(FlipKind kind) {
    int samples = pattern.samples();
    int perUnit = words.length / Math.max(1, pattern.units());
    int[] flips = pattern.flips(kind);
    long count = 0;
    for (int i = 0; i < pattern.flipCount(kind); i++) {
      int sample = flips[i] % samples;
      int k = flips[i] / samples * perUnit + (sample >>> 6);
      count += (words[k] & pattern.existing(k)) >>> (sample & 63) & 1;
    }
    return count;
  }
}
