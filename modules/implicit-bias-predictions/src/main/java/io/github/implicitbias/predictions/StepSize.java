package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.norm.SingularValues;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The step of gradient descent times the largest curvature that a neuron can meet, the largest
 * eigenvalue of X^T X / n. Up to 1 no direction overshoots while the pattern stays.
 */
final class StepSize {

  private static final double MOST = 1;

  private final double curvature;

  private StepSize(double curvature) {
    this.curvature = curvature;
  }

  /** Measures the samples; only if the conditions so far are met, else not known. */
  static StepSize of(Observation first, Conditions conditions) {
    int samples = first.probe().samples();
    int inputs = first.probe().inputs();
    double work = 4.0 * samples * inputs * Math.min(samples, inputs);
    if (!conditions.areMet()) {
      return new StepSize(Double.NaN);
    }
    conditions.atMost("the work to find the largest curvature", work, Neurons.MOST_WORK);
    if (work > Neurons.MOST_WORK) {
      return new StepSize(Double.NaN);
    }
    SingularValues values = SingularValues.of(first.probe().features(), samples, inputs);
    double largest = values == null ? Double.NaN : values.value(0);
    return new StepSize(largest * largest / samples);
  }

  /** Adds the condition that the first step is small enough. */
  Conditions require(Conditions conditions, Observation first) {
    return conditions.areMet()
        ? conditions.atMost(
            "step times largest eigenvalue of X^T X / n", times(Neurons.step(first)), MOST)
        : conditions;
  }

  private double times(double step) {
    return step * curvature;
  }

  /** Returns that a prediction no longer applies if the next step is too large, else null. */
  @Nullable Verdict excess(Observation observation) {
    double now = times(Neurons.step(observation));
    // After the last record no step follows: its rate is not a number.
    return now > MOST
        ? Verdict.notApplicable(
            "step times largest eigenvalue of X^T X / n is "
                + Conditions.number(now)
                + " at step "
                + observation.step()
                + ", should be at most 1")
        : null;
  }
}
