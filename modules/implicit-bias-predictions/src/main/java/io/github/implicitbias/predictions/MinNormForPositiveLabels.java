package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Verdict;

/**
 * Labels above 0 make one neuron a linear regression: as long as it is on for all samples it moves
 * within their span, from w_0 to the nearest w with X w = y, which is the shortest one but for the
 * part of w_0 outside the span. Cost: O(n^2 d) once, O(n^2 + d) per judgement.
 */
final class MinNormForPositiveLabels extends StatedClaim implements Prediction {

  private static final double TOLERANCE = 1e-6;

  /** Makes the prediction. */
  MinNormForPositiveLabels() {
    super(
        "minNormForPositiveLabels",
        Claim.that(
                "If all labels are above 0 and the neuron stays on for all samples, its weights go"
                    + " to the shortest ones that fit, up to the part of the start outside the span"
                    + " of the samples.")
            .source(HighDimensionalRun.SOURCE + "derived")
            .requires(
                "one neuron; all y > 0; not applicable from the record on at which a sample is off")
            .measures("norm(w - limit) / norm(X^+ y)")
            .against("1e-6")
            .within("reached at 1e-6 of the length of the shortest fit"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Distance.cadence(dimensions);
  }

  @Override
  public Check start(Observation first) {
    HighDimensionalRun setting = HighDimensionalRun.of(first);
    Conditions conditions = setting.neuronConditions(first);
    if (conditions.areMet()) {
      int others = 0;
      for (double y : setting.labels()) {
        others += y > 0 ? 0 : 1;
      }
      conditions.require(others == 0, "all labels are above 0", others + " labels are 0 or below");
    }
    boolean met = conditions.areMet();
    double[] limit = met ? Distance.nearestFit(setting, setting.firstWeights()) : null;
    double[] shortest = met ? Distance.nearestFit(setting, new double[setting.inputs()]) : null;
    return conditions.check(
        () ->
            limit == null || shortest == null
                ? observation -> Verdict.notApplicable("the shortest fit is not known")
                : new Limit(setting, limit, Distance.length(shortest)));
  }

  /** The check of one run. */
  private static final class Limit implements Check {
    private final HighDimensionalRun setting;
    private final double[] limit;
    private final double length;

    Limit(HighDimensionalRun setting, double[] limit, double length) {
      this.setting = setting;
      this.limit = limit;
      this.length = length;
    }

    @Override
    public Verdict judge(Observation observation) {
      double miss = Distance.of(HighDimensionalRun.weights(observation), limit) / length;
      if (!(miss < Double.POSITIVE_INFINITY)) {
        return Verdict.holds(miss, TOLERANCE);
      }
      PatternHistory pattern = setting.pattern(observation);
      if (pattern.activeEntries() < setting.samples()) {
        int sample = setting.firstStray(observation);
        return Verdict.notApplicable("sample " + sample + " is off at step " + observation.step());
      }
      if (pattern.stableSince() > 0) {
        return Verdict.notApplicable(
            "some sample was off before it came back at step " + pattern.stableSince());
      }
      if (miss <= TOLERANCE) {
        return Verdict.reached(miss, TOLERANCE, "");
      }
      return HighDimensionalRun.of(observation).hasVanished()
          ? Verdict.violated(
              miss, TOLERANCE, "the gradient has vanished, and the weights are elsewhere")
          : Verdict.holds(miss, TOLERANCE);
    }
  }
}
