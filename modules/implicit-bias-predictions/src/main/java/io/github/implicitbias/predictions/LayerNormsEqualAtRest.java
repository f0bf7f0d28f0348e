package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.LossGradient;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * With G the gradient of the loss and r = G + lambda W, lambda (norm(W_l)^2 - norm(W_(l+1))^2) =
 * (W_l . r_l) - (W_(l+1) . r_(l+1)) + (b_l . g_bl), since (W_l . G_l) + (b_l . g_bl) = (W_(l+1) .
 * G_(l+1)) for units with s(z) = s'(z) z. The right side vanishes where training rests.
 */
final class LayerNormsEqualAtRest extends GradientStatement {

  private static final double SHARE = 0.01;

  LayerNormsEqualAtRest() {
    super(
        "layerNormsEqualAtRest",
        Claim.that("Where training with l2 on all weights rests, all layers have the same norm.")
            .source("derived")
            .requires(
                "a stack of at least two dense layers with piecewise linear activations, all of"
                    + " them trained; any updater and loss; the same l2 of all weights, none of"
                    + " biases, added to the gradient. Judged where (norm(W_l) norm(r_l) +"
                    + " norm(W_(l+1)) norm(r_(l+1)) + norm(b_l) norm(g_bl)) / lambda is at most 1 %"
                    + " of the larger squared norm for each pair of layers, r the gradient with l2")
            .measures("largest ratio of the norms of two layers that follow each other")
            .against("1.01")
            .advises(
                "With l2 on all layers they share the norm equally at rest; if not, layers are "
                    + "decayed differently."));
  }

  @Override
  public Check start(Observation first) {
    TrainingSetup training = first.network().training();
    Stack stack = first.stack();
    Conditions conditions =
        Conditions.ofFullBatch(first)
            .require(
                training.l2() > 0,
                "all weights have the same l2 of " + Conditions.number(training.l2()),
                training.isRegularized()
                    ? "not one l2 of all weights and nothing else: " + training.regularization()
                    : "no l2 of the weights");
    requireStack(conditions, first);
    if (stack == null) {
      return conditions.unmet();
    }
    String untrained = whyUntrained(stack);
    conditions.require(untrained == null, "at least two layers, all trained", "" + untrained);
    requireGradient(conditions, first);
    return conditions.check(() -> new NormsCheck(stack.depth()));
  }

  private static @Nullable String whyUntrained(Stack stack) {
    for (int l = 0; l < stack.depth(); l++) {
      if (!stack.layer(l).isTrained()) {
        return stack.layer(l).name() + " is not trained";
      }
    }
    return stack.depth() > 1 ? null : "a single layer";
  }

  private static double biasNorm(WeightLayer layer) {
    double[] b = layer.biases();
    return b == null ? 0 : Distance.length(b);
  }

  /** Compares the norms where training rests. */
  private static final class NormsCheck implements Check {
    private static final double BOUND = 1.01;

    private final int layers;
    private Verdict said = Verdict.holds(Absent.VALUE, Absent.VALUE);

    NormsCheck(int layers) {
      this.layers = layers;
    }

    @Override
    public Verdict judge(Observation observation) {
      LossGradient gradient = LossGradient.of(observation);
      Stack stack = observation.stack();
      if (gradient == null || stack == null) {
        return unknown(observation);
      }
      double lambda = observation.network().training().l2();
      double largest = 1;
      for (int l = 0; l + 1 < layers; l++) {
        double below = gradient.weightNorm(l);
        double above = gradient.weightNorm(l + 1);
        double left =
            below * gradient.penalizedNorm(l)
                + above * gradient.penalizedNorm(l + 1)
                + biasNorm(stack.layer(l)) * gradient.biasGradientNorm(l);
        double size = Math.max(below, above);
        if (!(left / lambda <= SHARE * size * size) || size == 0) {
          return said;
        }
        largest = Math.max(largest, size / Math.min(below, above));
      }
      long step = observation.step();
      if (said.state() == Verdict.State.VIOLATED) {
        return said;
      }
      said =
          largest <= BOUND
              ? Verdict.reached(largest, BOUND, "at rest at step " + step)
              : Verdict.violated(
                  Math.min(largest, Double.MAX_VALUE),
                  BOUND,
                  "at rest at step " + step + " with layers of different norms");
      return said;
    }
  }
}
