package io.github.implicitbias.core.metric;

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

  /** Returns what the standard preset has besides {@link #standard}. */
  public static List<Metric> standardAdditions() {
    return List.of();
  }

  /** Returns what the full preset has besides the standard one. */
  public static List<Metric> fullAdditions() {
    return List.of();
  }

  /** Returns what the standard preset has with one number per sample. */
  public static List<SampleMetric> standardSampleMetrics() {
    return List.of();
  }

  /** Returns what the full preset has with one number per sample, besides the standard one. */
  public static List<SampleMetric> fullSampleMetrics() {
    return List.of();
  }
}
