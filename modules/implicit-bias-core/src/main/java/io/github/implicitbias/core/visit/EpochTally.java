package io.github.implicitbias.core.visit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Counts, over the visits of an epoch, for how many of them each unit of a layer was on. */
final class EpochTally {

  private final long[] on;
  private long visits;
  private long active;
  private int offAll;

  EpochTally(int units) {
    on = new long[units];
  }

  /**
   * Counts the samples of a step.
   *
   * @param words one row of bits per unit, as {@code ActivationPattern} lays them out
   * @param samples how many samples
   * @param visited a bit per sample, which of them count; null if all do
   * @param counted how many of them count
   */
  void add(long[] words, int samples, long @Nullable [] visited, int counted) {
    int wordsPerUnit = (samples + 63) >>> 6;
    visits += counted;
    active = 0;
    offAll = 0;
    for (int j = 0, at = 0; j < on.length; j++) {
      int count = 0;
      for (int k = 0; k < wordsPerUnit; k++, at++) {
        count += Long.bitCount(visited == null ? words[at] : words[at] & visited[k]);
      }
      on[j] += count;
      active += count;
      offAll += count == 0 ? 1 : 0;
    }
  }

  /** Returns how many entries were on at the last step. */
  long active() {
    return active;
  }

  /** Returns how many units were off for every sample of the last step. */
  int offAll() {
    return offAll;
  }

  /** Returns the share of visits that each unit was on for. */
  float[] shares() {
    float[] shares = new float[on.length];
    for (int j = 0; j < on.length; j++) {
      shares[j] = visits == 0 ? Float.NaN : (float) ((double) on[j] / visits);
    }
    return shares;
  }

  /** Returns how many units were on at no visit. */
  int dead() {
    return visits == 0 ? 0 : (int) Arrays.stream(on).filter(n -> n == 0).count();
  }

  /** Returns how many units were on at every visit. */
  int linear() {
    return visits == 0 ? 0 : (int) Arrays.stream(on).filter(n -> n == visits).count();
  }

  /** Begins an epoch. */
  void begin() {
    Arrays.fill(on, 0);
    visits = 0;
  }
}
