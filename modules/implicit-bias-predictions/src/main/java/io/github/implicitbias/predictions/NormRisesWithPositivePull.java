package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * While sum over the samples that are on of z_i (y_i - z_i) is not negative, the next step does not
 * shorten the weights: a step of tau along P changes norm(w)^2 by 2 tau w . P + tau^2 norm(P)^2,
 * and w . P is that sum divided by n. Exact for gradient descent with any rate.
 */
final class NormRisesWithPositivePull extends StatedClaim implements Prediction {

  private static final int MOST = 2000;

  /** Makes the prediction. */
  NormRisesWithPositivePull() {
    super(
        "normRisesWithPositivePull",
        Claim.that(
                "While the samples that are on pull a neuron outwards, the norm of its weights does"
                    + " not fall with the next step.")
            .source("arXiv:2202.05510, setting; derived, exact for gradient descent")
            .requires(
                "one ReLU (watched) or linear neuron without bias; squared loss; n d up to 2000")
            .measures("norm(w)")
            .against("norm(w) one step before, absent where nothing is claimed")
            .within("8 (n + d) units of rounding of the squared norm"));
  }

  @Override
  public Check start(Observation first) {
    Conditions conditions = Neurons.oneNeuron(first);
    Stack stack = first.stack();
    if (stack != null && conditions.areMet() && stack.layer(0).negativeSlope() == 0) {
      Neurons.watched(conditions, first);
    }
    return Neurons.smallEnough(conditions, first, MOST).check(Rises::new);
  }

  /** The check of one run. */
  private static final class Rises implements Check {
    private @Nullable Verdict violation;

    @Override
    public Verdict judge(Observation observation) {
      if (violation != null) {
        return violation;
      }
      PullHistory pulls = PullHistory.of(observation);
      double norm = Math.sqrt(pulls.now().squaredNorm);
      if (!pulls.isOneStep() || !(pulls.before().push >= 0)) {
        return Verdict.holds(norm, Absent.VALUE);
      }
      double before = Math.sqrt(pulls.before().squaredNorm);
      if (pulls.now().squaredNorm - pulls.before().squaredNorm < -pulls.normRounding()) {
        violation =
            Verdict.violated(
                norm,
                before,
                "the norm has fallen at step "
                    + observation.step()
                    + " although the pull outwards was "
                    + Conditions.number(pulls.before().push));
        return violation;
      }
      return Verdict.holds(norm, before);
    }
  }
}
