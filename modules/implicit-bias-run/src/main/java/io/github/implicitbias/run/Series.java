package io.github.implicitbias.run;

import java.util.function.IntUnaryOperator;

/** Values of one column at increasing steps. */
public final class Series {

  private final long[] steps;
  private final double[] values;

  Series(long[] steps, double[] values) {
    this.steps = steps;
    this.values = values;
  }

  /**
   * Returns a series of these points.
   *
   * @param steps increasing
   * @param values one per step
   * @throws IllegalArgumentException if there are not as many values as steps
   */
  public static Series of(long[] steps, double[] values) {
    if (steps.length != values.length) {
      throw new IllegalArgumentException(
          steps.length + " steps and " + values.length + " values: give one value per step");
    }
    return new Series(steps.clone(), values.clone());
  }

  /** Returns the number of points. */
  public int size() {
    return steps.length;
  }

  /** Returns the step of a point, {@code 0 <= i < size()}. */
  public long step(int i) {
    return steps[i];
  }

  /** Returns the value of a point. */
  public double value(int i) {
    return values[i];
  }

  /** Returns a copy of the steps. */
  public long[] steps() {
    return steps.clone();
  }

  /** Returns a copy of the values. */
  public double[] values() {
    return values.clone();
  }

  /** Returns the points of a stretch of steps, both ends included, without absent values. */
  public Series between(long from, long to) {
    SeriesBuilder part = new SeriesBuilder();
    for (int i = 0; i < steps.length; i++) {
      if (steps[i] >= from && steps[i] <= to && !Absent.is(values[i])) {
        part.add(steps[i], values[i]);
      }
    }
    return part.series();
  }

  /**
   * Returns the same points, or if they are too many the first, the last, and of each bucket of
   * equally many between them the least and the greatest.
   *
   * @param maxPoints at least 4
   */
  public Series thinned(int maxPoints) {
    int n = steps.length;
    int buckets = maxPoints / 2 - 1;
    int bucket = Math.max(1, (n - 3 + buckets) / buckets);
    return n <= maxPoints ? this : extremes(i -> (i - 1) / bucket);
  }

  /**
   * Returns the same points, or if they are too many the first, the last, and of each bucket of
   * equal width in log(1 + step - origin) between them the least and the greatest.
   *
   * @param maxPoints at least 4
   */
  public Series thinnedByLog(int maxPoints, long origin) {
    int n = steps.length;
    if (n <= maxPoints) {
      return this;
    }
    int buckets = maxPoints / 2 - 1;
    double low = Math.log1p(steps[0] - origin);
    double width = (Math.log1p(steps[n - 1] - origin) - low) / buckets;
    return extremes(
        i -> (int) Math.min(buckets - 1, (Math.log1p(steps[i] - origin) - low) / width));
  }

  /** The first and the last point, and of those between the extremes of each bucket. */
  private Series extremes(IntUnaryOperator bucketOf) {
    SeriesBuilder thinned = new SeriesBuilder();
    int n = steps.length;
    int next;
    for (int start = 0; start < n; start = next) {
      next = start + 1;
      int least = start;
      int greatest = start;
      boolean between = start > 0 && start < n - 1;
      while (between && next < n - 1 && bucketOf.applyAsInt(next) == bucketOf.applyAsInt(start)) {
        least = Envelope.replaces(values[next], values[least], -1) ? next : least;
        greatest = Envelope.replaces(values[next], values[greatest], 1) ? next : greatest;
        next++;
      }
      int early = Math.min(least, greatest);
      int late = Math.max(least, greatest);
      thinned.add(steps[early], values[early]);
      if (late != early) {
        thinned.add(steps[late], values[late]);
      }
    }
    return thinned.series();
  }
}
