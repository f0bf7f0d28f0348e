package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * When the labels of one sign are half fitted: units along D of that sign grow like exp(norm(D) t),
 * until the largest, from norm(w_j) at the start, is of the size of the root of N.
 */
abstract class EscapeTime extends StatedClaim implements Prediction {

  private static final double TOLERANCE = 0.15;

  private final boolean sign;

  EscapeTime(boolean ofPositive) {
    super(
        ofPositive ? "escapeTimePositive" : "escapeTimeNegative",
        Claim.that(statement(ofPositive ? "positive" : "negative", ofPositive ? "+" : "-"))
            .observed()
            .source("arXiv:2206.00939, derived for its setting")
            .requires(
                (ofPositive ? "there are positive labels" : "there are negative labels")
                    + "; half the logarithm of the number of these units is at most 15 % of the"
                    + " logarithm in the prediction")
            .measures("flow time at which half of these labels is fitted")
            .against("predicted flow time")
            .within("15 % of the predicted flow time"));
    this.sign = ofPositive;
  }

  private static String statement(String word, String mark) {
    return "Half of the "
        + word
        + " labels is fitted at the flow time ln(N"
        + mark
        + "^(1/2) / norm(w)) / norm(D"
        + mark
        + "), w the largest unit that is on for all of them at the start.";
  }

  @Override
  public Check start(Observation first) {
    OrthogonalRun run = OrthogonalRun.of(first);
    Conditions conditions = run.small(run.some(run.conditions(first), sign));
    if (conditions.areMet()) {
      LabelSide side = run.side(sign);
      // Together the units are as fast as one that is longer by the root of their number.
      conditions.atMost(
          "share of the predicted time that the number of these units may take off",
          0.5 * Math.log(side.seeing) / side.magnitudes(),
          TOLERANCE);
    }
    return conditions.check(() -> new EscapeCheck(run.side(sign).escapeTime()));
  }

  /** Waits for half of the labels to be fitted. */
  private final class EscapeCheck implements Check {
    private final double predicted;
    private @Nullable Verdict last;

    EscapeCheck(double predicted) {
      this.predicted = predicted;
    }

    @Override
    public Verdict judge(Observation observation) {
      if (last != null) {
        return last;
      }
      FittedSides sides = FittedSides.of(observation);
      double time = sides.time();
      double share = sides.share(sign);
      String seen =
          share >= 0.5
              ? "half fitted at flow time " + Conditions.number(time)
              : share < 0.5 && time > (1 + TOLERANCE) * predicted
                  ? "fitted to "
                      + Conditions.number(share)
                      + " only at flow time "
                      + Conditions.number(time)
                  : null;
      if (seen == null) {
        return Verdict.holds(time, predicted);
      }
      seen += ", step " + observation.step() + "; predicted " + Conditions.number(predicted);
      // Half fitted later than this, it was not at the record before, which was in time.
      boolean inTime = share >= 0.5 && time >= (1 - TOLERANCE) * predicted;
      last =
          inTime ? Verdict.reached(time, predicted, seen) : Verdict.violated(time, predicted, seen);
      return last;
    }
  }
}
