package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.core.solution.ActiveLeastSquares;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * From a small start the norm of the weights of a neuron only grows, while no sample is switched
 * off. The abstract of arXiv:2202.05510 says so under some conditions, which are not known; those
 * used here are ours.
 *
 * <p>By {@link DistanceSinceFlipNeverFalls} a step lengthens w_t - w_s, w_s being the weights at
 * the last flip, so that norm(w')^2 is at least norm(w)^2 + 2 tau P . w_s. The tolerance is what
 * that leaves open: 2 tau norm(P) norm(w_s).
 */
final class WeightNormIncreases extends StatedClaim implements Prediction {

  private static final double SMALL = 0.01;
  private static final int MOST_PRODUCTS = 2000;

  /** Makes the prediction. */
  WeightNormIncreases() {
    super(
        "weightNormIncreases",
        Claim.that(
                "From a small start the norm of the weights of a neuron only grows, while no sample"
                    + " is switched off.")
            .observed()
            .source(
                "arXiv:2202.05510, abstract (\"under some conditions\", which are not known; those"
                    + " used here are ours)")
            .requires(
                "one ReLU (watched) or linear neuron without bias; squared loss; norm(w_0) at most"
                    + " 0.01 of the norm of the least-squares solution of the positive labels; tau"
                    + " times the largest eigenvalue of X^T X / n at most 1; 20 n d min(n, d) up to"
                    + " 5e8; n d up to 2000")
            .measures("norm(w)^2 - norm(w one step before)^2")
            .against("0")
            .within(
                "2 tau norm(P) norm(w_s), w_s the weights at the last flip, and 8 (n + d) units of"
                    + " rounding of the squared norm"));
  }

  @Override
  public Check start(Observation first) {
    Conditions conditions = Neurons.oneNeuron(first);
    boolean linear = conditions.areMet() && first.knownStack().layer(0).negativeSlope() == 1;
    if (conditions.areMet()) {
      Neurons.fittable(conditions, first);
      if (conditions.areMet()) {
        Neurons.smallEnough(conditions, first, MOST_PRODUCTS);
      }
      if (!linear) {
        Neurons.watched(conditions, first);
      }
    }
    StepSize size = StepSize.of(first, conditions);
    size.require(conditions, first);
    if (conditions.areMet()) {
      double[] w = Neurons.weights(first);
      double norm = Math.sqrt(Neurons.dot(w, 0, w, first.probe().inputs()));
      conditions.atMost(
          "norm of the first weights / norm of the least-squares solution of the positive labels",
          norm / normOfFit(first),
          SMALL);
    }
    return conditions.check(() -> new OnlyGrows(size, linear));
  }

  private static double normOfFit(Observation first) {
    double[] y = Targets.of(first).labels();
    boolean[] positive = new boolean[y.length];
    for (int i = 0; i < y.length; i++) {
      positive[i] = y[i] > 0;
    }
    try {
      return ActiveLeastSquares.of(first.probe().features(), first.probe().inputs(), y, positive)
          .norm();
    } catch (IllegalArgumentException e) {
      return Double.NaN;
    }
  }

  /** The check of one run. */
  private static final class OnlyGrows implements Check {
    private final StepSize size;
    private final boolean linear;
    private double ofFlip = -1;
    private @Nullable Verdict violation;

    OnlyGrows(StepSize size, boolean linear) {
      this.size = size;
      this.linear = linear;
    }

    @Override
    public Verdict judge(Observation observation) {
      if (violation != null) {
        return violation;
      }
      PullHistory history = PullHistory.of(observation);
      double change = Absent.VALUE;
      if (ofFlip >= 0 && history.isOneStep()) {
        PullHistory.Moment before = history.before();
        double pull = Math.sqrt(Neurons.dot(before.pull, 0, before.pull, before.pull.length));
        change = history.now().squaredNorm - before.squaredNorm;
        double allowed = 2 * before.tau * pull * ofFlip + history.normRounding();
        if (change < -allowed) {
          violation =
              Verdict.violated(
                  change,
                  0,
                  "the norm has fallen from "
                      + Conditions.number(Math.sqrt(before.squaredNorm))
                      + " to "
                      + Conditions.number(Math.sqrt(history.now().squaredNorm))
                      + " at step "
                      + observation.step());
          return violation;
        }
      }
      PatternHistory pattern = linear ? null : Neurons.pattern(observation);
      if (pattern != null && pattern.flipCount(FlipKind.DEACTIVATION) > 0) {
        return Verdict.notApplicable("a sample was switched off at step " + observation.step());
      }
      if (ofFlip < 0 || pattern != null && pattern.flipCount() > 0) {
        ofFlip = Math.sqrt(history.now().squaredNorm);
      }
      Verdict excess = size.excess(observation);
      return excess != null ? excess : Verdict.holds(change, 0);
    }
  }
}
