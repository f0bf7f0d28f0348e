package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import java.util.List;

/** What a run records of support vectors, in the order of the columns. */
public final class SupportMetrics {

  /**
   * Operations that recording one number per sample is worth, its share of the storage included.
   */
  private static final double PER_SAMPLE = 200;

  private SupportMetrics() {}

  /** Returns the metrics: certificates and counts. */
  public static List<Metric> metrics() {
    return List.of(
        new SpanAccumulated(),
        new SpanResidual(),
        new SpanUnique(),
        new SupportVectors(),
        new MarginSupportResidual());
  }

  /** Returns what is recorded with one number per sample. */
  public static List<SampleMetric> sampleMetrics() {
    return List.of(new SpanValues(), new ConeRays(), new MarginMultipliers(), new TiedMargins());
  }

  static double withRecording(double operations, Dimensions dimensions) {
    return Math.max(operations, PER_SAMPLE * dimensions.samples());
  }

  static Cadence marginCadence(Dimensions dimensions) {
    double samples = dimensions.samples();
    double count = samples * Math.max(1, dimensions.outputs() - 1);
    double units = dimensions.trackedUnits() + dimensions.outputs();
    double aboveFirst =
        dimensions.parameters()
            - (double) dimensions.widestInputs() * (double) dimensions.widestUnits();
    double work =
        count * count * (units + count / 4)
            + samples * samples * units
            + 2 * count * Math.max(0, aboveFirst);
    return Cadence.ofWork(withRecording(work, dimensions));
  }
}
