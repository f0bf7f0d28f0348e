package io.github.implicitbias.run;

import java.util.Arrays;

/**
 * The history of a row of numbers in bounded memory: buckets of consecutive records that have the
 * row, and per bucket and number the least and the greatest value and where they are. When there
 * are too many buckets, neighbours are merged. The first and the last record are kept as they are.
 * A column of one number per record is a row of one.
 *
 * <p>Layout: bucket b has {@code 2 * width} places, for number i the least at {@code 2 * (b * width
 * + i)} and the greatest behind it. Memory grows with the buckets that there are.
 */
public final class Envelope {

  private final int capacity;
  private final int width;
  private long[] steps = {};
  private double[] values = {};
  private double[] first = {};
  private double[] last = {};
  private long firstStep = -1;
  private long lastStep;
  private int buckets;
  private int inLast;
  private int perBucket = 1;

  /**
   * Makes an empty history.
   *
   * @param capacity greatest number of buckets, at least 2
   * @param width numbers of a row
   */
  public Envelope(int capacity, int width) {
    this.capacity = capacity / 2 * 2;
    this.width = width;
  }

  /** Returns true as long as no record was added. */
  public boolean isEmpty() {
    return firstStep < 0;
  }

  /** Adds the value of a record to a history of one number; absent values take no room. */
  public void add(long step, double value) {
    if (Absent.is(value)) {
      return;
    }
    begin(step);
    first[0] = firstStep == step ? value : first[0];
    last[0] = value;
    note(2 * (buckets - 1), step, value);
  }

  /** Adds the row of a record. */
  public void add(long step, double[] row) {
    begin(step);
    if (firstStep == step) {
      System.arraycopy(row, 0, first, 0, width);
    }
    System.arraycopy(row, 0, last, 0, width);
    for (int i = 0; i < width; i++) {
      note(2 * ((buckets - 1) * width + i), step, row[i]);
    }
  }

  /** Makes room for a record: in the last bucket, or in one more, whose values are absent. */
  private void begin(long step) {
    if (firstStep < 0) {
      first = new double[width];
      last = new double[width];
      firstStep = step;
    }
    lastStep = step;
    if (buckets > 0 && inLast < perBucket) {
      inLast++;
      return;
    }
    if (buckets == capacity) {
      mergeNeighbours();
    }
    int from = 2 * buckets * width;
    int to = from + 2 * width;
    if (to > values.length) {
      int size = (int) Math.min(2L * capacity * width, Math.max(4L * width, 2L * to));
      steps = Arrays.copyOf(steps, size);
      values = Arrays.copyOf(values, size);
    }
    Arrays.fill(steps, from, to, step);
    Arrays.fill(values, from, to, Absent.VALUE);
    buckets++;
    inLast = 1;
  }

  private void note(int at, long step, double value) {
    if (replaces(value, values[at], -1)) {
      values[at] = value;
      steps[at] = step;
    }
    if (replaces(value, values[at + 1], 1)) {
      values[at + 1] = value;
      steps[at + 1] = step;
    }
  }

  /** A number beats a NaN, a NaN beats an absent value, and sign decides between numbers. */
  static boolean replaces(double value, double held, int sign) {
    if (Double.isNaN(value) || Double.isNaN(held)) {
      return !Double.isNaN(value) && Double.isNaN(held)
          || Absent.is(held) && !Absent.is(value) && Double.isNaN(value);
    }
    return sign * Double.compare(value, held) > 0;
  }

  private int extreme(int from, int to, int number, int sign) {
    int which = 2 * number + (sign < 0 ? 0 : 1);
    int best = 2 * from * width + which;
    for (int bucket = from + 1; bucket < to; bucket++) {
      int other = 2 * bucket * width + which;
      best = replaces(values[other], values[best], sign) ? other : best;
    }
    return best;
  }

  private void mergeNeighbours() {
    for (int bucket = 0; 2 * bucket < buckets; bucket++) {
      for (int i = 0; i < width; i++) {
        int least = extreme(2 * bucket, 2 * bucket + 2, i, -1);
        int greatest = extreme(2 * bucket, 2 * bucket + 2, i, 1);
        long leastStep = steps[least];
        double leastValue = values[least];
        int at = 2 * (bucket * width + i);
        steps[at + 1] = steps[greatest];
        values[at + 1] = values[greatest];
        steps[at] = leastStep;
        values[at] = leastValue;
      }
    }
    buckets /= 2;
    perBucket *= 2;
    inLast = perBucket;
  }

  /** Returns per number the largest magnitude at any record, -1 if it never was finite. */
  public double[] largest() {
    double[] largest = new double[width];
    Arrays.fill(largest, -1);
    for (int at = 0; at < 2 * buckets * width; at++) {
      int i = at / 2 % width;
      largest[i] = Math.max(largest[i], Double.isFinite(values[at]) ? Math.abs(values[at]) : -1);
    }
    return largest;
  }

  /**
   * Returns the history of one number: the first record, of each group of buckets the extremes in
   * the order of their steps, the last record.
   *
   * @param maxPoints greatest number of points, at least 4
   */
  public Series series(int number, int maxPoints) {
    int group = 1;
    while (2L * ((buckets + group - 1) / group) > Math.max(2, maxPoints - 2)
        && !(group == 1 && perBucket == 1 && buckets <= maxPoints)) {
      group *= 2;
    }
    SeriesBuilder series = new SeriesBuilder();
    long begun = -1;
    for (int start = 0; start < buckets; start += group) {
      int end = Math.min(buckets, start + group);
      int least = extreme(start, end, number, -1);
      int greatest = extreme(start, end, number, 1);
      int early = steps[least] <= steps[greatest] ? least : greatest;
      int late = early == least ? greatest : least;
      if (begun < 0 && firstStep < steps[early]) {
        series.add(firstStep, first[number]);
        begun = firstStep;
      }
      if (steps[early] > begun) {
        series.add(steps[early], values[early]);
      }
      if (steps[late] > steps[early]) {
        series.add(steps[late], values[late]);
      }
      begun = steps[late];
    }
    if (buckets > 0 && begun < lastStep) {
      series.add(lastStep, last[number]);
    }
    return series.series();
  }
}
