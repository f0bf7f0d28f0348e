package io.github.implicitbias.run.history;

import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.format.RecordView;
import io.github.implicitbias.run.format.RecordVisitor;
import java.util.Arrays;

/** Flips of one layer in the order of their steps. Immutable. */
public final class Flips {

  private static final FlipKind[] KINDS = FlipKind.values();

  private final long[] steps;
  private final FlipKind[] kinds;
  private final int[] units;
  private final int[] samples;

  private Flips(Collector from) {
    steps = Arrays.copyOf(from.steps, from.count);
    units = Arrays.copyOf(from.units, from.count);
    samples = Arrays.copyOf(from.samples, from.count);
    kinds = new FlipKind[from.count];
    for (int i = 0; i < from.count; i++) {
      kinds[i] = KINDS[from.kinds[i]];
    }
  }

  /** Returns the number of flips. */
  public int size() {
    return steps.length;
  }

  /** Returns the step of a flip, {@code 0 <= i < size()}. */
  public long step(int i) {
    return steps[i];
  }

  public FlipKind kind(int i) {
    return kinds[i];
  }

  public int unit(int i) {
    return units[i];
  }

  public int sample(int i) {
    return samples[i];
  }

  @Override
  public String toString() {
    return size() + " flips";
  }

  /** Collects the flips of one layer, of all units or one, of all samples or one. */
  public static final class Collector implements RecordVisitor {
    private final int layer;
    private final int unit;
    private final int sample;
    private long step = -1;
    private long[] steps = new long[16];
    private byte[] kinds = new byte[16];
    private int[] units = new int[16];
    private int[] samples = new int[16];
    private int count;

    /**
     * Makes an empty collector.
     *
     * @param unit the only one, -1 for all
     * @param sample the only one, -1 for all
     */
    public Collector(int layer, int unit, int sample) {
      this.layer = layer;
      this.unit = unit;
      this.sample = sample;
    }

    @Override
    public void record(RecordView record) {
      step = record.step();
    }

    @Override
    public void flip(int flipLayer, FlipKind kind, int flipUnit, int flipSample) {
      if (flipLayer != layer
          || (unit >= 0 && flipUnit != unit)
          || (sample >= 0 && flipSample != sample)) {
        return;
      }
      if (count == steps.length) {
        steps = Arrays.copyOf(steps, 2 * count);
        kinds = Arrays.copyOf(kinds, 2 * count);
        units = Arrays.copyOf(units, 2 * count);
        samples = Arrays.copyOf(samples, 2 * count);
      }
      steps[count] = step;
      kinds[count] = (byte) kind.ordinal();
      units[count] = flipUnit;
      samples[count++] = flipSample;
    }

    public Flips flips() {
      return new Flips(this);
    }
  }
}
