package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;

/**
 * After one step the stable rank of the first layer is at most norm(W_0 + U)^2 norm(a)^2 /
 * norm((W_0 + U)^T a)^2, U the first update and a the output weights: the largest singular value is
 * at least norm(W_1^T a) / norm(a). For any start, data and slope.
 *
 * <p>From a tiny start, orthogonal samples of equal norm and output weights of equal magnitude make
 * this about 2 (1 + g^2) / (1 + g)^2, g the slope below 0: with phi' = (1 + g) / 2 +- (1 - g) / 2
 * the first part of U is a matrix of rank one with squared norm proportional to ((1 + g) / 2)^2,
 * the second one of squared norm ((1 - g) / 2)^2. On other data it may be more.
 *
 * <p>Source: arXiv:2210.07082 for the setting; derived here. Cost: once, that of the stable rank
 * and O(n m d).
 */
final class StableRankAfterOneStep extends StatedClaim implements Prediction {

  private static final double SLACK = 1.02;

  /** Makes the prediction. */
  StableRankAfterOneStep() {
    super(
        "stableRankAfterOneStep",
        Claim.that(
                "After one step the stable rank of the first layer is at most norm(W_0 + U)^2"
                    + " norm(a)^2 / norm((W_0 + U)^T a)^2, U the first update and a the output"
                    + " weights; from a tiny start on orthogonal samples that is about 2 (1 + g^2)"
                    + " / (1 + g)^2, g the slope of the leaky ReLU below 0.")
            .source("derived here, for the setting of arXiv:2210.07082")
            .requires("step 1 is observed")
            .measures("stable rank at step 1")
            .against("1.02 times that number, computed at step 0")
            .within("2 %, contained in the bound"));
  }

  @Override
  public Check start(Observation first) {
    LeakySetting setting = new LeakySetting(first, false);
    Conditions conditions = setting.conditions();
    double bound = Double.NaN;
    if (setting.isMet()) {
      WeightLayer layer = first.knownStack().layer(0);
      conditions.require(
          layer.trackedLayer() >= 0,
          "the first layer is tracked",
          "the first layer is not tracked");
      FirstUpdate update = FirstUpdate.of(first);
      if (update.isTooLarge()) {
        setting.tooLarge();
      } else {
        bound = SLACK * update.rankBound();
        conditions.atMost("the bound computed at step 0", bound, Double.MAX_VALUE);
      }
    }
    double known = bound;
    return conditions.check(() -> new OneStep(known));
  }

  private static final class OneStep implements Check {
    private final double bound;
    private long record = -1;
    private Verdict verdict;

    OneStep(double bound) {
      this.bound = bound;
      this.verdict = Verdict.holds(Absent.VALUE, bound);
    }

    @Override
    public Verdict judge(Observation observation) {
      record++;
      if (record != 1) {
        return verdict;
      }
      if (observation.step() != 1) {
        return Verdict.notApplicable(
            "step 1 was not observed, the second record is of step " + observation.step());
      }
      int layer = observation.knownStack().layer(0).trackedLayer();
      double rank = Metrics.stableRank().evaluate(observation, layer);
      String seen = "the stable rank is " + Conditions.number(rank) + " at step 1";
      verdict =
          Double.isNaN(rank)
              ? Verdict.notApplicable("the stable rank is not known at step 1")
              : rank <= bound
                  ? Verdict.reached(rank, bound, seen)
                  : Verdict.violated(rank, bound, seen);
      return verdict;
    }
  }
}
