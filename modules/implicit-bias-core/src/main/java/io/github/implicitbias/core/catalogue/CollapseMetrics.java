package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How far the features that the output layer takes have collapsed to one point per class. There is
 * no bound at a finite time: these are measures, not predictions.
 */
final class CollapseMetrics {

  private static final String APPLIES =
      "multi-class, up to 200 classes, each in the probe; the output layer takes a matrix";

  /** Variance within the classes against that between them: tr(S_W S_B^+) / K. */
  static final Metric WITHIN_CLASSES =
      metric(
          "collapseWithin",
          "NC1: tr(S_W S_B^+) / K; S_W and S_B the covariances within and between the K classes of"
              + " what the output layer takes",
          "falls towards 0 long after the last sample is classified",
          "neural collapse: variance within the classes",
          ClassMeans::within);

  /** How far the class means are from a simplex. */
  static final Metric SIMPLEX =
      metric(
          "collapseSimplex",
          "NC2: root mean square of cos(m_c, m_d) + 1/(K-1) over the pairs of classes, m_c the"
              + " class means less their mean",
          "falls towards 0: the class means point to the corners of a simplex",
          "neural collapse: distance of the class means from a simplex",
          ClassMeans::simplex);

  /** Share of the samples whose class by the network is that of the nearest class mean. */
  static final Metric NEAREST_MEAN =
      metric(
          "collapseNearestMean",
          "NC4: share of the samples for which the largest output is that of the nearest class"
              + " mean",
          "goes to 1: the network decides by the nearest class mean",
          "neural collapse: agreement with the nearest class mean",
          ClassMeans::agreement);

  private CollapseMetrics() {}

  static List<Metric> all() {
    return List.of(WITHIN_CLASSES, SIMPLEX, NEAREST_MEAN);
  }

  private static Metric metric(
      String id,
      String formula,
      String expectation,
      String title,
      ToDoubleFunction<ClassMeans> value) {
    return Metric.ofNetwork(id)
        .definition(
            Definition.formula(formula)
                .parameters("all")
                .applies(APPLIES)
                .source("Papyan et al. 2020*")
                .expect(expectation)
                .title(title)
                .group(Definition.MARGIN)
                .chart("Neural collapse"))
        .absent(CollapseMetrics::whyAbsent)
        .needs(Targets.NEEDS)
        .cadence(CollapseMetrics::cadence)
        .price(CollapseMetrics::price)
        .value(
            (observation, layer) -> {
              ClassMeans means = observation.shared(ClassMeans.class, ClassMeans::new);
              return means.isKnown() ? value.applyAsDouble(means) : Absent.VALUE;
            });
  }

  private static Cadence cadence(Dimensions d) {
    return Cadence.ofDearWork(6.0 * d.samples() * d.outputs() * d.widestUnits(), d);
  }

  private static Price price(Dimensions d, NetworkView network) {
    WeightLayer last = network.layers() == 0 ? null : network.layer(network.layers() - 1);
    double width = last == null ? 0 : last.inputs();
    double k = d.outputs();
    return Price.ofActivations(d, network)
        .and(Price.of(ClassMeans.class, 6 * d.samples() * k * width, 8 * k * (width + k)));
  }

  private static @Nullable String whyAbsent(Observation observation, int layer) {
    String none = MarginAbsences.margins(observation, layer);
    if (none != null) {
      return none;
    }
    if (!Targets.of(observation).isMulticlass()) {
      return "one output tells two classes apart; needs an output for each class";
    }
    return observation.shared(ClassMeans.class, ClassMeans::new).whyNone(observation);
  }
}
