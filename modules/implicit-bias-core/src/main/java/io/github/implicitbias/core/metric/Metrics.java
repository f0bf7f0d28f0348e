package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.support.Complementarity;
import io.github.implicitbias.core.support.KktResidual;
import java.util.List;

/** The metrics of the library, in the order of their columns. */
public final class Metrics {

  private Metrics() {}

  /** Returns norms, flips, counts of units and the cost of watching: what every run records. */
  public static List<Metric> standard() {
    return List.of(
        new ParameterNorm(),
        new UpdateNorm(),
        new DistanceFromInit(),
        new ActiveFraction(),
        new DeadUnits(),
        new LinearUnits(),
        new Activations(),
        new Reactivations(),
        new Deactivations(),
        new NanEntries(),
        new WatchShare());
  }

  /**
   * Returns what STANDARD adds to {@link #standard}: norms of matrices, margins, gradient, balance,
   * path norms, distances and directions from the first record, alignment with the data, and gaps
   * to reference solutions; docs/metrics.md defines each.
   */
  public static List<Metric> standardAdditions() {
    return List.of(
        new FrobeniusNorm(),
        new SpectralNorm(),
        new SpectralNormResidual(),
        new StableRank(),
        new MinMargin(),
        new NormalizedMargin(),
        new LossRatio(),
        new GradientNorm(),
        new GradientAlignment(),
        new BalanceGap(),
        new PathNorm(),
        new PathNormL1(),
        new RelativeDistanceFromInit(),
        new CosineToInit(),
        new AlignmentPositive(),
        new AlignmentNegative(),
        new FittedPositive(),
        new FittedNegative(),
        new LinearAgreement(),
        new GapToMinNorm(),
        new RelativeGapToMinNorm(),
        new AngleToMaxMargin(),
        new GapToActiveSolution());
  }

  /**
   * Returns what FULL adds to STANDARD: spectrum, tangent kernel, optimality of the margin,
   * curvature, and comparisons between units.
   */
  public static List<Metric> fullAdditions() {
    return List.of(
        new NuclearNorm(),
        new EffectiveRank(),
        new NumericalRank(),
        new RankTwoTail(),
        new KernelTrace(),
        new KernelAlignment(),
        new KernelDistance(),
        new KernelEffectiveRank(),
        new KktResidual(),
        new Complementarity(),
        new Sharpness(),
        new SharpnessResidual(),
        new StabilityRatio(),
        new SaddleIndex(),
        new Rotation(),
        new UnitClusters(),
        new MeanUnitCosine(),
        new LiveUnits(),
        new RegionsOnSegment());
  }

  /**
   * Returns what can be said of activation patterns beyond flips: distinct patterns and their
   * entropy, distance to the first, how long they have been stable, and what is on the boundary.
   */
  public static List<Metric> patternStatistics() {
    return List.of(
        new HammingToInit(),
        new PatternStableSince(),
        new BoundaryEntries(),
        new BoundaryFlips(),
        new DistinctUnitPatterns(),
        new DistinctSamplePatterns(),
        new PatternEntropy());
  }
}
