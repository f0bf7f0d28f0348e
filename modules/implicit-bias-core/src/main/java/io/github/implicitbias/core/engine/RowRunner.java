package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates what has one number per sample or per unit. What is not due, or does not apply, has no
 * row; a metric that throws has none from there on at this record.
 */
final class RowRunner {

  private static final double[][] NONE = {};
  private static final Group[] NO_GROUPS = {};

  /** Computes one row, of a layer or of the network. */
  private interface Row {
    boolean evaluate(Observation observation, int layer, double[] into);
  }

  /** Says why there is no row. */
  private interface Reason {
    @Nullable String of(Observation observation, int layer);
  }

  /** A metric and its rows, which are due together. */
  private static final class Group {
    final Due due;
    final Observation seen;
    final Row metric;
    final Reason reason;
    final int[] layers;

    Group(Due due, Observation seen, Row metric, Reason reason, int... layers) {
      this.reason = reason;
      this.due = due;
      this.seen = seen;
      this.metric = metric;
      this.layers = layers;
    }
  }

  private final RunHeader header;
  private final Setting setting;
  private final Absentees absentees = new Absentees();
  private final List<UnitMetric> unitMetrics;
  private Group[] groups;
  private double[][] buffers;
  private double[][] rows;

  /** Makes the runner of a run whose header has the row columns of the instruments, in order. */
  RowRunner(Instruments instruments, RunHeader header, Setting setting) {
    this.header = header;
    this.setting = setting;
    unitMetrics = instruments.unitMetrics();
    List<Group> all = new ArrayList<>();
    List<double[]> room = new ArrayList<>();
    int layers = header.layers().size();
    for (SampleMetric metric : instruments.sampleMetrics()) {
      int[] of = new int[metric.scope() == Metric.Scope.LAYER ? layers : 1];
      Arrays.setAll(of, k -> metric.scope() == Metric.Scope.LAYER ? k : -1);
      Needs needs = Instruments.needs(metric.id(), metric::needs);
      Due due = setting.due("sample metric ", metric.id(), needs, metric::cadence, metric::price);
      Observation seen = setting.view(needs);
      all.add(new Group(due, seen, metric::evaluate, metric::whyAbsent, of));
      for (int k = 0; k < of.length; k++) {
        room.add(new double[header.samples()]);
      }
    }
    for (UnitMetric metric : unitMetrics) {
      int[] of =
          header.unitColumns().stream()
              .filter(column -> column.id().equals(metric.id()))
              .mapToInt(Column::layer)
              .toArray();
      Needs needs = Instruments.needs(metric.id(), metric::needs);
      Price.Rule price = of.length == 0 ? (d, network) -> Price.FREE : metric::price;
      Due due = setting.due("unit metric ", metric.id(), needs, metric::cadence, price);
      Observation seen = setting.view(needs);
      all.add(new Group(due, seen, metric::evaluate, metric::whyAbsent, of));
      for (int layer : of) {
        room.add(new double[header.layers().get(layer).units()]);
      }
    }
    groups = all.toArray(new Group[0]);
    buffers = room.toArray(new double[0][]);
    rows = new double[buffers.length][];
  }

  /** Returns the rows of {@link RunHeader#rows}, null where there are none; until the next call. */
  double[][] evaluate(long record, boolean complete) {
    // Should memory run out meanwhile, all is given up: these arrays are seen no more.
    double[][] rows = this.rows;
    double[][] buffers = this.buffers;
    if (rows.length == 0) {
      return NONE;
    }
    int row = 0;
    boolean any = false;
    for (Group group : groups) {
      if (rows != this.rows) {
        return NONE;
      }
      int end = row + group.layers.length;
      if (row < end && group.due.isNow(record, complete)) {
        try {
          for (int layer : group.layers) {
            boolean applies = group.metric.evaluate(group.seen, layer, buffers[row]);
            rows[row] = applies ? buffers[row] : null;
            any |= applies;
            if (complete && !applies) {
              String of = layer < 0 ? "" : header.layers().get(layer).name();
              absentees.add(group.due.id(), group.reason.of(group.seen, layer), of);
            }
            row++;
          }
          group.due.fuse.succeeded();
        } catch (OutOfMemoryError e) {
          setting.mayTryAgain(group.due, e);
        } catch (Throwable e) {
          group.due.failed(e);
        }
      }
      while (row < end) {
        rows[row++] = null;
      }
    }
    return any && rows == this.rows ? rows : NONE; // all may have been given up over the last
  }

  /** Says after a complete record which rows are absent, once, and returns it with the reasons. */
  Map<String, String> absent() {
    return absentees.say();
  }

  /**
   * Returns what unit metrics have to say of the run at its first record, and why there are none.
   */
  Map<String, String> provenance() {
    Map<String, String> facts = new LinkedHashMap<>();
    for (int k = 0; k < unitMetrics.size() && groups.length > 0; k++) {
      Group group = groups[groups.length - unitMetrics.size() + k];
      if (group.layers.length == 0) {
        absentees.add(group.due.id(), why(group), "");
      }
      for (int layer : group.layers) {
        if (group.due.leftOut() != null) {
          continue;
        }
        try {
          String name = header.layers().get(layer).name();
          facts.putAll(unitMetrics.get(k).provenance(group.seen, layer, name));
        } catch (OutOfMemoryError e) {
          setting.mayTryAgain(group.due, e);
        } catch (Throwable e) {
          group.due.failed(e);
        }
      }
    }
    return facts;
  }

  private static @Nullable String why(Group group) {
    try {
      return group.reason.of(group.seen, -1);
    } catch (RuntimeException e) {
      group.due.failed(e);
      return null;
    }
  }

  /**
   * Gives up all values per sample and per unit, and their arrays.
   *
   * @param ids is told what that was
   */
  void giveUp(List<String> ids) {
    Group[] all = groups;
    buffers = NONE;
    rows = NONE;
    groups = NO_GROUPS;
    for (Group group : all) {
      if (group.layers.length > 0 && !ids.contains(group.due.id())) {
        ids.add(group.due.id());
      }
    }
  }
}
