package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Verdict;

/**
 * The first layer becomes a matrix of rank two: sqrt(sum_{k&gt;2} s_k^2 / sum s_k^2) &lt;= 0.02,
 * s_k its singular values.
 *
 * <p>In the limit all units of a sign are equal.
 *
 * <p>Source: arXiv:2210.07082, abstract; conditions recalled. Cost: O(p^2 q) for p units and q
 * inputs or the other way round, p the smaller.
 */
final class RankAtMostTwo extends StatedClaim implements Prediction {

  private static final double BOUND = 0.02;
  private static final double LIMIT = 0.2;

  /** Makes the prediction. */
  RankAtMostTwo() {
    super(
        "rankAtMostTwo",
        Claim.that("The matrix of the first layer goes to one of rank at most two.")
            .source("arXiv:2210.07082 (abstract); near-orthogonality recalled")
            .requires("near-orthogonality; equal magnitude; at least 3 units and 3 inputs")
            .measures("sqrt(sum_{k>2} s_k^2 / sum s_k^2), s_k the singular values of W")
            .against("0.02")
            .within(
                "reached when the share of the spectrum beyond rank two is at most 0.02, violated"
                    + " above 0.2 after that"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(TailBeyondTwo.work(dimensions.widestUnits(), dimensions.widestInputs()));
  }

  @Override
  public Check start(Observation first) {
    LeakySetting setting = new LeakySetting(first, true).nearlyOrthogonal(first);
    if (setting.isMet()) {
      WeightLayer layer = first.knownStack().layer(0);
      setting
          .conditions()
          .atLeast("the smaller of units and inputs", Math.min(layer.units(), layer.inputs()), 3);
      if (TailBeyondTwo.work(layer.units(), layer.inputs()) > LeakySetting.MOST_WORK) {
        setting.tooLarge();
      }
    }
    return setting.conditions().check(() -> new Flattening(first));
  }

  private static final class Flattening implements Check {
    private final Approach approach = new Approach("the share beyond rank two", BOUND, LIMIT);
    private final TailBeyondTwo tail;

    Flattening(Observation first) {
      WeightLayer layer = first.knownStack().layer(0);
      tail = new TailBeyondTwo(layer.units(), layer.inputs());
    }

    @Override
    public Verdict judge(Observation observation) {
      double share = tail.of(observation.knownStack().layer(0).weights());
      return approach.judge(observation.step(), share);
    }
  }
}
