package io.github.implicitbias.page;

import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.format.RecordVisitor;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * Series of one run for a logarithmic axis of steps: thinned by buckets of equal width in log(1 +
 * step).
 *
 * <p>What is held in memory of a long run is spaced evenly, which leaves little between step 0 and
 * step 1,000. The first records are therefore read from their blocks, once per column. Thread-safe.
 */
final class LogSeries {

  /** Steps after the first of which every record counts. */
  private static final int DENSE_STEPS = 4096;

  /** Points of the evenly spaced series that goes on from there. */
  private static final int FINEST = 8192;

  private static final int MAX_CACHED = 256;

  /** A run that begins later than this has its logarithm taken from its first step on. */
  private static final int LATE = 10;

  private final Run run;
  private SoftReference<Map<String, Series>> heads = new SoftReference<>(null);

  /** Makes the series of a run. */
  public LogSeries(Run run) {
    this.run = run;
  }

  /**
   * Returns columns between two steps, without the records at which they are absent.
   *
   * @param columns their names
   * @param points greatest number of points of each, at least 4
   * @return one series per column
   */
  public List<Series> of(List<String> columns, int points, long from, long to) {
    long first = run.firstStep();
    Map<String, Series> dense = run.size() <= DENSE_STEPS ? Map.of() : heads(columns);
    List<Series> found = new ArrayList<>();
    for (String column : columns) {
      Series head = dense.get(column);
      long until = head == null || head.size() == 0 ? -1 : head.step(head.size() - 1);
      Series rest = run.series(column, FINEST).between(Math.max(from, until + 1), to);
      Series whole = head == null ? rest : joined(head.between(from, to), rest);
      found.add(whole.thinnedByLog(points, first > LATE ? first : 0));
    }
    return found;
  }

  private static Series joined(Series first, Series second) {
    return Series.of(
        LongStream.concat(Arrays.stream(first.steps()), Arrays.stream(second.steps())).toArray(),
        DoubleStream.concat(Arrays.stream(first.values()), Arrays.stream(second.values()))
            .toArray());
  }

  /** Only asked for runs longer than this: their first records do not change any more. */
  private synchronized Map<String, Series> heads(List<String> columns) {
    Map<String, Series> held = heads.get();
    if (held == null || held.size() > MAX_CACHED) {
      held = new HashMap<>();
      heads = new SoftReference<>(held);
    }
    List<String> missing = new ArrayList<>(columns);
    missing.removeAll(held.keySet());
    if (!missing.isEmpty()) {
      read(missing, held);
    }
    return new HashMap<>(held);
  }

  private void read(List<String> columns, Map<String, Series> into) {
    long first = run.firstStep();
    long last = first > Long.MAX_VALUE - DENSE_STEPS ? Long.MAX_VALUE : first + DENSE_STEPS;
    int[] numbers = columns.stream().mapToInt(run.header()::columnNumber).toArray();
    LongStream.Builder steps = LongStream.builder();
    DoubleStream.Builder[] values = new DoubleStream.Builder[numbers.length];
    Arrays.setAll(values, k -> DoubleStream.builder());
    try {
      run.visitUntil(
          last,
          new RecordVisitor() {
            @Override
            public void record(Record record) {
              if (record.step() > last) {
                return;
              }
              steps.add(record.step());
              for (int k = 0; k < numbers.length; k++) {
                values[k].add(record.value(numbers[k]));
              }
            }
          });
    } catch (UncheckedIOException e) {
      return; // the source no longer has them: what is in memory has to do
    }
    long[] read = steps.build().toArray();
    for (int k = 0; k < numbers.length; k++) {
      into.put(columns.get(k), Series.of(read, values[k].build().toArray()));
    }
  }
}
