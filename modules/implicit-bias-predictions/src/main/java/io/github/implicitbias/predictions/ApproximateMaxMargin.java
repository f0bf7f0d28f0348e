package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.core.solution.ConstrainedMinimumNorm;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;

/**
 * The linear map z = sum_j a_j w_j that decides as the network does comes to have a margin that is
 * at least a fixed share of the largest one.
 */
final class ApproximateMaxMargin extends StatedClaim implements Prediction {

  ApproximateMaxMargin() {
    super(
        "approximateMaxMargin",
        Claim.that(
                "The linear map that the network comes to decide by has at least a fixed share of"
                    + " the largest margin of any linear map.")
            .source(
                "arXiv:2210.07082 (abstract: approximately max-margin); near-orthogonality and the"
                    + " constant recalled")
            .requires("near-orthogonality; equal magnitude; n^2 (n + d) up to 5e8")
            .measures("min_i s_i z . x_i / (norm(z) gamma*), gamma* the largest margin")
            .against(
                "(kappa + gamma) / 2, kappa = sqrt(min(m_1, m_2) / max(m_1, m_2)), m_1 and m_2 the"
                    + " numbers of units of the two signs, gamma the slope below 0")
            .within("1e-6; violated only below the bound after it was reached"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(
        dimensions.parameters() + (double) dimensions.samples() * dimensions.inputs());
  }

  @Override
  public Check start(Observation first) {
    LeakySetting setting = new LeakySetting(first, true).nearlyOrthogonal(first);
    Conditions conditions = setting.conditions();
    if (!setting.isMet()) {
      return conditions.unmet();
    }
    double samples = first.probe().samples();
    if (samples * samples * (first.probe().inputs() + samples) > LeakySetting.MOST_WORK) {
      setting.tooLarge();
      return conditions.unmet();
    }
    double norm = separator(first);
    conditions.require(
        norm > 0,
        "the largest margin of a linear map is " + Conditions.number(1 / norm),
        "no linear map separates the classes");
    double fewer = Math.min(setting.positive(), setting.negative());
    double more = Math.max(setting.positive(), setting.negative());
    double bound = (Math.sqrt(fewer / more) + setting.slope()) / 2;
    return conditions.check(() -> new ShareCheck(first, norm, bound));
  }

  /** Returns the norm of the shortest linear map with margins of at least 1; NaN without one. */
  private static double separator(Observation first) {
    try {
      int[] classes = Targets.of(first).classes();
      return Distance.length(
          ConstrainedMinimumNorm.separating(first.probe().rows(false), classes).solution());
    } catch (IllegalArgumentException e) {
      return Double.NaN;
    }
  }

  /** Waits for the share to be reached, and for it to be lost. */
  private static final class ShareCheck implements Check {
    private static final double ROUNDING = 1e-6;

    private final double[] features;
    private final int[] classes;
    private final double norm;
    private final double bound;
    private final double[] z;
    private long reachedAt = -1;
    private String detail = "";

    ShareCheck(Observation first, double norm, double bound) {
      features = first.probe().features();
      classes = Targets.of(first).classes();
      z = new double[first.probe().inputs()];
      this.norm = norm;
      this.bound = bound;
    }

    @Override
    public Verdict judge(Observation observation) {
      Stack stack = observation.knownStack();
      int inputs = stack.layer(0).inputs();
      double[] w = stack.layer(0).weights();
      double[] a = stack.layer(1).weights();
      Arrays.fill(z, 0);
      for (int j = 0; j < stack.layer(0).units(); j++) {
        for (int k = 0; k < inputs; k++) {
          z[k] += a[j] * w[j * inputs + k];
        }
      }
      double smallest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < classes.length; i++) {
        double product = ScalarProduct.of(features, i * inputs, z, 0, inputs);
        smallest = Math.min(smallest, classes[i] == 1 ? product : -product);
      }
      double share = smallest / Distance.length(z) * norm;
      if (!Double.isFinite(share)) {
        return Verdict.holds(Absent.VALUE, bound);
      }
      if (share >= bound - ROUNDING) {
        if (reachedAt < 0) {
          reachedAt = observation.step();
          detail = "at least that share from step " + reachedAt + " on";
        }
        return Verdict.reached(share, bound, detail);
      }
      return reachedAt < 0
          ? Verdict.holds(share, bound)
          : Verdict.violated(share, bound, "below the share that was reached at step " + reachedAt);
    }
  }
}
