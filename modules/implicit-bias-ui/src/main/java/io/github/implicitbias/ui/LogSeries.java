package io.github.implicitbias.ui;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RecordView;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.history.Series;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.IntStream;

/**
 * Series for a logarithmic axis of steps: thinned by buckets of equal width in log(1 + step).
 *
 * <p>What is held in memory of a long run is spaced evenly, which leaves little between step 0 and
 * step 1,000. The first records are therefore read from their blocks, once per column. Thread-safe.
 */
final class LogSeries {

  /** Steps after the first of which every record counts. */
  static final int DENSE_STEPS = 4096;

  /** Points of the evenly spaced series that goes on from there. */
  private static final int FINEST = 8192;

  private static final int MAX_CACHED = 256;

  /** A run that begins later than this has its logarithm taken from its first step on. */
  private static final int LATE = 10;

  /** The first records of a run, by column. */
  private static final class Head {
    final Map<String, double[]> columns = new HashMap<>();
    long[] steps = {};
  }

  private final Map<Run, SoftReference<Head>> heads = new WeakHashMap<>();

  ObjectNode answer(Run run, List<String> columns, int points, long from, long to) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ObjectNode found = answer.putObject("columns");
    int most = Math.max(4, Math.min(points, RunJson.MAX_POINTS / columns.size()));
    long first = run.firstStep();
    long origin = first > LATE ? first : 0;
    boolean whole = run.size() <= DENSE_STEPS;
    Head head = whole ? new Head() : head(run, columns);
    for (String column : columns) {
      double[] dense = head.columns.getOrDefault(column, new double[0]);
      long denseUntil = dense.length == 0 ? Long.MIN_VALUE : head.steps[head.steps.length - 1];
      Series rest = run.series(column, FINEST);
      long[] steps = new long[dense.length + rest.size()];
      double[] values = new double[steps.length];
      int n = 0;
      for (int i = 0; i < dense.length; i++) {
        n = add(steps, values, n, head.steps[i], dense[i], from, to);
      }
      for (int i = 0; i < rest.size(); i++) {
        if (rest.step(i) > denseUntil) {
          n = add(steps, values, n, rest.step(i), rest.value(i), from, to);
        }
      }
      thin(steps, values, n, origin, most, found.putObject(column));
    }
    return answer;
  }

  private static int add(
      long[] steps, double[] values, int n, long step, double value, long from, long to) {
    if (Absent.is(value) || step < from || step > to) {
      return n;
    }
    steps[n] = step;
    values[n] = value;
    return n + 1;
  }

  /** Of each bucket of equal width in log(1 + step - origin) the least and the greatest. */
  static void thin(long[] steps, double[] values, int n, long origin, int most, ObjectNode node) {
    ArrayNode keptSteps = node.putArray("steps");
    ArrayNode keptValues = node.putArray("values");
    double low = n == 0 ? 0 : Math.log1p(steps[0] - origin);
    double width = n == 0 ? 0 : (Math.log1p(steps[n - 1] - origin) - low) / (most / 2);
    for (int start = 0; start < n; ) {
      int end = start + 1;
      int bucket = bucket(steps[start], origin, low, width, most);
      // The first and the last point stay.
      while (n > most
          && start > 0
          && end < n - 1
          && bucket(steps[end], origin, low, width, most) == bucket) {
        end++;
      }
      for (int i : RunJson.extremes(IntStream.range(start, end).toArray(), i -> values[i])) {
        keptSteps.add(steps[i]);
        RunJson.add(keptValues, values[i]);
      }
      start = end;
    }
  }

  private static int bucket(long step, long origin, double low, double width, int most) {
    return (int) Math.min(most / 2 - 1, (Math.log1p(step - origin) - low) / width);
  }

  /** Only asked for runs longer than this: their first records do not change any more. */
  private Head head(Run run, List<String> columns) {
    synchronized (heads) {
      SoftReference<Head> held = heads.get(run);
      Head head = held == null ? null : held.get();
      if (head == null || head.columns.size() > MAX_CACHED) {
        head = new Head();
        heads.put(run, new SoftReference<>(head));
      }
      List<String> missing = new ArrayList<>(columns);
      missing.removeAll(head.columns.keySet());
      if (!missing.isEmpty()) {
        read(run, missing, head);
      }
      Head asked = new Head();
      asked.steps = head.steps;
      asked.columns.putAll(head.columns);
      return asked;
    }
  }

  private static void read(Run run, List<String> columns, Head head) {
    long last = run.firstStep() + DENSE_STEPS;
    int[] numbers = columns.stream().mapToInt(run.header()::columnNumber).toArray();
    List<Long> steps = new ArrayList<>();
    List<double[]> rows = new ArrayList<>();
    try {
      run.visitUntil(
          last,
          new RecordVisitor() {
            @Override
            public void record(RecordView record) {
              if (record.step() <= last) {
                steps.add(record.step());
                rows.add(Arrays.stream(numbers).mapToDouble(record::value).toArray());
              }
            }
          });
    } catch (UncheckedIOException e) {
      return; // the storage no longer holds them: what is in memory has to do
    }
    head.steps = steps.stream().mapToLong(step -> step).toArray();
    for (int k = 0; k < numbers.length; k++) {
      int column = k;
      head.columns.put(columns.get(k), rows.stream().mapToDouble(row -> row[column]).toArray());
    }
  }
}
