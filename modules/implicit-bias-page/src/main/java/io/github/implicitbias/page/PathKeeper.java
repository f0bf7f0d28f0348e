package io.github.implicitbias.page;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every so many records of some unit columns of a layer; when there are too many, every
 * second is dropped.
 */
final class PathKeeper {

  private final List<String> ids;
  private final int capacity;
  private final long[] steps;
  private final double[][][] rows;
  private int count;
  private long seen;
  private long every = 1;
  private long lastStep = -1;
  private double[] @Nullable [] last = {};
  private boolean lastIsKept;

  PathKeeper(List<String> ids, int capacity) {
    this.ids = ids;
    this.capacity = capacity;
    steps = new long[capacity];
    rows = new double[capacity][][];
  }

  void add(long step, String id, double[] values) {
    if (step != lastStep) {
      begin(step);
    }
    last[ids.indexOf(id)] = values.clone();
  }

  private void begin(long step) {
    if (seen % every == 0 && count == capacity) {
      for (int k = 0; 2 * k < count; k++) {
        steps[k] = steps[2 * k];
        rows[k] = rows[2 * k];
      }
      Arrays.fill(rows, (count + 1) / 2, count, null);
      count = (count + 1) / 2;
      every *= 2;
    }
    last = new double[ids.size()][];
    lastIsKept = seen % every == 0;
    if (lastIsKept) {
      steps[count] = step;
      rows[count++] = last;
    }
    lastStep = step;
    seen++;
  }

  /** Returns the paths so far; null if there are none. */
  @Nullable Paths paths() {
    if (lastStep < 0) {
      return null;
    }
    int n = lastIsKept ? count : count + 1;
    long[] at = Arrays.copyOf(steps, n);
    double[][][] values = Arrays.copyOf(rows, n);
    at[n - 1] = lastStep;
    values[n - 1] = last;
    return new Paths(ids, at, values);
  }
}
