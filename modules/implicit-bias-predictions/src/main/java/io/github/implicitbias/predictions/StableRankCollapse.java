package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;

/**
 * From a small start one step of gradient descent takes the stable rank of the first layer, the sum
 * of its squared singular values over the largest, to at most half of what it was.
 *
 * <p>"Small" is (norm(U) + norm(W_0))^2 / (norm(U^T a^) - norm(W_0^T a^))^2 at most half of the
 * first stable rank, U the first update and a^ the direction of the output weights: the left side
 * bounds the stable rank of W_1 = W_0 + U, so that step 1 cannot fail. A first stable rank of 8 is
 * demanded; one of a wide random matrix is larger. Neither nearly orthogonal samples nor output
 * weights of equal magnitude are.
 *
 * <p>Source: arXiv:2210.07082, abstract; the factor two and the conditions are of this library.
 * Cost: at most 64 products with the matrix and its transpose, at two records, and O(n m d).
 */
final class StableRankCollapse extends StatedClaim implements Prediction {

  static final double FIRST_RANK = 8;
  static final double PASSES = 256;

  /** Makes the prediction. */
  StableRankCollapse() {
    super(
        "stableRankCollapse",
        Claim.that(
                "From a small start the stable rank of the first layer falls to half or less with"
                    + " the first step.")
            .source("arXiv:2210.07082 (abstract); what is small, and the factor two, derived here")
            .requires(
                "(norm(U) + norm(W_0))^2 / (norm(U^T a) - norm(W_0^T a))^2 at most half of the"
                    + " first stable rank, U the first update and a the direction of the output"
                    + " weights; first stable rank at least 8; step 1 is observed")
            .measures("stable rank at step 1")
            .against("half of the first")
            .within("half of the first stable rank"));
  }

  @Override
  public Check start(Observation first) {
    Metric norms = Metrics.stableRank();
    Conditions conditions = conditions(first, norms);
    return conditions.check(() -> new OneStep(rank(norms, first)));
  }

  /** Returns the conditions under which step 1 cannot fail. */
  static Conditions conditions(Observation first, Metric norms) {
    LeakySetting setting = new LeakySetting(first, false);
    Conditions conditions = setting.conditions();
    if (setting.isMet()) {
      WeightLayer layer = first.knownStack().layer(0);
      boolean tracked = layer.trackedLayer() >= 0;
      conditions.require(tracked, "the first layer is tracked", "the first layer is not tracked");
      boolean large = PASSES * layer.units() * layer.inputs() > LeakySetting.MOST_WORK;
      FirstUpdate update = FirstUpdate.of(first);
      if (large || update.isTooLarge()) {
        setting.tooLarge();
      } else if (tracked) {
        double rank = rank(norms, first);
        conditions.atLeast("the first stable rank", rank, FIRST_RANK);
        if (rank >= FIRST_RANK) {
          conditions.atMost(
              "what norms of the first update allow for the stable rank at step 1",
              update.rankBoundByNorms(),
              rank / 2);
        }
      }
    }
    return conditions;
  }

  /** Returns the stable rank of the first layer. */
  static double rank(Metric norms, Observation observation) {
    return norms.evaluate(observation, observation.knownStack().layer(0).trackedLayer());
  }

  private static final class OneStep implements Check {
    private final double start;
    private long record = -1;
    private Verdict verdict;

    OneStep(double start) {
      this.start = start;
      verdict = Verdict.holds(Absent.VALUE, start / 2);
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
      double rank = rank(Metrics.stableRank(), observation);
      String seen =
          "the stable rank was "
              + Conditions.number(start)
              + ", it is "
              + Conditions.number(rank)
              + " at step 1";
      verdict =
          Double.isNaN(rank)
              ? Verdict.notApplicable("the stable rank is not known at step 1")
              : rank <= start / 2
                  ? Verdict.reached(rank, start / 2, seen)
                  : Verdict.violated(rank, start / 2, seen);
      return verdict;
    }
  }
}
