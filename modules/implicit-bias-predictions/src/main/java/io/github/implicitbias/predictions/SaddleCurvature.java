package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The lowest curvature at the two saddles at which training waits. Near 0 a unit's weights and its
 * output weight are coupled by -D_j alone, so the lowest eigenvalue is -kappa times the longest
 * D_j; on the plateau the labels of the first sign are fitted, and it is the pull of the others.
 *
 * <p>Cost: that of the metric {@code saddleIndex}, at the first record and at some on the plateau.
 */
final class SaddleCurvature extends StatedClaim implements Prediction {

  private static final Metric CURVATURE = Metrics.named("saddleIndex");

  private static final double TOLERANCE = 0.01;

  SaddleCurvature() {
    super(
        "saddleCurvature",
        Claim.that(
                "The lowest curvature of the loss is -kappa max norm(D_j) at the start and -kappa"
                    + " norm(D) of the labels that are not fitted yet on the plateau between the"
                    + " escapes.")
            .source("arXiv:2206.00939, abstract (saddle to saddle); values derived")
            .requires(
                "as plateauLoss; the second derivative of the loss is known, at most 250,000"
                    + " parameters")
            .measures("relative distance from the predicted curvature, the larger of the two")
            .against("0.01")
            .within(
                "1 % at the first record, and 1 % while the first labels are fitted to at least 99"
                    + " % and the others to at most 0.5 %"));
  }

  @Override
  public Needs needs() {
    return USUAL_NEEDS.and(CURVATURE.needs());
  }

  @Override
  public Check start(Observation first) {
    OrthogonalRun run = OrthogonalRun.of(first);
    Conditions conditions = run.waiting(run.conditions(first));
    double atStart = Absent.VALUE;
    if (conditions.areMet()) {
      atStart = CURVATURE.evaluate(first, -1);
      conditions.require(
          !Absent.is(atStart),
          "the curvature of the loss is known",
          "the curvature of the loss is not known, or too dear to compute");
    }
    double expected = -run.kappa() * run.longestPull();
    Curvature start = new Curvature(first.step(), atStart, expected);
    return conditions.check(
        () -> new CurvatureCheck(start, run.positiveFirst(), -run.kappa() * run.second().rate));
  }

  /** How far a curvature is from the predicted one. */
  private static final class Curvature {
    private final long step;
    private final double measured;
    private final double expected;

    Curvature(long step, double measured, double expected) {
      this.step = step;
      this.measured = measured;
      this.expected = expected;
    }

    double relative() {
      return Math.abs(measured / expected - 1);
    }

    String words() {
      return String.format(
          Locale.ROOT,
          "%s at step %d, predicted %s",
          Conditions.number(measured),
          step,
          Conditions.number(expected));
    }
  }

  /** Looks at the plateau each time the first labels are twice as nearly fitted as before. */
  private static final class CurvatureCheck implements Check {
    private final Curvature start;
    private final boolean first;
    private final double expected;
    private double unfitted = 1;
    private @Nullable Curvature nearest;
    private @Nullable Verdict last;

    CurvatureCheck(Curvature start, boolean first, double expected) {
      this.start = start;
      this.first = first;
      this.expected = expected;
    }

    @Override
    public Verdict judge(Observation observation) {
      if (last != null) {
        return last;
      }
      if (!(start.relative() <= TOLERANCE)) {
        last = Verdict.violated(start.relative(), TOLERANCE, start.words());
        return last;
      }
      FittedSides sides = FittedSides.of(observation);
      look(observation, 1 - sides.share(first), sides.share(!first));
      if (nearest != null && nearest.relative() <= TOLERANCE) {
        last = Verdict.reached(measured(), TOLERANCE, start.words() + "; " + nearest.words());
      } else if (sides.share(!first) >= 0.5) {
        last =
            Verdict.violated(
                measured(),
                TOLERANCE,
                "the second labels are half fitted at step "
                    + observation.step()
                    + (nearest == null
                        ? " without a plateau"
                        : "; the nearest curvature was " + nearest.words()));
      }
      return last == null ? Verdict.holds(measured(), TOLERANCE) : last;
    }

    private void look(Observation observation, double left, double others) {
      if (left <= 1 - PlateauLoss.FITTED
          && others <= PlateauLoss.UNFITTED
          && Math.abs(left) <= unfitted / 2) {
        unfitted = Math.abs(left);
        Curvature here =
            new Curvature(observation.step(), CURVATURE.evaluate(observation, -1), expected);
        if (nearest == null || !(nearest.relative() <= here.relative())) {
          nearest = here;
        }
      }
    }

    private double measured() {
      return nearest == null ? start.relative() : Math.max(start.relative(), nearest.relative());
    }
  }
}
