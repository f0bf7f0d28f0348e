package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By Cauchy and Schwarz the first moment is at most a factor times the root of the second, whatever
 * the gradients were: abs(m) <= (1 - b1) sum b1^{t-i} abs(g_i), v = (1 - b2) sum b2^{t-i} g_i^2.
 */
final class AdamStepBounded extends StatedClaim implements Law {

  AdamStepBounded() {
    super(
        "adamStepBounded",
        Claim.that(
                "With Adam each parameter moves at most eta R_t in a step, R_1 = 1, R_10 = 1.04,"
                    + " R_100 = 2.24, at most 7.27 for the usual betas.")
            .source("derived, by Cauchy and Schwarz")
            .requires(
                "layers updated by Adam or AMSGrad, beta1^2 < beta2, no clipping or constraint;"
                    + " any loss and network")
            .measures("largest move, as a share of eta R_t, decoupled decay subtracted")
            .against("1")
            .within("2 units of rounding of the parameter before and after")
            .advises(
                "The updater is not Adam as described, such as with its betas swapped. The rate"
                    + " times the sum of R_t is how far any weight can travel."));
  }

  @Override
  public Check start(StepNetwork network) {
    List<Integer> layers = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (int l = 0; l < network.layers().size(); l++) {
      String reason = whyNot(network.layer(l));
      if (reason == null) {
        layers.add(l);
      } else if (!reasons.contains(reason)) {
        reasons.add(reason);
      }
    }
    return new Bounded(
        layers,
        Conditions.none()
            .require(
                !layers.isEmpty(),
                "layers are updated by Adam",
                reasons.isEmpty() ? "no layer is known" : String.join("; ", reasons)));
  }

  private static @Nullable String whyNot(StepLayer layer) {
    UpdateRule rule = layer.rule();
    boolean adam = rule.kind() == UpdateRule.Kind.ADAM || rule.kind() == UpdateRule.Kind.AMSGRAD;
    if (!adam || layer.biasRule().kind() != rule.kind()) {
      return layer.name() + " has the updater " + (adam ? layer.biasRule() : rule).updater();
    }
    if (rule.beside() != null) {
      return rule.beside();
    }
    boolean bounded = rule.beta1() * rule.beta1() < rule.beta2();
    return bounded && rule.beta1() == layer.biasRule().beta1()
        ? null
        : layer.name() + " has betas " + rule.beta1() + " and " + rule.beta2();
  }

  /** Returns R_t, how far a step can go as a multiple of the rate, for an update number from 1. */
  static double reach(double beta1, double beta2, double t) {
    double r = beta1 * beta1 / beta2;
    double sum = r == 0 ? 1 : (1 - Math.pow(r, t)) / (1 - r);
    return (1 - beta1)
        / Math.sqrt(1 - beta2)
        * Math.sqrt(sum)
        * Math.sqrt(1 - Math.pow(beta2, t))
        / (1 - Math.pow(beta1, t));
  }

  private static final class Bounded extends LawCheck {
    private final List<Integer> layers;
    private double furthest;
    private long reached;
    private double beta1 = Double.NaN;
    private double beta2 = Double.NaN;

    Bounded(List<Integer> layers, Conditions conditions) {
      super(conditions);
      this.layers = layers;
    }

    @Override
    void after(TrainingStep step) {
      if (isMovedOtherwise(step) || !step.isRead()) {
        return;
      }
      for (int l : layers) {
        StepLayer layer = step.network().layer(l);
        double rate = Math.max(layer.rule().rate(), layer.biasRule().rate());
        double most = rate * furthestReach(layer.rule(), step.step() + 1);
        if (most > 0) {
          double moved = step.sums(l).furthestMove();
          double bound = 1 + 16 * layer.precision().unit();
          note(
              step,
              moved / most,
              bound,
              () ->
                  "a parameter of "
                      + layer.name()
                      + " has moved by "
                      + Conditions.number(moved)
                      + ", more than "
                      + Conditions.number(most));
        }
      }
    }

    /** The state may be younger than the count, so that the largest of all reaches counts. */
    private double furthestReach(UpdateRule rule, long t) {
      if (rule.beta1() != beta1 || rule.beta2() != beta2) {
        beta1 = rule.beta1();
        beta2 = rule.beta2();
        furthest = 0;
        reached = 0;
      }
      // Beyond some thousand updates R_t has come to its limit.
      for (long k = Math.max(reached + 1, t - 10_000); k <= t; k++) {
        furthest = Math.max(furthest, reach(beta1, beta2, k));
      }
      reached = t;
      return furthest;
    }
  }
}
