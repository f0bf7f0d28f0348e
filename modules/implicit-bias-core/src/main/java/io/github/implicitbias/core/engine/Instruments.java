package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.finding.FindingRule;
import io.github.implicitbias.core.finding.Findings;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.Stated;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Statement;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is computed at the records of a run: metrics, metrics per sample, metrics per unit,
 * predictions, the laws that are judged at steps, and the rules that say how training is.
 * Immutable.
 */
public final class Instruments {

  private static final Logger LOG = LoggerFactory.getLogger(Instruments.class);

  private final List<Metric> metrics;
  private final List<SampleMetric> sampleMetrics;
  private final List<UnitMetric> unitMetrics;
  private final List<Prediction> predictions;
  private final List<Law> laws;
  private final List<FindingRule> rules;

  /** Puts instruments together, without metrics per unit; otherwise as with them. */
  public Instruments(
      List<Metric> metrics, List<SampleMetric> sampleMetrics, List<Prediction> predictions) {
    this(metrics, sampleMetrics, List.of(), predictions);
  }

  /**
   * Puts instruments together.
   *
   * @throws IllegalArgumentException if two have the same id, or one has the id of a fixed column
   */
  public Instruments(
      List<Metric> metrics,
      List<SampleMetric> sampleMetrics,
      List<UnitMetric> unitMetrics,
      List<Prediction> predictions) {
    this(metrics, sampleMetrics, unitMetrics, predictions, List.of(), List.of());
  }

  private Instruments(
      List<Metric> metrics,
      List<SampleMetric> sampleMetrics,
      List<UnitMetric> unitMetrics,
      List<Prediction> predictions,
      List<Law> laws,
      List<FindingRule> rules) {
    this.metrics = List.copyOf(metrics);
    this.sampleMetrics = List.copyOf(sampleMetrics);
    this.unitMetrics = List.copyOf(unitMetrics);
    this.predictions = List.copyOf(predictions);
    this.laws = List.copyOf(laws);
    this.rules = List.copyOf(rules);
    Set<String> ids = new HashSet<>();
    for (Column.Basic basic : Column.Basic.values()) {
      ids.add(basic.id());
    }
    for (Metric metric : metrics) {
      add(metric.id(), ids);
    }
    for (Stated statement : joined(List.<Stated>copyOf(predictions), laws)) {
      add(statement.id(), ids);
      if (!statement.id().matches("[\\p{Alnum}_-]+")) {
        throw new IllegalArgumentException(
            "'" + statement.id() + "': give a prediction an id of letters and digits");
      }
    }
    Set<String> sampleIds = new HashSet<>();
    for (SampleMetric metric : sampleMetrics) {
      add(metric.id(), sampleIds);
    }
    Set<String> unitIds = new HashSet<>();
    for (UnitMetric metric : unitMetrics) {
      add(metric.id(), unitIds);
    }
    Set<String> ruleIds = new HashSet<>();
    for (FindingRule rule : rules) {
      add(rule.id(), ruleIds);
    }
  }

  private static void add(String id, Set<String> ids) {
    if (id == null || id.isEmpty() || !ids.add(id)) {
      throw new IllegalArgumentException(
          "'" + id + "' is the id of two columns: give every metric and prediction one of its own");
    }
  }

  /** Returns what any of them needs. */
  public Needs needs() {
    Needs all = Needs.NONE;
    for (Metric metric : metrics) {
      all = all.and(needs(metric.id(), metric::needs));
    }
    for (SampleMetric metric : sampleMetrics) {
      all = all.and(needs(metric.id(), metric::needs));
    }
    for (UnitMetric metric : unitMetrics) {
      all = all.and(needs(metric.id(), metric::needs));
    }
    for (Prediction prediction : predictions) {
      all = all.and(needs(prediction.id(), prediction::needs));
    }
    return all;
  }

  /** Asks an instrument for its needs; one that fails at it has none. */
  static Needs needs(String id, Supplier<Needs> asked) {
    try {
      Needs needs = asked.get();
      return needs == null ? Needs.NONE : needs;
    } catch (RuntimeException e) {
      LOG.warn("{} fails when it is asked for its needs and gets nothing of them.", id, e);
      return Needs.NONE;
    }
  }

  public List<Metric> metrics() {
    return metrics;
  }

  public List<SampleMetric> sampleMetrics() {
    return sampleMetrics;
  }

  public List<UnitMetric> unitMetrics() {
    return unitMetrics;
  }

  public List<Prediction> predictions() {
    return predictions;
  }

  public List<Law> laws() {
    return laws;
  }

  public List<FindingRule> rules() {
    return rules;
  }

  /** Returns these instruments and further ones. */
  public Instruments and(
      List<Metric> moreMetrics,
      List<SampleMetric> moreSampleMetrics,
      List<Prediction> morePredictions) {
    return new Instruments(
        joined(metrics, moreMetrics),
        joined(sampleMetrics, moreSampleMetrics),
        unitMetrics,
        joined(predictions, morePredictions),
        laws,
        rules);
  }

  /**
   * Returns these instruments and further laws, which stand behind the predictions.
   *
   * @throws IllegalArgumentException if two have the same id
   */
  public Instruments andLaws(List<Law> moreLaws) {
    return new Instruments(
        metrics, sampleMetrics, unitMetrics, predictions, joined(laws, moreLaws), rules);
  }

  /**
   * Returns these instruments and further rules, each of which takes the place of one with its id.
   */
  public Instruments andRules(List<FindingRule> moreRules) {
    return new Instruments(
        metrics, sampleMetrics, unitMetrics, predictions, laws, Findings.with(rules, moreRules));
  }

  /** Returns these instruments without rules that say how training is. */
  public Instruments withoutRules() {
    return new Instruments(metrics, sampleMetrics, unitMetrics, predictions, laws, List.of());
  }

  /** Returns these instruments without laws, for whatever does not show its updates. */
  Instruments withoutLaws() {
    return new Instruments(metrics, sampleMetrics, unitMetrics, predictions, List.of(), rules);
  }

  /** Returns these instruments and further metrics per unit. */
  public Instruments andPerUnit(List<UnitMetric> moreUnitMetrics) {
    return new Instruments(
        metrics, sampleMetrics, joined(unitMetrics, moreUnitMetrics), predictions, laws, rules);
  }

  /**
   * Returns those instruments that do without samples: metrics of parameters and matrices, laws.
   */
  public Instruments withoutProbe() {
    List<Metric> some = new ArrayList<>();
    for (Metric metric : metrics) {
      if (!metric.needsProbe()) {
        some.add(metric);
      }
    }
    return new Instruments(some, List.of(), List.of(), List.of(), laws, rules);
  }

  private static <T> List<T> joined(List<T> some, List<? extends T> more) {
    List<T> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /**
   * Declares the columns of a run of a network in its header, in the order in which they are
   * written.
   *
   * @param builder knows the tracked layers already
   * @return the same builder
   */
  public HeaderBuilder declare(
      HeaderBuilder builder, List<TrackedLayer> layers, NetworkView network, Probe probe) {
    BasicColumns.definitions().forEach(builder::basic);
    for (Metric metric : metrics) {
      if (metric.scope() == Metric.Scope.NETWORK) {
        builder.metric(metric.id(), metric.definition());
      } else if (layers.isEmpty() && metric.isOfMatrix()) {
        for (int l = 0; l < network.layers(); l++) {
          builder.matrixMetric(metric.id(), network.layer(l).name(), metric.definition());
        }
      } else {
        builder.layerMetric(metric.id(), metric.definition());
      }
    }
    for (Stated statement : joined(List.<Stated>copyOf(predictions), laws)) {
      builder.prediction(statement(statement));
    }
    for (SampleMetric metric : sampleMetrics) {
      if (metric.scope() == Metric.Scope.NETWORK) {
        builder.sampleMetric(metric.id(), metric.definition());
      } else {
        builder.sampleLayerMetric(metric.id(), metric.definition());
      }
    }
    for (UnitMetric metric : unitMetrics) {
      for (int layer = 0; layer < layers.size(); layer++) {
        if (applies(metric, network, probe, layer)) {
          builder.unitMetric(metric.id(), layer, metric.definition());
        }
      }
    }
    return builder;
  }

  private static Statement statement(Stated of) {
    return new Statement(
        of.id(),
        of.statement(),
        of.source(),
        of.tolerance(),
        of.measured(),
        of.bound(),
        of.advice());
  }

  private static boolean applies(UnitMetric metric, NetworkView network, Probe probe, int layer) {
    try {
      return metric.appliesTo(network, probe, layer);
    } catch (RuntimeException e) {
      LOG.warn("The unit metric {} fails before the first record and is left out.", metric.id(), e);
      return false;
    }
  }
}
