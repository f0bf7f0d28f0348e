package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * While a neuron is on for the same samples A, gradient descent on the squared loss is w_t - w_s =
 * (1 - (1 - tau H)^(t-s)) (w_A - w_s), H = (1/n) sum over A of x_i x_i^T and w_A a point where the
 * gradient on A vanishes. With tau times the largest eigenvalue of H at most 1 every factor lies
 * between 0 and 1 and grows with t, so the distance from w_s never falls. For any start and labels.
 */
final class DistanceSinceFlipNeverFalls extends StatedClaim implements Prediction {

  /** Makes the prediction. */
  DistanceSinceFlipNeverFalls() {
    super(
        "distanceSinceFlipNeverFalls",
        Claim.that(
                "While a neuron is on for the same samples, its weights never come nearer to where"
                    + " they were when that set of samples last changed.")
            .source("arXiv:2202.05510, setting; derived, exact for gradient descent")
            .requires(
                "one ReLU (watched) or linear neuron without bias; squared loss; tau times the"
                    + " largest eigenvalue of X^T X / n at most 1, asked again at every record;"
                    + " 4 n d min(n, d) up to 5e8")
            .measures("norm(w - w_s), w_s the weights at the last flip")
            .against("the same one step before")
            .within("8 (n + d) units of rounding"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    // Flips between two records that are judged would not be seen.
    return Cadence.everyRecord();
  }

  @Override
  public Check start(Observation first) {
    Conditions conditions = Neurons.oneNeuron(first);
    boolean linear = conditions.areMet() && isLinear(first);
    if (conditions.areMet() && !linear) {
      Neurons.watched(conditions, first);
    }
    StepSize size = StepSize.of(first, conditions);
    size.require(conditions, first);
    return conditions.check(() -> new Distance(first, size, linear));
  }

  private static boolean isLinear(Observation observation) {
    return observation.knownStack().layer(0).negativeSlope() == 1;
  }

  /** The check of one run. */
  private static final class Distance implements Check {
    private final StepSize size;
    private final boolean linear;
    private final int inputs;
    private final int samples;
    private final double radius;
    private final double[] anchor;
    private long step = -1;
    private long since;
    private double before;
    private double slack;
    private @Nullable Verdict violation;

    Distance(Observation first, StepSize size, boolean linear) {
      this.size = size;
      this.linear = linear;
      inputs = first.probe().inputs();
      samples = first.probe().samples();
      anchor = new double[inputs];
      double squared = 0;
      for (double entry : first.probe().features()) {
        squared += entry * entry / samples;
      }
      radius = Math.sqrt(squared);
    }

    @Override
    public Verdict judge(Observation observation) {
      if (violation != null) {
        return violation;
      }
      double[] w = Neurons.weights(observation);
      double norm = Math.sqrt(Neurons.dot(w, 0, w, inputs));
      boolean follows = step >= 0 && observation.step() == step + 1;
      step = observation.step();
      double was = before;
      double now = 0;
      if (follows) {
        for (int k = 0; k < inputs; k++) {
          now += (w[k] - anchor[k]) * (w[k] - anchor[k]);
        }
        now = Math.sqrt(now);
        double allowed = 8 * (samples + inputs) * Neurons.epsilon(observation) * (slack + norm);
        if (was - now > allowed) {
          violation =
              Verdict.violated(
                  now,
                  was,
                  "the distance from the weights of step "
                      + since
                      + " has fallen from "
                      + Conditions.number(was)
                      + " at step "
                      + step);
          return violation;
        }
      }
      PatternHistory pattern = linear ? null : Neurons.pattern(observation);
      boolean flipped = pattern != null && pattern.flipCount() > 0;
      if (!follows || flipped) {
        System.arraycopy(w, 0, anchor, 0, inputs);
        since = step;
        before = 0;
      } else {
        before = now;
      }
      Verdict excess = size.excess(observation);
      if (excess != null) {
        return excess;
      }
      double kappa = observation.network().training().kappa();
      double residual = Math.sqrt(2 * Math.max(0, observation.loss()) / kappa);
      slack = 2 * norm + Neurons.step(observation) * residual * radius;
      return Verdict.holds(follows ? now : Absent.VALUE, follows ? was : Absent.VALUE);
    }
  }
}
