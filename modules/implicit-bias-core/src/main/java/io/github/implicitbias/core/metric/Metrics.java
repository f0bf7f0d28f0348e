package io.github.implicitbias.core.metric;

import java.util.List;

/** The metrics of the library, in the order of their columns. */
public final class Metrics {

  private Metrics() {}

  /** Returns norms, flips and counts of units: what every run records. */
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
        new NanEntries());
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
