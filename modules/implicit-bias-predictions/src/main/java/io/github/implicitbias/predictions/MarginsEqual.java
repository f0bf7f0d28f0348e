package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;

/**
 * All margins become equal: max q / min q - 1 &lt;= 0.05 with all q_i &gt; 0, q_i = s_i f(x_i).
 *
 * <p>In the max-margin solution for nearly orthogonal samples every sample is a support vector.
 *
 * <p>Source: arXiv:2210.07082, recalled. Cost: O(n).
 */
final class MarginsEqual extends StatedClaim implements Prediction {

  private static final double BOUND = 0.05;
  private static final double LIMIT = 0.5;

  /** Makes the prediction. */
  MarginsEqual() {
    super(
        "marginsEqual",
        Claim.that("The margins of all samples become equal: every sample is a support vector.")
            .source("arXiv:2210.07082 (recalled)")
            .requires("near-orthogonality; equal magnitude")
            .measures("max q / min q - 1, all q positive")
            .against("0.05")
            .within(
                "reached when the largest margin exceeds the smallest by at most 5 %, violated"
                    + " above 50 % after that"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(dimensions.samples());
  }

  @Override
  public Check start(Observation first) {
    return new LeakySetting(first, true)
        .nearlyOrthogonal(first)
        .conditions()
        .check(() -> new Spread(first));
  }

  private static final class Spread implements Check {
    private final Approach approach = new Approach("max q / min q - 1", BOUND, LIMIT);
    private final int[] classes;
    private String lost = "";

    Spread(Observation first) {
      classes = Targets.of(first).classes();
    }

    @Override
    public Verdict judge(Observation observation) {
      double[] f = observation.knownStack().outputPreActivations();
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < classes.length; i++) {
        double q = classes[i] == 1 ? f[i] : -f[i];
        least = Math.min(least, q);
        most = Math.max(most, q);
      }
      if (least <= 0) {
        return lost(observation.step(), least);
      }
      return approach.judge(observation.step(), most / least - 1);
    }

    private Verdict lost(long step, double least) {
      if (!approach.isReached() || !Double.isFinite(least)) {
        return Verdict.holds(Absent.VALUE, BOUND);
      }
      if (lost.isEmpty()) {
        lost =
            "the smallest margin is "
                + Conditions.number(least)
                + " at step "
                + step
                + ", after margins had become equal";
      }
      return Verdict.violated(least, 0, lost);
    }
  }
}
