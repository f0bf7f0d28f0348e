package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Between the escapes training stays near a saddle at which labels of one sign are fitted and those
 * of the other see 0. That the loss takes that value at some step is no more than continuity; so
 * only records count at which the first are fitted to 99 % and the others to no more than 0.5 %.
 */
final class PlateauLoss extends StatedClaim implements Prediction {

  private static final double TOLERANCE = 0.01;

  /** What the labels of the first sign are fitted to on the plateau, at least. */
  static final double FITTED = 0.99;

  /** What those of the other sign are fitted to on the plateau, at most. */
  static final double UNFITTED = 0.005;

  PlateauLoss() {
    super(
        "plateauLoss",
        Claim.that(
                "When the labels of the first sign are fitted, the loss rests at that of the labels"
                    + " of the other sign alone, kappa (1/2n) sum y_k^2 over them.")
            .source("arXiv:2206.00939, abstract (saddle to saddle); value derived")
            .requires(
                "labels of both signs; D of one at least 1.1 times as long; expected time between"
                    + " the escapes, without the rise of the second, at least 4 settling times of"
                    + " the first")
            .measures("nearest relative distance so far")
            .against("0.01")
            .within(
                "1 %, while the first labels are fitted to at least 99 % and the others to at most"
                    + " 0.5 %"));
  }

  @Override
  public Check start(Observation first) {
    OrthogonalRun run = OrthogonalRun.of(first);
    Conditions conditions = run.waiting(run.conditions(first));
    double plateau = run.kappa() * run.second().squares / (2.0 * first.probe().samples());
    return conditions.check(() -> new PlateauCheck(run.positiveFirst(), plateau));
  }

  /** Looks for the plateau until labels of the other sign are half fitted. */
  private static final class PlateauCheck implements Check {
    private final boolean first;
    private final double plateau;
    private double nearest = Absent.VALUE;
    private @Nullable Verdict last;

    PlateauCheck(boolean positiveFirst, double plateau) {
      this.first = positiveFirst;
      this.plateau = plateau;
    }

    @Override
    public Verdict judge(Observation observation) {
      if (last != null) {
        return last;
      }
      FittedSides sides = FittedSides.of(observation);
      double other = sides.share(!first);
      double distance = Math.abs(observation.loss() / plateau - 1);
      if (sides.share(first) >= FITTED && other <= UNFITTED) {
        nearest = distance >= nearest ? nearest : distance;
      }
      if (nearest <= TOLERANCE) {
        last =
            Verdict.reached(
                nearest,
                TOLERANCE,
                "loss "
                    + Conditions.number(observation.loss())
                    + " at step "
                    + observation.step()
                    + "; predicted "
                    + Conditions.number(plateau));
      } else if (other >= 0.5) {
        last =
            Verdict.violated(
                Absent.is(nearest) ? distance : nearest,
                TOLERANCE,
                "the second labels are half fitted at step "
                    + observation.step()
                    + " without a plateau at "
                    + Conditions.number(plateau));
      }
      return last == null ? Verdict.holds(nearest, TOLERANCE) : last;
    }
  }
}
