package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;

/**
 * How far training ends from the shortest solution.
 *
 * <p>Samples that a unit is not to fit move it in step 1 only, by u = eta a X_-^T y_-, of the
 * length eta a sqrt(trace sum y_-^2) = (c / a) sqrt(sum y_-^2 / trace), nearly all of it outside
 * the span of the others, where nothing takes it back. The shortest solution has its own, shorter,
 * part there, so the gap is of that size. This reads the abstract's sqrt(n / norm(lambda)_1) as an
 * absolute distance at fixed c. Cost: that of the metric {@code gapToMinNorm}.
 */
final class GapScaling extends StatedClaim implements Prediction {

  private static final Metric GAP = Metrics.named("gapToMinNorm");

  private static final double FACTOR = 2;
  private static final double FLOOR = 1e-9;
  private static final double LEAST_INPUTS = 20;
  private static final double LEAST_STEP = 0.01;
  private static final double LARGEST_STEP = 1;
  private static final int LEAST_TERMS = 5;

  /** Makes the prediction. */
  GapScaling() {
    super(
        "gapScaling",
        Claim.that(
                "Training ends at a distance of about c sqrt(n_- / trace) rms(y_-) from the"
                    + " shortest solution, c being the step in units of 1 / trace.")
            .observed()
            .source(
                HighDimensionalRun.SOURCE
                    + "abstract: a gap of the order of sqrt(n / norm(lambda)_1), read as an"
                    + " absolute distance; its factor derived, the tolerance measured")
            .requires(
                "d >= 20 n; 0.01 <= c <= 1; at least 5 such labels; the shortest solution is known"
                    + " (n^2 d at most 2e7, for a pair 1e7); not applicable if training ends above"
                    + " the lowest loss")
            .measures("distance to the shortest solution")
            .against("the estimated distance")
            .within("a factor of 2 either way, once the gradient has vanished"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Distance.cadence(dimensions);
  }

  @Override
  public Needs needs() {
    return USUAL_NEEDS.and(GAP.needs());
  }

  @Override
  public Check start(Observation first) {
    HighDimensionalRun setting = HighDimensionalRun.of(first);
    Conditions conditions = setting.conditions(first);
    if (conditions.areMet()) {
      int terms = setting.samples();
      for (double y : setting.labels()) {
        terms -= y < 0 || !setting.isNeuron() && y > 0 ? 0 : 1;
      }
      double c = setting.relativeStep();
      conditions
          .atLeast("inputs per sample", (double) setting.inputs() / setting.samples(), LEAST_INPUTS)
          .atLeast("first step times trace (c)", c, LEAST_STEP)
          .atMost("first step times trace (c)", c, LARGEST_STEP)
          .atLeast("number of samples that a unit is not to fit", terms, LEAST_TERMS);
    }
    if (conditions.areMet()) {
      conditions.require(
          !Absent.is(GAP.evaluate(first, -1)),
          "the shortest solution is known",
          "too large for the shortest solution, or there is none");
    }
    double squares = setting.isNeuron() ? setting.negativeSquares() : setting.squares();
    double expected =
        setting.relativeStep() / setting.magnitude() * Math.sqrt(squares / setting.trace());
    double lowest = setting.floor(first) + FLOOR * first.loss();
    return conditions.check(() -> observation -> judge(observation, expected, lowest));
  }

  private static Verdict judge(Observation observation, double expected, double lowest) {
    double gap = GAP.evaluate(observation, -1);
    if (!HighDimensionalRun.of(observation).hasVanished() || !(gap < Double.POSITIVE_INFINITY)) {
      return Verdict.holds(gap, expected);
    }
    if (observation.loss() > lowest) {
      return Verdict.notApplicable(
          "training has ended above the lowest loss, some label is not fitted");
    }
    String seen = Conditions.number(gap / expected) + " times the estimate";
    return gap <= FACTOR * expected && FACTOR * gap >= expected
        ? Verdict.reached(gap, expected, seen)
        : Verdict.violated(gap, expected, seen);
  }
}
