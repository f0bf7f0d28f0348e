package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.support.SupportMetrics;
import java.util.ArrayList;
import java.util.List;

/** The metrics of the library, in the order of their columns. */
public final class Metrics {

  private Metrics() {}

  /**
   * Returns one metric of the library, to add it to a preset that does not have it.
   *
   * @param id as in docs/metrics.md, such as "stableRank"
   * @throws IllegalArgumentException if the library has no metric with that id
   */
  public static Metric named(String id) {
    for (List<Metric> metrics :
        List.of(
            standard(),
            standardAdditions(),
            fullAdditions(),
            patternStatistics(),
            SupportMetrics.metrics(),
            weightSpace())) {
      for (Metric metric : metrics) {
        if (metric.id().equals(id)) {
          return metric;
        }
      }
    }
    throw new IllegalArgumentException(
        "No metric of the library has the id " + id + ": docs/metrics.md lists their ids");
  }

  /** Returns norms, flips, counts of units and the cost of watching: what every run records. */
  public static List<Metric> standard() {
    return List.of(
        NormMetrics.PARAMETER_NORM,
        NormMetrics.UPDATE_NORM,
        DistanceMetrics.DISTANCE_FROM_INIT,
        PatternMetrics.ACTIVE_FRACTION,
        PatternMetrics.DEAD_UNITS,
        PatternMetrics.LINEAR_UNITS,
        FlipMetrics.ACTIVATIONS,
        FlipMetrics.REACTIVATIONS,
        FlipMetrics.DEACTIVATIONS,
        PatternMetrics.NAN_ENTRIES,
        CostMetrics.WATCH_SHARE);
  }

  /**
   * Returns what STANDARD adds to {@link #standard}: norms of matrices, margins, gradient, balance,
   * path norms, distances and directions from the first record, alignment with the data, gaps to
   * reference solutions, and saturation; docs/metrics.md defines each.
   */
  public static List<Metric> standardAdditions() {
    return List.of(
        NormMetrics.FROBENIUS_NORM,
        NormMetrics.SPECTRAL_NORM,
        NormMetrics.SPECTRAL_NORM_RESIDUAL,
        SpectrumMetrics.STABLE_RANK,
        MarginMetrics.MIN_MARGIN,
        MarginMetrics.NORMALIZED_MARGIN,
        MarginMetrics.LOSS_RATIO,
        GradientMetrics.GRADIENT_NORM,
        GradientMetrics.GRADIENT_ALIGNMENT,
        NormMetrics.BALANCE_GAP,
        NormMetrics.PATH_NORM,
        NormMetrics.PATH_NORM_L1,
        DistanceMetrics.RELATIVE_DISTANCE_FROM_INIT,
        DistanceMetrics.COSINE_TO_INIT,
        AlignmentMetrics.ALIGNMENT_POSITIVE,
        AlignmentMetrics.ALIGNMENT_NEGATIVE,
        AlignmentMetrics.FITTED_POSITIVE,
        AlignmentMetrics.FITTED_NEGATIVE,
        MarginMetrics.LINEAR_AGREEMENT,
        ReferenceMetrics.GAP_TO_MIN_NORM,
        ReferenceMetrics.RELATIVE_GAP_TO_MIN_NORM,
        MarginMetrics.ANGLE_TO_MAX_MARGIN,
        ReferenceMetrics.GAP_TO_ACTIVE_SOLUTION,
        SaturationMetrics.SATURATED_FRACTION);
  }

  /**
   * Returns what FULL adds to STANDARD: spectrum, tangent kernel, curvature, comparisons between
   * units, neural collapse, and rates of loss and margin.
   */
  public static List<Metric> fullAdditions() {
    List<Metric> all = new ArrayList<>(fullOfStacks());
    all.addAll(CollapseMetrics.all());
    all.addAll(RateMetrics.all());
    return List.copyOf(all);
  }

  private static List<Metric> fullOfStacks() {
    return List.of(
        SpectrumMetrics.NUCLEAR_NORM,
        SpectrumMetrics.EFFECTIVE_RANK,
        SpectrumMetrics.NUMERICAL_RANK,
        SpectrumMetrics.RANK_TWO_TAIL,
        KernelMetrics.KERNEL_TRACE,
        KernelMetrics.KERNEL_ALIGNMENT,
        KernelMetrics.KERNEL_DISTANCE,
        KernelMetrics.KERNEL_EFFECTIVE_RANK,
        CurvatureMetrics.SHARPNESS,
        CurvatureMetrics.SHARPNESS_RESIDUAL,
        CurvatureMetrics.STABILITY_RATIO,
        CurvatureMetrics.SADDLE_INDEX,
        DistanceMetrics.ROTATION,
        UnitComparisons.UNIT_CLUSTERS,
        UnitComparisons.MEAN_UNIT_COSINE,
        UnitComparisons.LIVE_UNITS,
        PatternMetrics.REGIONS_ON_SEGMENT);
  }

  /**
   * Returns what can be said of activation patterns beyond flips: distinct patterns and their
   * entropy, distance to the first, how long they have been stable, and what is on the boundary.
   */
  public static List<Metric> patternStatistics() {
    return List.of(
        FlipMetrics.HAMMING_TO_INIT,
        FlipMetrics.PATTERN_STABLE_SINCE,
        FlipMetrics.BOUNDARY_ENTRIES,
        FlipMetrics.BOUNDARY_FLIPS,
        PatternMetrics.DISTINCT_UNIT_PATTERNS,
        PatternMetrics.DISTINCT_SAMPLE_PATTERNS,
        PatternMetrics.PATTERN_ENTROPY);
  }

  /** Returns what goes with the units in a plane: the bias of the output. */
  public static List<Metric> weightSpace() {
    return WeightSpaceMetrics.metrics();
  }

  /** Returns the samples as they lie in the plane of the units, and their targets. */
  public static List<SampleMetric> weightSpacePerSample() {
    return WeightSpaceMetrics.sampleMetrics();
  }

  /** Returns the units of the first layer in a plane: weights, bias, norms, what goes out. */
  public static List<UnitMetric> weightSpacePerUnit() {
    return WeightSpaceMetrics.unitMetrics();
  }

  /**
   * Returns the stable rank for one who asks at records of his own, by {@link Metric#evaluate}: the
   * search for the largest singular value goes on where his own last one has ended.
   */
  public static Metric stableRank() {
    MatrixNorms norms = new MatrixNorms();
    return Metric.perLayer("stableRank")
        .value(
            (observation, layer) -> {
              norms.compute(observation);
              return norms.stableRank(layer);
            });
  }
}
