package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Evaluates metrics into the columns of a record. What is not due is absent. A metric that throws
 * gives NaN for the rest of its columns; after three such records in a row it is switched off and
 * its columns stay absent.
 */
final class MetricRunner {

  private final Metric[] metrics;
  private final boolean[] perLayer;
  private final Due[] due;
  private final Observation[] seen;
  private final Setting setting;
  private final int layers;
  private final List<String> names;
  private final Absentees absentees = new Absentees();

  /**
   * Makes the runner of a run.
   *
   * @param layers how many layers are tracked
   * @param names of those layers; if there are none, of all that have a matrix of weights
   */
  MetricRunner(List<Metric> metrics, int layers, List<String> names, Setting setting) {
    this.metrics = metrics.toArray(new Metric[0]);
    this.perLayer = new boolean[this.metrics.length];
    this.due = new Due[this.metrics.length];
    this.seen = new Observation[this.metrics.length];
    for (int i = 0; i < this.metrics.length; i++) {
      Metric metric = this.metrics[i];
      perLayer[i] = metric.scope() == Metric.Scope.LAYER;
      Needs needs = Instruments.needs(metric.id(), metric::needs);
      due[i] = setting.due("metric ", metric.id(), needs, metric::cadence, metric::price);
      seen[i] = setting.view(needs);
    }
    this.setting = setting;
    this.layers = layers;
    this.names = names;
  }

  /** Returns the names of the layers that metrics of matrices have values of. */
  static List<String> names(RunHeader header, NetworkView network) {
    List<String> names = new ArrayList<>();
    for (TrackedLayer layer : header.layers()) {
      names.add(layer.name());
    }
    for (int l = 0; header.layers().isEmpty() && l < network.layers(); l++) {
      names.add(network.layer(l).name());
    }
    return names;
  }

  private int width(int metric) {
    if (!perLayer[metric]) {
      return 1;
    }
    return layers == 0 && metrics[metric].isOfMatrix() ? names.size() : layers;
  }

  /** Says after a complete record what is absent, once, and returns it with the reasons. */
  Map<String, String> provenance() {
    return absentees.say();
  }

  /**
   * Writes the values of all metrics, from index {@code at} on.
   *
   * @return the index behind them
   */
  int evaluate(long record, boolean complete, double[] values, int at) {
    int column = at;
    for (int i = 0; i < metrics.length; i++) {
      int end = column + width(i);
      double otherwise = Absent.VALUE;
      if (due[i].isNow(record, complete)) {
        int begin = column;
        try {
          boolean again;
          do {
            again = false;
            try {
              column = evaluate(i, complete, values, begin, end);
            } catch (OutOfMemoryError e) {
              again = setting.mayTryAgain(due[i], e);
            }
          } while (again);
        } catch (Throwable e) {
          due[i].failed(e);
          otherwise = Double.NaN;
        }
      }
      while (column < end) {
        values[column++] = otherwise;
      }
    }
    return column;
  }

  private int evaluate(int i, boolean complete, double[] values, int begin, int end) {
    int column = begin;
    for (int layer = perLayer[i] ? 0 : -1; column < end; layer++, column++) {
      values[column] = metrics[i].evaluate(seen[i], layer);
      if (complete && Absent.is(values[column])) {
        absentees.add(metrics[i], seen[i], layer, layer < 0 ? "" : names.get(layer));
      }
    }
    due[i].fuse.succeeded();
    return column;
  }
}
