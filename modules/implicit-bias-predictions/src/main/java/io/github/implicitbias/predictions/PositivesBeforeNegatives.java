package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/** The labels whose D is longer are fitted before those of the other sign move. */
final class PositivesBeforeNegatives extends StatedClaim implements Prediction {

  private static final double BOUND = 0.05;

  PositivesBeforeNegatives() {
    super(
        "positivesBeforeNegatives",
        Claim.that(
                "Labels of one sign are fitted before those of the other: positive ones first if D+"
                    + " is longer than D-, negative ones if D- is.")
            .source("arXiv:2206.00939, derived for its setting")
            .requires(
                "labels of both signs; D of one at least 1.1 times as long; at most 1 % of the"
                    + " second expected to be fitted by then")
            .measures("fitted share of the second when the first is half fitted")
            .against("0.05")
            .within(
                "below 5 % of the labels of the other sign fitted when the first are half fitted"));
  }

  @Override
  public Check start(Observation first) {
    OrthogonalRun run = OrthogonalRun.of(first);
    Conditions conditions = run.small(run.ordered(run.conditions(first)));
    if (conditions.areMet()) {
      conditions.atMost(
          "share of the other labels expected to be fitted by then",
          run.second().shareAt(run.first().timeOf(1)),
          BOUND / 5);
    }
    return conditions.check(() -> new OrderCheck(run.positiveFirst()));
  }

  /** Waits for labels of one sign to be half fitted. */
  private static final class OrderCheck implements Check {
    private final boolean first;
    private @Nullable Verdict last;

    OrderCheck(boolean positiveFirst) {
      first = positiveFirst;
    }

    @Override
    public Verdict judge(Observation observation) {
      if (last != null) {
        return last;
      }
      FittedSides sides = FittedSides.of(observation);
      double share = sides.share(first);
      double other = sides.share(!first);
      if (!(share >= 0.5 || other >= 0.5) || Double.isNaN(share + other)) {
        return Verdict.holds(other, BOUND);
      }
      String seen =
          "at step "
              + observation.step()
              + " positive labels are fitted to "
              + Conditions.number(sides.share(true))
              + ", negative ones to "
              + Conditions.number(sides.share(false));
      last =
          share >= 0.5 && other < BOUND
              ? Verdict.reached(other, BOUND, seen)
              : Verdict.violated(other, BOUND, seen);
      return last;
    }
  }
}
