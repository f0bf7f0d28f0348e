package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.run.RunHeader;
import io.github.implicitbias.core.run.RunVerdict;
import io.github.implicitbias.core.run.TrackedLayer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is computed at the records of a run: metrics, metrics per sample, predictions. Immutable.
 */
public final class Instruments {

  /** Endings of the columns of a prediction, in order, after its id and a dot. */
  public static final List<String> PREDICTION_COLUMNS = RunVerdict.COLUMNS;

  private final List<Metric> metrics;
  private final List<SampleMetric> sampleMetrics;
  private final List<Prediction> predictions;

  /**
   * Puts instruments together.
   *
   * @throws IllegalArgumentException if two have the same id, or one has the id of a fixed column
   */
  public Instruments(
      List<Metric> metrics, List<SampleMetric> sampleMetrics, List<Prediction> predictions) {
    this.metrics = List.copyOf(metrics);
    this.sampleMetrics = List.copyOf(sampleMetrics);
    this.predictions = List.copyOf(predictions);
    Set<String> ids = new HashSet<>(RunHeader.FIXED_COLUMNS);
    for (Metric metric : metrics) {
      add(metric.id(), ids);
    }
    for (Prediction prediction : predictions) {
      add(prediction.id(), ids);
      if (!prediction.id().matches("[\\p{Alnum}_-]+")) {
        throw new IllegalArgumentException(
            "'" + prediction.id() + "': give a prediction an id of letters and digits");
      }
    }
    Set<String> sampleIds = new HashSet<>();
    for (SampleMetric metric : sampleMetrics) {
      add(metric.id(), sampleIds);
    }
  }

  private static void add(String id, Set<String> ids) {
    if (id == null || id.isEmpty() || !ids.add(id)) {
      throw new IllegalArgumentException(
          "'" + id + "' is the id of two columns: give every metric and prediction one of its own");
    }
  }

  /** Returns true if one of them reads boundary entries. */
  public boolean readBoundary() {
    return metrics.stream().anyMatch(Metric::readsBoundary)
        || predictions.stream().anyMatch(Prediction::readsBoundary);
  }

  public List<Metric> metrics() {
    return metrics;
  }

  public List<SampleMetric> sampleMetrics() {
    return sampleMetrics;
  }

  public List<Prediction> predictions() {
    return predictions;
  }

  /** Returns these instruments and further ones. */
  public Instruments and(
      List<Metric> moreMetrics,
      List<SampleMetric> moreSampleMetrics,
      List<Prediction> morePredictions) {
    return new Instruments(
        joined(metrics, moreMetrics),
        joined(sampleMetrics, moreSampleMetrics),
        joined(predictions, morePredictions));
  }

  private static <T> List<T> joined(List<T> some, List<T> more) {
    List<T> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** Returns the columns of a run with these layers, the fixed ones first. */
  public List<String> columns(List<TrackedLayer> layers) {
    List<String> columns = new ArrayList<>(RunHeader.FIXED_COLUMNS);
    for (Metric metric : metrics) {
      addColumns(metric.id(), metric.scope(), layers, columns);
    }
    for (Prediction prediction : predictions) {
      for (String ending : PREDICTION_COLUMNS) {
        columns.add(prediction.id() + "." + ending);
      }
    }
    return columns;
  }

  /** Returns what the header's provenance has to say of the predictions. */
  public Map<String, String> provenance() {
    Map<String, String> facts = new LinkedHashMap<>();
    for (Prediction prediction : predictions) {
      facts.putAll(RunVerdict.provenance(prediction));
    }
    return facts;
  }

  /** Returns the sample columns of a run with these layers. */
  public List<String> sampleColumns(List<TrackedLayer> layers) {
    List<String> columns = new ArrayList<>();
    for (SampleMetric metric : sampleMetrics) {
      addColumns(metric.id(), metric.scope(), layers, columns);
    }
    return columns;
  }

  private static void addColumns(
      String id, Metric.Scope scope, List<TrackedLayer> layers, List<String> columns) {
    if (scope == Metric.Scope.NETWORK) {
      columns.add(id);
      return;
    }
    for (TrackedLayer layer : layers) {
      columns.add(id + "[" + layer.name() + "]");
    }
  }
}
