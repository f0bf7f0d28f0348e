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
 * After the collapse of {@link StableRankCollapse} the stable rank stays at half of the first or
 * less: an observation, which does not hold for data with random labels. Looked at are the first
 * three records, those whose number is a power of two, and as many others as their cost allows.
 */
final class StableRankStaysLow extends StatedClaim implements Prediction {

  private static final double PER_RECORD = 4_000;

  /** Makes the prediction. */
  StableRankStaysLow() {
    super(
        "stableRankStaysLow",
        Claim.that(
                "After the stable rank of the first layer has collapsed, it stays at half of the"
                    + " first or less.")
            .observed()
            .source("arXiv:2210.07082 (abstract), measured here")
            .requires("as stableRankCollapse")
            .measures("largest stable rank from step 1 on")
            .against("half of the first")
            .within("half of the first stable rank"));
  }

  @Override
  public Check start(Observation first) {
    Metric norms = Metrics.stableRank();
    Conditions conditions = StableRankCollapse.conditions(first, norms);
    return conditions.check(() -> new Later(first, norms));
  }

  private static final class Later implements Check {
    private final Metric norms;
    private final double start;
    private final long every;
    private long record = -1;
    private double worst = Absent.VALUE;
    private String seen = "";

    Later(Observation first, Metric norms) {
      this.norms = norms;
      WeightLayer matrix = first.knownStack().layer(0);
      start = StableRankCollapse.rank(norms, first);
      double work = StableRankCollapse.PASSES * matrix.units() * matrix.inputs();
      every = Math.max(1, (long) Math.ceil(work / PER_RECORD));
    }

    @Override
    public Verdict judge(Observation observation) {
      record++;
      boolean isLookedAt = record <= 2 || (record & record - 1) == 0 || record % every == 0;
      if (record > 0 && isLookedAt) {
        double rank = StableRankCollapse.rank(norms, observation);
        if (Double.isNaN(rank)) {
          return Verdict.notApplicable(
              "the stable rank is not known at step " + observation.step());
        }
        if (!(rank <= worst)) {
          worst = rank;
          seen =
              "the stable rank was "
                  + Conditions.number(start)
                  + ", it is "
                  + Conditions.number(rank)
                  + " at step "
                  + observation.step();
        }
      }
      return worst > start / 2
          ? Verdict.violated(worst, start / 2, seen)
          : Verdict.holds(worst, start / 2, seen);
    }
  }
}
