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
import org.jspecify.annotations.Nullable;

/**
 * Where one neuron goes whose pattern is that of the labels from step 1 on.
 *
 * <p>Step 1 goes to w_1 = w_0 + eta X^T (y - X w_0); after that only the samples with y_i &gt; 0
 * move w, within their span, as in linear regression. So the limit is the point of {X_+ w = y_+}
 * nearest to w_1, and what step 1 has added along X_+ does not matter: w = u + X_+^+ (y_+ - X_+ u)
 * with u = w_0 + eta X_-^T (y_- - X_- w_0). Cost: O(n^2 d) once, O(n^2 + d) per judgement.
 */
final class LimitClosedForm extends StatedClaim implements Prediction {

  private static final double TOLERANCE = 1e-8;

  /** Makes the prediction. */
  LimitClosedForm() {
    super(
        "limitClosedForm",
        Claim.that(
                "With the pattern frozen at step 1, the weights go to u + X_+^+ (y_+ - X_+ u), u"
                    + " being the start and what the samples with negative labels have added in"
                    + " step 1.")
            .source(HighDimensionalRun.SOURCE + "derived")
            .requires(
                "one neuron; not applicable from the record on at which a flip after step 1, or"
                    + " another pattern than {y > 0}, is seen")
            .measures("norm(w - limit) / norm(limit)")
            .against("1e-8")
            .within("reached at 1e-8 of the length of the limit"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Distance.cadence(dimensions);
  }

  @Override
  public Check start(Observation first) {
    HighDimensionalRun setting = HighDimensionalRun.of(first);
    Conditions conditions = setting.neuronConditions(first);
    double[] limit = conditions.areMet() ? limit(setting) : null;
    return conditions.check(
        () ->
            limit == null
                ? observation -> Verdict.notApplicable("the limit is not known")
                : new Limit(setting, limit));
  }

  private static double @Nullable [] limit(HighDimensionalRun setting) {
    double[] u = setting.firstWeights().clone();
    for (int i = 0; i < setting.samples(); i++) {
      if (!(setting.labels()[i] > 0)) {
        double[] x = setting.rows()[i];
        double residual = setting.labels()[i] - Distance.product(setting.firstWeights(), x);
        for (int k = 0; k < u.length; k++) {
          u[k] += setting.eta() * residual * x[k];
        }
      }
    }
    return Distance.nearestFit(setting, u);
  }

  /** The check of one run. */
  private static final class Limit implements Check {
    private final HighDimensionalRun setting;
    private final double[] limit;
    private final double length;

    Limit(HighDimensionalRun setting, double[] limit) {
      this.setting = setting;
      this.limit = limit;
      this.length = Distance.length(limit);
    }

    @Override
    public Verdict judge(Observation observation) {
      PatternHistory pattern = setting.pattern(observation);
      if (pattern.stableSince() > 1) {
        return Verdict.notApplicable(
            "the pattern has not been frozen since step 1: a flip was seen at step "
                + pattern.stableSince());
      }
      boolean later = observation.step() > 0;
      if (later && !setting.isPatternOfLabels(observation)) {
        return Verdict.notApplicable(
            "the pattern after step 1 is not that of the labels above 0, but off for some of them"
                + " or on for others");
      }
      double miss = Distance.of(HighDimensionalRun.weights(observation), limit) / length;
      if (later && miss <= TOLERANCE) {
        return Verdict.reached(miss, TOLERANCE, "");
      }
      return later
              && HighDimensionalRun.of(observation).hasVanished()
              && miss < Double.POSITIVE_INFINITY
          ? Verdict.violated(
              miss, TOLERANCE, "the gradient has vanished, and the weights are elsewhere")
          : Verdict.holds(miss, TOLERANCE);
    }
  }
}
