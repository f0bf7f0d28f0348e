package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RecordVisitor;
import java.util.Arrays;

/** Collects the flips of one layer, of all units or one, of all samples or one. */
final class FlipCollector implements RecordVisitor {
  private final int layer;
  private final int unit;
  private final int sample;
  private long step = -1;
  long[] steps = new long[16];
  byte[] kinds = new byte[16];
  int[] units = new int[16];
  int[] samples = new int[16];
  int count;

  /**
   * Makes an empty collector.
   *
   * @param unit the only one, -1 for all
   * @param sample the only one, -1 for all
   */
  public FlipCollector(int layer, int unit, int sample) {
    this.layer = layer;
    this.unit = unit;
    this.sample = sample;
  }

  @Override
  public void record(Record record) {
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

  /** Returns what was collected. */
  public Flips flips() {
    return new Flips(this);
  }
}
