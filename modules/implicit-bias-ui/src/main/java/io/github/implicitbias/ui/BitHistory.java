package io.github.implicitbias.ui;

import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Gap;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.history.Flips;
import java.util.List;

/**
 * The bits of one unit at all samples, or of one sample at all units, over all steps: at evenly
 * spread steps which bits are on, and which have flipped since the one before.
 */
final class BitHistory {

  /** The steps at which the bits are given. */
  final long[] steps;

  /** Number of bits per step. */
  final int bits;

  /** Whether the bits are known at a step; behind a gap they are not, up to a full pattern. */
  final boolean[] known;

  /** Bytes per step. */
  final int stride;

  /** Bit i % 8 of byte i / 8 of a step is bit i. */
  final byte[] on;

  final byte[] flipped;

  private final Run run;
  private final String layer;
  private final int unit;
  private final int sample;

  /**
   * Reads the whole run.
   *
   * @param unit the unit, -1 for all units of one sample
   * @param sample the sample, -1 for all samples of one unit
   * @param points greatest number of steps
   */
  BitHistory(Run run, String layer, int unit, int sample, int points) {
    this.run = run;
    this.layer = layer;
    this.unit = unit;
    this.sample = sample;
    int units = run.header().layers().get(run.header().layerNumber(layer)).units();
    bits = unit >= 0 ? run.header().samples() : units;
    stride = (bits + 7) / 8;
    long first = run.firstStep();
    long last = run.lastStep();
    int count = (int) Math.min(points, last - first + 1);
    steps = new long[count];
    for (int k = 0; k < count; k++) {
      steps[k] = count == 1 ? first : first + Math.round((double) (last - first) * k / (count - 1));
    }
    known = new boolean[count];
    on = new byte[count * stride];
    flipped = new byte[count * stride];
    follow(unit >= 0 ? run.flipsOf(layer, unit) : run.flipsOfSample(layer, sample));
  }

  private void follow(Flips flips) {
    List<Gap> gaps = run.gaps();
    byte[] now = null;
    int flip = 0;
    long before = Long.MIN_VALUE;
    for (int k = 0; k < steps.length; k++) {
      long at = steps[k];
      for (Gap gap : gaps) {
        if (gap.before() > before && gap.after() < at) {
          now = null;
        }
      }
      byte[] changes = new byte[stride];
      for (; flip < flips.size() && flips.step(flip) <= at; flip++) {
        int bit = unit >= 0 ? flips.sample(flip) : flips.unit(flip);
        changes[bit / 8] |= 1 << bit % 8;
        if (now != null) {
          now[bit / 8] ^= 1 << bit % 8;
        }
      }
      boolean followed = now != null;
      if (now == null && !inside(gaps, at)) {
        now = read(run.stepAtOrBefore(at));
      }
      before = at;
      known[k] = now != null;
      if (now != null) {
        System.arraycopy(now, 0, on, k * stride, stride);
        if (followed) {
          System.arraycopy(changes, 0, flipped, k * stride, stride);
        }
      }
    }
  }

  private static boolean inside(List<Gap> gaps, long step) {
    for (Gap gap : gaps) {
      if (step > gap.after() && step < gap.before()) {
        return true;
      }
    }
    return false;
  }

  private byte[] read(long step) {
    ActivationPattern pattern = run.patternAt(step, layer);
    if (pattern == null) {
      return null;
    }
    byte[] read = new byte[stride];
    for (int bit = 0; bit < bits; bit++) {
      boolean isOn = unit >= 0 ? pattern.isOn(unit, bit) : pattern.isOn(bit, sample);
      if (isOn) {
        read[bit / 8] |= 1 << bit % 8;
      }
    }
    return read;
  }
}
