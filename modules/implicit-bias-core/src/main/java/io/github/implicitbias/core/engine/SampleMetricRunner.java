package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import java.util.Arrays;
import java.util.List;

/**
 * Evaluates what has one number per sample. What is not due, or does not apply, has no row; a
 * metric that throws has none from there on at this record.
 */
final class SampleMetricRunner {

  private static final double[][] NONE = {};

  private final SampleMetric[] metrics;
  private final boolean[] perLayer;
  private final Due[] due;
  private final int layers;
  private final double[][] buffers;
  private final double[][] rows;

  SampleMetricRunner(
      List<SampleMetric> metrics,
      int layers,
      int samples,
      Dimensions dimensions,
      FailureLog failures) {
    this.metrics = metrics.toArray(new SampleMetric[0]);
    this.perLayer = new boolean[this.metrics.length];
    this.due = new Due[this.metrics.length];
    int columns = 0;
    for (int i = 0; i < this.metrics.length; i++) {
      SampleMetric metric = this.metrics[i];
      perLayer[i] = metric.scope() == Metric.Scope.LAYER;
      columns += perLayer[i] ? layers : 1;
      due[i] = new Due("sample metric " + metric.id(), metric::cadence, dimensions, failures);
    }
    this.layers = layers;
    this.buffers = new double[columns][];
    this.rows = new double[columns][];
    Arrays.setAll(buffers, k -> new double[samples]);
  }

  /** Returns a row per sample column, null where there is none; valid until the next call. */
  double[][] evaluate(Observation observation, long record, boolean complete) {
    int column = 0;
    boolean any = false;
    for (int i = 0; i < metrics.length; i++) {
      int end = column + (perLayer[i] ? layers : 1);
      if (due[i].isNow(record, complete)) {
        try {
          for (int layer = perLayer[i] ? 0 : -1; column < end; layer++) {
            boolean applies = metrics[i].evaluate(observation, layer, buffers[column]);
            rows[column] = applies ? buffers[column] : null;
            any |= applies;
            column++;
          }
          due[i].fuse.succeeded();
        } catch (OutOfMemoryError e) {
          throw e;
        } catch (Throwable e) {
          due[i].failed(e);
        }
      }
      while (column < end) {
        rows[column++] = null;
      }
    }
    return any ? rows : NONE;
  }
}
