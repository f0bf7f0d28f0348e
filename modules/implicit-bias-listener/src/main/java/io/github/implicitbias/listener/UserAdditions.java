package io.github.implicitbias.listener;

import io.github.implicitbias.core.action.TriggerWatch;
import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.finding.FindingRule;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Recorder;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a user has added to a listener: a preset, metrics, predictions, laws, rules, recorders. A
 * copy by Java serialization has those metrics and predictions that can be serialized; recorders
 * stay with the listener they were given to. One sentence says what is left behind.
 */
final class UserAdditions implements Serializable {

  private static final long serialVersionUID = 3L;
  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);

  private final Preset preset;
  private transient List<Metric> metrics;
  private transient List<SampleMetric> sampleMetrics;
  private transient List<UnitMetric> unitMetrics;
  private transient List<Prediction> predictions;
  private final int lawsEvery;
  private transient List<Law> laws;
  private transient @Nullable List<FindingRule> rules;
  private transient List<Recorder> recorders;
  private transient TriggerWatch.Plan triggers = new TriggerWatch.Plan();

  /**
   * Puts together what was added.
   *
   * @param rules null if nothing is to be found
   */
  UserAdditions(
      Preset preset,
      List<Metric> metrics,
      List<SampleMetric> sampleMetrics,
      List<UnitMetric> unitMetrics,
      List<Prediction> predictions,
      List<Law> laws,
      int lawsEvery,
      @Nullable List<FindingRule> rules,
      List<Recorder> recorders,
      TriggerWatch.Plan triggers) {
    this.preset = preset;
    this.metrics = List.copyOf(metrics);
    this.sampleMetrics = List.copyOf(sampleMetrics);
    this.unitMetrics = List.copyOf(unitMetrics);
    this.predictions = List.copyOf(predictions);
    this.laws = List.copyOf(laws);
    this.lawsEvery = lawsEvery;
    this.rules = rules == null ? null : List.copyOf(rules);
    this.recorders = List.copyOf(recorders);
    this.triggers.addAll(triggers);
  }

  Preset preset() {
    return preset;
  }

  /** Returns at every how many steps one is read for laws, 0 to follow from sizes. */
  int lawsEvery() {
    return lawsEvery;
  }

  List<Recorder> recorders() {
    return recorders;
  }

  /** Returns what is done when. */
  TriggerWatch.Plan triggers() {
    return triggers;
  }

  /**
   * Checks that there can be all that triggers ask for.
   *
   * @param more columns beside those of metrics
   * @throws IllegalArgumentException if there is no such name, with the nearest there is
   */
  void check(TriggerWatch.Plan plan, List<String> more) {
    Instruments all = instruments();
    List<String> columns = new ArrayList<>(more);
    for (Column.Basic basic : Column.Basic.values()) {
      columns.add(basic.id());
    }
    all.metrics().forEach(metric -> columns.add(metric.id()));
    List<String> stated = new ArrayList<>();
    all.predictions().forEach(prediction -> stated.add(prediction.id()));
    all.laws().forEach(law -> stated.add(law.id()));
    List<String> rulesFound = new ArrayList<>();
    all.rules().forEach(rule -> rulesFound.add(rule.id()));
    plan.check(columns, stated, rulesFound);
  }

  /**
   * Returns all instruments; without rules on findings if they are not wanted.
   *
   * @throws IllegalArgumentException if two have the same id
   */
  Instruments instruments() {
    Instruments all =
        preset
            .instruments()
            .and(metrics, sampleMetrics, predictions)
            .andPerUnit(unitMetrics)
            .andLaws(laws);
    return rules == null ? all.withoutRules() : all.andRules(rules);
  }

  /** Returns the parts of a clone, which shares all but the recorders. */
  UserAdditions forClone() {
    if (!recorders.isEmpty()) {
      LOG.info("A clone of the listener records without {}.", recorders);
    }
    return new UserAdditions(
        preset,
        metrics,
        sampleMetrics,
        unitMetrics,
        predictions,
        laws,
        lawsEvery,
        rules,
        List.of(),
        triggers);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    List<Object> left = new ArrayList<>(recorders);
    if (!triggers.isEmpty()) {
      left.add(triggers);
    }
    List<Metric> someMetrics = serializable(metrics, left);
    List<SampleMetric> someSampleMetrics = serializable(sampleMetrics, left);
    List<UnitMetric> someUnitMetrics = serializable(unitMetrics, left);
    List<Prediction> somePredictions = serializable(predictions, left);
    List<Law> someLaws = serializable(laws, left);
    List<FindingRule> someRules = rules == null ? null : serializable(rules, left);
    if (!left.isEmpty()) {
      LOG.warn("A serialized copy of the listener works without {}.", left);
    }
    out.defaultWriteObject();
    out.writeObject(someMetrics);
    out.writeObject(someSampleMetrics);
    out.writeObject(someUnitMetrics);
    out.writeObject(somePredictions);
    out.writeObject(someLaws);
    out.writeObject(someRules);
  }

  private static <T> List<T> serializable(List<T> parts, List<Object> left) {
    List<T> some = new ArrayList<>();
    for (T part : parts) {
      try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
        out.writeObject(part);
        some.add(part);
      } catch (IOException e) {
        left.add(part);
      }
    }
    return some;
  }

  @SuppressWarnings("unchecked")
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    metrics = (List<Metric>) in.readObject();
    sampleMetrics = (List<SampleMetric>) in.readObject();
    unitMetrics = (List<UnitMetric>) in.readObject();
    predictions = (List<Prediction>) in.readObject();
    laws = (List<Law>) in.readObject();
    rules = (List<FindingRule>) in.readObject();
    recorders = List.of();
    triggers = new TriggerWatch.Plan();
  }
}
