package io.github.implicitbias.page;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunSummary;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is told of a run among many: labels, settings, how it is, what it came to. It holds no more
 * than that, so that a run need not be open. Immutable.
 */
final class RunRow {

  /** Points of the line of the loss. */
  static final int POINTS = 60;

  /** Numbers of one run of which the last is kept. */
  static final int MAX_ENDS = 400;

  private static final int SERIES = 2048;

  /** A column whose last value is told. Immutable. */
  static final class End {
    final String name;
    final String id;
    final String title; // may be empty
    final String layer; // empty for the whole network

    private End(Column column, String layer) {
      this.name = column.name();
      this.id = column.id();
      this.title = column.definition().title();
      this.layer = layer;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof End
          && name.equals(((End) other).name)
          && id.equals(((End) other).id)
          && title.equals(((End) other).title)
          && layer.equals(((End) other).layer);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }
  }

  /** What a run came to, by now. */
  static final class Outcome {
    final long changedAt;
    final long records;
    final long firstStep;
    final long lastStep;
    final String level;
    final String headline;
    final int[] verdicts; // how many have each state
    final double[] loss; // at evenly spaced steps, absent where there is none
    final List<End> columns;
    final double[] ends;

    private Outcome(Run run, long changedAt, List<End> columns) {
      this.changedAt = changedAt;
      this.columns = columns;
      records = run.size();
      firstStep = run.firstStep();
      lastStep = run.lastStep();
      RunSummary summary = run.summary();
      level = summary.level().id();
      headline = summary.headline().isEmpty() ? "" : summary.headline().get(0);
      verdicts = new int[Verdict.State.values().length];
      for (RunVerdict verdict : run.verdicts()) {
        if (verdict.state() != null) {
          verdicts[verdict.state().ordinal()]++;
        }
      }
      loss = line(run);
      ends = new double[columns.size()];
      for (int k = 0; k < ends.length; k++) {
        ends[k] = lastValue(run, columns.get(k).name);
      }
    }

    /** Returns the last value of a column; absent if there is none. */
    double end(String column) {
      for (int k = 0; k < ends.length; k++) {
        if (columns.get(k).name.equals(column)) {
          return ends[k];
        }
      }
      return Absent.VALUE;
    }
  }

  final RunCatalog.Entry entry;
  final Map<String, String> settings;
  final @Nullable Outcome outcome; // null if nothing is known yet

  private RunRow(RunCatalog.Entry entry, Map<String, String> settings, @Nullable Outcome outcome) {
    this.entry = entry;
    this.settings = settings;
    this.outcome = outcome;
  }

  /** Returns the row of a run that has not been read. */
  static RunRow of(RunCatalog.Entry entry) {
    return new RunRow(entry, entry.settings(), null);
  }

  /**
   * Returns the row of a run.
   *
   * @param columns as returned by {@link #columns}
   */
  static RunRow of(RunCatalog.Entry entry, Run run, long changedAt, List<End> columns) {
    Map<String, String> settings = new LinkedHashMap<>(RunSettings.of(run.header()));
    String batch = RunSettings.batch(run);
    if (!batch.isEmpty()) {
      settings.putIfAbsent("batch", batch);
    }
    return new RunRow(entry, settings, new Outcome(run, changedAt, columns));
  }

  /** Returns the columns whose last values are kept. */
  static List<End> columns(RunHeader header) {
    List<End> kept = new ArrayList<>();
    for (Column column : header.columns()) {
      boolean isNumber = column.kind() == Column.Kind.METRIC || column.kind() == Column.Kind.BASIC;
      if (isNumber && kept.size() < MAX_ENDS) {
        String layer = column.layer() < 0 ? "" : header.layers().get(column.layer()).name();
        kept.add(new End(column, layer));
      }
    }
    return List.copyOf(kept);
  }

  /** The last value there is: that of the last record, or of one before if that has none. */
  private static double lastValue(Run run, String column) {
    double latest = run.latest(column);
    if (!Absent.is(latest)) {
      return latest;
    }
    Series series = run.series(column, 4);
    double last = Absent.VALUE;
    for (int i = 0; i < series.size(); i++) {
      last = Absent.is(series.value(i)) ? last : series.value(i);
    }
    return last;
  }

  /** The loss at evenly spaced steps: of each the record there, or the last one before. */
  private static double[] line(Run run) {
    if (run.size() == 0) {
      return new double[0];
    }
    long first = run.firstStep();
    long last = run.lastStep();
    int points = (int) Math.min(POINTS, last - first + 1);
    Series loss = run.series(Column.Basic.LOSS.id(), SERIES);
    double[] line = new double[points];
    Arrays.fill(line, Absent.VALUE);
    int at = -1;
    for (int k = 0; k < points; k++) {
      long step =
          points == 1 ? first : first + Math.round((double) k * (last - first) / (points - 1));
      while (at + 1 < loss.size() && loss.step(at + 1) <= step) {
        at++;
      }
      line[k] = at < 0 ? Absent.VALUE : loss.value(at);
    }
    return line;
  }
}
