package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * With Q(A, B) = (v_A . v_B) - (w_A . w_B) - b_A b_B, the balance of a unit is Q(theta, theta), and
 * a step d changes it by 2 Q(theta, d) + Q(d, d). The gradient law of {@link UnitRescaling} is
 * Q(theta, g) = 0, which leaves of Q(theta, d) the parts of velocity and decay. What is compared is
 * 2 Q(theta, d), with d as it was measured.
 */
final class BalanceDriftLaw extends StatedClaim implements Law {

  BalanceDriftLaw() {
    super(
        "balanceDriftLaw",
        Claim.that(
                "In a step d, norm(v_j)^2 - norm(w_j)^2 - b_j^2 of a hidden unit changes by exactly"
                    + " 2 P + norm(d_v)^2 - norm(d_w)^2 - d_b^2, P = mu^2 Q(theta, velocity) - c"
                    + " eta lambda (norm(v_j)^2 - norm(w_j)^2): without momentum and decay of"
                    + " second order in the step.")
            .source(
                "derived; exact for gradient descent, the law of arXiv:2206.00939 for gradient flow"
                    + " is 0")
            .requires(
                "the units of unitRescaling, updated by SGD or Nesterovs with the same rate,"
                    + " momentum and decay on both sides, biases not decayed; c is 1 + mu for l2, 1"
                    + " for weightDecay")
            .measures("largest deviation, in units of rounding of the largest squares so far")
            .against("16 sqrt(N), N the length of the longest sums")
            .within("rounding, which is the bound")
            .advises(
                "Something beside the updater moves the parameters, or an updater does not do what"
                    + " it says."));
  }

  @Override
  public Check start(StepNetwork network) {
    Pairs pairs = new Pairs(network);
    Conditions conditions = pairs.required(Conditions.none(), network);
    List<Integer> judged = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (int l : pairs.layers()) {
      String reason = whyNot(network, l);
      if (reason == null) {
        judged.add(l);
      } else if (!reasons.contains(reason)) {
        reasons.add(reason);
      }
    }
    if (conditions.areMet()) {
      conditions.require(
          !judged.isEmpty(),
          "SGD or Nesterovs, with the same numbers on both sides",
          String.join("; ", reasons));
    }
    return new Drift(judged, network, conditions);
  }

  /** Returns why the units of a layer are not judged; null if they are. */
  private static @Nullable String whyNot(StepNetwork network, int l) {
    StepLayer layer = network.layer(l);
    String reason = Steps.whyNoMomentum(layer, layer.rule());
    if (reason == null && layer.hasBias()) {
      reason = Steps.whyNoMomentum(layer, layer.biasRule());
    }
    for (int consumer : layer.consumers()) {
      StepLayer next = network.layer(consumer);
      reason = reason == null ? Steps.whyNoMomentum(next, next.rule()) : reason;
    }
    return reason == null ? whyUnlike(network, l) : reason;
  }

  private static @Nullable String whyUnlike(StepNetwork network, int l) {
    StepLayer layer = network.layer(l);
    UpdateRule rule = layer.rule();
    if (layer.hasBias() && !(Steps.areAlike(rule, layer.biasRule()))) {
      return "the biases of " + layer.name() + " have an updater of their own";
    }
    if (layer.hasBias() && !layer.biasRule().isUndecayed()) {
      return "the biases of " + layer.name() + " are decayed";
    }
    for (int consumer : layer.consumers()) {
      UpdateRule next = network.layer(consumer).rule();
      boolean alike =
          Steps.areAlike(rule, next) && rule.l2() == next.l2() && rule.decay() == next.decay();
      if (!alike) {
        return layer.name()
            + " and "
            + network.layer(consumer).name()
            + " have different rates, momenta or decays";
      }
    }
    return null;
  }

  private static final class Drift extends LawCheck {
    private final List<Integer> layers;
    private final double[] largest;

    Drift(List<Integer> layers, StepNetwork network, Conditions conditions) {
      super(conditions);
      this.layers = layers;
      this.largest = new double[network.layers().size()];
    }

    @Override
    void after(TrainingStep step) {
      if (isMovedOtherwise(step) || !step.isRead()) {
        return;
      }
      boolean judged = false;
      for (int l : layers) {
        String unlike = whyUnlike(step.network(), l);
        if (unlike != null) {
          ends(unlike);
          return;
        }
        double bound = Pairs.bound(step.network(), l, step.samples());
        double unit = Pairs.precision(step.network(), l).unit();
        if (bound * unit <= Pairs.MOST_ROUNDING && isVelocityKnown(step, l)) {
          compare(step, l, bound);
          judged = true;
        }
      }
      if (!judged) {
        ends("rounding hides it, or the velocity is not known");
      }
    }

    private static boolean isVelocityKnown(TrainingStep step, int l) {
      boolean known = step.sums(l).isVelocityKnown();
      for (int consumer : step.network().layer(l).consumers()) {
        known &= step.sums(consumer).isVelocityKnown();
      }
      return known || step.network().layer(l).rule().kind() == UpdateRule.Kind.SGD;
    }

    private void compare(TrainingStep step, int l, double bound) {
      LayerSums in = step.sums(l);
      UpdateRule rule = step.network().layer(l).rule();
      double mu = rule.momentum();
      double decay = (1 + mu) * rule.rate() * rule.l2() + rule.rate() * rule.decay();
      int worst = 0;
      double deviation = 0;
      for (int j = 0; j < in.squares().length; j++) {
        double b = Pairs.at(in.biases(), j);
        double db = Pairs.at(in.biasUpdate(), j);
        double vb = Pairs.at(in.biasVelocity(), j);
        double outSquares = Pairs.out(step, l, j, LayerSums.Of.WW);
        double moved = Pairs.out(step, l, j, LayerSums.Of.WD) - in.weightsTimesUpdate()[j] - b * db;
        double velocity =
            mu == 0
                ? 0
                : Pairs.out(step, l, j, LayerSums.Of.WV) - in.weightsTimesVelocity()[j] - b * vb;
        double expected = mu * mu * velocity - decay * (outSquares - in.squares()[j]);
        double size =
            Math.sqrt(in.squares()[j] + b * b + outSquares)
                + Math.sqrt(
                    in.updateSquares()[j] + db * db + Pairs.out(step, l, j, LayerSums.Of.DD));
        largest[l] = Math.max(largest[l], size * size);
        double difference = 2 * Math.abs(moved - expected);
        if (difference > deviation) {
          deviation = difference;
          worst = j;
        }
      }
      int unit = worst;
      double by = deviation;
      Precision precision = Pairs.precision(step.network(), l);
      noteUnits(
          step,
          deviation,
          precision.unit() * largest[l] + precision.smallestNormal(),
          bound,
          () ->
              "the balance of unit "
                  + unit
                  + " of "
                  + step.network().layer(l).name()
                  + " is off by "
                  + Conditions.number(by)
                  + " of "
                  + Conditions.number(largest[l]));
    }
  }
}
