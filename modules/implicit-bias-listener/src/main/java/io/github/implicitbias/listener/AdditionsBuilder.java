package io.github.implicitbias.listener;

import io.github.implicitbias.core.action.TriggerWatch;
import io.github.implicitbias.core.finding.FindingRule;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Recorder;
import java.util.ArrayList;
import java.util.List;

/** Collects what a user adds to a listener. */
final class AdditionsBuilder {

  Preset preset = Preset.STANDARD;
  final List<Metric> metrics = new ArrayList<>();
  final List<SampleMetric> sampleMetrics = new ArrayList<>();
  final List<UnitMetric> unitMetrics = new ArrayList<>();
  final List<Prediction> predictions = new ArrayList<>();
  final List<Law> laws = new ArrayList<>();
  final List<FindingRule> rules = new ArrayList<>();
  boolean findings = true;
  final List<Recorder> recorders = new ArrayList<>();
  int lawsEvery;
  final TriggerWatch.Plan triggers = new TriggerWatch.Plan();

  UserAdditions build() {
    return new UserAdditions(
        preset,
        metrics,
        sampleMetrics,
        unitMetrics,
        predictions,
        laws,
        lawsEvery,
        findings ? rules : null,
        recorders,
        triggers);
  }
}
