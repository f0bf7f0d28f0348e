package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates metrics into the columns of a record. A metric that throws gives NaN; after {@value
 * #MAX_FAILURES} failures it is switched off and its columns stay absent.
 */
final class MetricRunner {

  private static final Logger LOG = LoggerFactory.getLogger(MetricRunner.class);
  static final int MAX_FAILURES = 3;

  /** Is told of a failure. */
  interface FailureSink {
    void failed(String metricId, Throwable cause, boolean switchedOff);
  }

  private final Metric[] metrics;
  private final String[] ids;
  private final Metric.Scope[] scopes;
  private final int[] failures;
  private final int layers;
  private final FailureSink sink;

  MetricRunner(List<Metric> metrics, int layers, FailureSink sink) {
    this.metrics = metrics.toArray(new Metric[0]);
    this.ids = new String[this.metrics.length];
    this.scopes = new Metric.Scope[this.metrics.length];
    for (int i = 0; i < this.metrics.length; i++) {
      ids[i] = this.metrics[i].id();
      scopes[i] = this.metrics[i].scope();
    }
    this.failures = new int[this.metrics.length];
    this.layers = layers;
    this.sink = sink;
  }

  /** Writes the values of all metrics, from index {@code at} on. */
  void evaluate(Observation observation, double[] values, int at) {
    int column = at;
    for (int i = 0; i < metrics.length; i++) {
      if (scopes[i] == Metric.Scope.NETWORK) {
        values[column++] = value(i, observation, -1);
      } else {
        for (int layer = 0; layer < layers; layer++) {
          values[column++] = value(i, observation, layer);
        }
      }
    }
  }

  private double value(int metric, Observation observation, int layer) {
    if (failures[metric] >= MAX_FAILURES) {
      return Absent.VALUE;
    }
    try {
      return metrics[metric].evaluate(observation, layer);
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable e) {
      failures[metric]++;
      boolean off = failures[metric] >= MAX_FAILURES;
      String id = ids[metric];
      if (failures[metric] == 1) {
        LOG.warn("Metric {} failed; its value is NaN here, training goes on.", id, e);
      } else {
        LOG.debug("Metric {} failed again.", id, e);
      }
      sink.failed(id, e, off);
      return Double.NaN;
    }
  }
}
