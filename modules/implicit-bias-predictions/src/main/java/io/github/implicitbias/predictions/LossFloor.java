package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Verdict;

/**
 * The loss comes to the lowest value there is.
 *
 * <p>One neuron cannot go below 0, so negative labels cost at least (kappa / 2n) sum y_i^2 over y_i
 * &lt; 0; a pair can fit all labels. With linearly independent samples both are attained. If a
 * sample that a unit is to fit is switched off, training may end above. Cost: O(n^2) per judgement.
 */
final class LossFloor extends StatedClaim implements Prediction {

  private static final double TOLERANCE = 1e-9;

  /** Makes the prediction. */
  LossFloor() {
    super(
        "lossFloor",
        Claim.that(
                "If units are on for just the samples whose labels they can fit when the gradient"
                    + " vanishes, the loss has come to its floor: for one neuron what the negative"
                    + " labels cost at output 0, 0 for a pair.")
            .source(HighDimensionalRun.SOURCE + "derived")
            .measures("loss")
            .against("floor")
            .within("reached at 1e-9 of the first loss above the floor"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    double n = dimensions.samples();
    return Cadence.ofWork(n * n * dimensions.trackedUnits());
  }

  @Override
  public Check start(Observation first) {
    HighDimensionalRun setting = HighDimensionalRun.of(first);
    Conditions conditions = setting.conditions(first);
    double floor = setting.floor(first);
    double allowed = TOLERANCE * first.loss();
    return conditions.check(() -> observation -> judge(observation, floor, allowed));
  }

  private static Verdict judge(Observation observation, double floor, double allowed) {
    double loss = observation.loss();
    if (Math.abs(loss - floor) <= allowed) {
      return Verdict.reached(loss, floor, "");
    }
    HighDimensionalRun run = HighDimensionalRun.of(observation);
    boolean over = loss < Double.POSITIVE_INFINITY && run.hasVanished();
    int off = over ? run.firstStray(observation) : -1;
    if (off >= 0) {
      return Verdict.notApplicable(
          "entry "
              + off
              + " of the pattern, unit times samples plus sample, is not as the labels ask for when"
              + " the gradient has vanished, at step "
              + observation.step());
    }
    return over
        ? Verdict.violated(
            loss,
            floor,
            "the gradient has vanished, and the loss is "
                + Conditions.number(loss - floor)
                + " above its floor")
        : Verdict.holds(loss, floor);
  }
}
