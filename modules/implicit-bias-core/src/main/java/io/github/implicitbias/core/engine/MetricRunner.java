package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Absent;
import java.util.List;

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

  MetricRunner(List<Metric> metrics, int layers, Setting setting) {
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
  }

  /**
   * Writes the values of all metrics, from index {@code at} on.
   *
   * @return the index behind them
   */
  int evaluate(long record, boolean complete, double[] values, int at) {
    int column = at;
    for (int i = 0; i < metrics.length; i++) {
      int end = column + (perLayer[i] ? layers : 1);
      double otherwise = Absent.VALUE;
      if (due[i].isNow(record, complete)) {
        try {
          for (int layer = perLayer[i] ? 0 : -1; column < end; layer++, column++) {
            values[column] = metrics[i].evaluate(seen[i], layer);
          }
          due[i].fuse.succeeded();
        } catch (OutOfMemoryError e) {
          setting.ranOutOfMemory(due[i], e);
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
}
