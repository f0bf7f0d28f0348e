package io.github.implicitbias.run;

import java.util.Arrays;

/** Flips of one layer in the order of their steps. Immutable. */
public final class Flips {

  private static final FlipKind[] KINDS = FlipKind.values();

  private final long[] steps;
  private final FlipKind[] kinds;
  private final int[] units;
  private final int[] samples;

  Flips(FlipCollector from) {
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

  /** Returns the kind of a flip. */
  public FlipKind kind(int i) {
    return kinds[i];
  }

  /** Returns the unit that flipped. */
  public int unit(int i) {
    return units[i];
  }

  /** Returns the sample at which it flipped. */
  public int sample(int i) {
    return samples[i];
  }

  @Override
  public String toString() {
    return size() + " flips";
  }
}
