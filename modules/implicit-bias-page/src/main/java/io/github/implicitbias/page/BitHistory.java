package io.github.implicitbias.page;

import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Gap;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RecordVisitor;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The bits of one unit at all samples, or of one sample at all units, over all steps: at evenly
 * spread steps which bits are on, and which have flipped since the one before.
 */
final class BitHistory {

  private final long[] steps;
  private final boolean[] known;
  private final byte[] on;
  private final byte[] flipped;
  private final int bits;
  private final int stride;
  private final Run run;
  private final int layer;
  private final int unit;
  private final int sample;

  /**
   * Reads the whole run, which has a record at least.
   *
   * @param layer index of the tracked layer
   * @param unit the unit, -1 for all units of one sample
   * @param sample the sample, -1 for all samples of one unit
   * @param points greatest number of steps
   */
  public BitHistory(Run run, int layer, int unit, int sample, int points) {
    this.run = run;
    this.layer = layer;
    this.unit = unit;
    this.sample = sample;
    int units = run.header().layers().get(layer).units();
    bits = unit >= 0 ? run.header().samples() : units;
    stride = (bits + 7) / 8;
    steps = EvenSteps.between(run.firstStep(), run.lastStep(), points);
    known = new boolean[steps.length];
    on = new byte[steps.length * stride];
    flipped = new byte[steps.length * stride];
    LongStream.Builder flipSteps = LongStream.builder();
    IntStream.Builder flipBits = IntStream.builder();
    run.visit(
        new RecordVisitor() {
          private long at = -1;

          @Override
          public void record(Record record) {
            at = record.step();
          }

          @Override
          public void flip(int inLayer, FlipKind kind, int ofUnit, int atSample) {
            if (inLayer == layer && (unit >= 0 ? ofUnit == unit : atSample == sample)) {
              flipSteps.add(at);
              flipBits.add(unit >= 0 ? atSample : ofUnit);
            }
          }
        });
    follow(flipSteps.build().toArray(), flipBits.build().toArray());
  }

  /** Returns the number of steps at which the bits are given. */
  public int size() {
    return steps.length;
  }

  /** Returns one of the steps. */
  public long step(int i) {
    return steps[i];
  }

  /** Returns true if the bits are known; behind a gap they are not, up to a full pattern. */
  public boolean isKnown(int i) {
    return known[i];
  }

  /** Returns the number of bits per step. */
  public int bits() {
    return bits;
  }

  /** Returns the number of bytes per step. */
  public int stride() {
    return stride;
  }

  /** Returns what is on, step after step: bit i % 8 of byte i / 8 of a step is bit i. */
  public byte[] on() {
    return on.clone();
  }

  /** Returns what has flipped since the step before, laid out as {@link #on}. */
  public byte[] flipped() {
    return flipped.clone();
  }

  private void follow(long[] flipSteps, int[] flipBits) {
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
      for (; flip < flipSteps.length && flipSteps[flip] <= at; flip++) {
        int bit = flipBits[flip];
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

  private byte @Nullable [] read(long step) {
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
