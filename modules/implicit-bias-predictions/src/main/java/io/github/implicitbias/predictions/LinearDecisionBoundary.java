package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;

/**
 * The network decides every sample like the linear map x -&gt; z . x, z = sum_j a_j w_j.
 *
 * <p>Derivation: if all units of a sign are equal, w_j = v or u, then f(x) = p phi(v . x) - m phi(u
 * . x) with p, m &gt; 0 and z = p v - m u. Where v . x and u . x have different signs both terms of
 * f have the same sign, and so have those of z . x; where both are positive f(x) = z . x, and where
 * both are negative f(x) = g z . x. So the boundary is a plane. That units become equal is the
 * paper's limit, see {@link RankAtMostTwo}.
 *
 * <p>It counts as reached only when all samples are classified correctly, since at the start some
 * networks agree with the linear map by chance.
 *
 * <p>Source: arXiv:2210.07082, abstract; derived here for the limit. Cost: O(parameters + n d).
 */
final class LinearDecisionBoundary extends StatedClaim implements Prediction {

  /** Makes the prediction. */
  LinearDecisionBoundary() {
    super(
        "linearDecisionBoundary",
        Claim.that("The network comes to decide every sample like the linear map sum_j a_j w_j.")
            .source(
                "arXiv:2210.07082 (abstract); derived here for the limit, near-orthogonality"
                    + " recalled")
            .requires("near-orthogonality; equal magnitude")
            .measures("share of the probe decided alike")
            .against("1"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(
        dimensions.parameters() + (double) dimensions.samples() * dimensions.inputs());
  }

  @Override
  public Check start(Observation first) {
    return new LeakySetting(first, true)
        .nearlyOrthogonal(first)
        .conditions()
        .check(() -> new Agreement(first));
  }

  private static final class Agreement implements Check {
    private final Metric metric = Metrics.named("linearAgreement");
    private final int[] classes;
    private long reachedAt = -1;
    private String reached = "";
    private String violated = "";

    Agreement(Observation first) {
      classes = Targets.of(first).classes();
    }

    @Override
    public Verdict judge(Observation observation) {
      double[] f = observation.knownStack().outputPreActivations();
      boolean finite = true;
      boolean separated = true;
      for (int i = 0; i < classes.length; i++) {
        finite &= Double.isFinite(f[i]);
        separated &= classes[i] == 1 ? f[i] > 0 : f[i] < 0;
      }
      double share = finite ? metric.evaluate(observation, -1) : Double.NaN;
      if (Double.isNaN(share)) {
        return Verdict.holds(Absent.VALUE, 1);
      }
      if (share == 1 && (separated || reachedAt >= 0)) {
        if (reachedAt < 0) {
          reachedAt = observation.step();
          reached = "all samples are decided alike at step " + reachedAt;
        }
        return Verdict.reached(1, 1, reached);
      }
      if (reachedAt >= 0) {
        if (violated.isEmpty()) {
          violated =
              "the share decided alike is "
                  + Conditions.number(share)
                  + " at step "
                  + observation.step()
                  + ", it was 1 at step "
                  + reachedAt;
        }
        return Verdict.violated(share, 1, violated);
      }
      return Verdict.holds(share, 1);
    }
  }
}
