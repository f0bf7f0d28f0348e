package io.github.implicitbias.samples;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The data in steps: all of it each time, or shuffled and cut in every epoch. */
final class Batches {
  private final double[][] features;
  private final double[] labels;
  private final DataType type;
  private final int size;
  private final DataSet all;
  private final SplittableRandom random;
  private final int[] order;
  private int next;

  /**
   * Cuts a table into steps.
   *
   * @param inputs number of columns that are features; the next one is the label
   * @param size samples per step; all of them for the same step again and again
   * @param seed of the order, which is drawn again in every epoch
   */
  public Batches(Table table, int inputs, DataType type, int size, long seed) {
    this.features = table.columnsUpTo(inputs);
    this.labels = table.column(inputs);
    this.type = type;
    this.size = size;
    this.random = new SplittableRandom(seed);
    this.order = new int[labels.length];
    Arrays.setAll(order, i -> i);
    this.all = rows(0, order.length);
  }

  /** Returns all samples in the order of the table. */
  public DataSet all() {
    return all;
  }

  /** Returns whether the next step begins an epoch. */
  public boolean atEpochStart() {
    return next == 0;
  }

  /** Returns the samples of the next step. */
  public DataSet next() {
    if (size == order.length) {
      return all;
    }
    if (next == 0) {
      for (int i = order.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
    }
    int from = next;
    int to = Math.min(from + size, order.length);
    next = to == order.length ? 0 : to;
    return rows(from, to);
  }

  private DataSet rows(int from, int to) {
    double[][] x = new double[to - from][];
    double[][] y = new double[to - from][];
    for (int i = from; i < to; i++) {
      x[i - from] = features[order[i]];
      y[i - from] = new double[] {labels[order[i]]};
    }
    return new DataSet(Nd4j.createFromArray(x).castTo(type), Nd4j.createFromArray(y).castTo(type));
  }
}
