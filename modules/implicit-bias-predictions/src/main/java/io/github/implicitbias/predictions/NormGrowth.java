package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;

/**
 * By Euler, theta . g = k E, E the mean of pre-activations times derivatives of the loss. With
 * theta' = (1 - eta lambda) theta - eta g the new square follows.
 */
final class NormGrowth extends StatedClaim implements Law {

  NormGrowth() {
    super(
        "normGrowth",
        Claim.that(
                "Where outputs are homogeneous of degree k, a step of SGD changes norm(theta)^2 to"
                    + " (1 - eta lambda)^2 norm(theta)^2 - 2 eta (1 - eta lambda) k E + eta^2"
                    + " norm(g)^2, E the mean of pre-activations times derivatives of the loss.")
            .source("derived: Euler's theorem on homogeneous functions")
            .requires(
                "a stack of k linear layers and activations of slope 1 above 0, biases in the first"
                    + " only; plain SGD with one rate; l2 or weightDecay only without biases; no"
                    + " weights of samples")
            .measures("deviation, in units of rounding")
            .against("16 sqrt(N), N the length of the longest sums")
            .within("rounding, which is the bound")
            .advises(
                "The network's gradient, its loss or the update is not what the configuration"
                    + " says."));
  }

  @Override
  public Check start(StepNetwork network) {
    return new Growth(HomogeneousStack.required(network));
  }

  private static final class Growth extends LawCheck {

    Growth(Conditions conditions) {
      super(conditions);
    }

    @Override
    void after(TrainingStep step) {
      BatchOutput output = step.output();
      if (isMovedOtherwise(step) || !step.isRead() || output == null) {
        return;
      }
      String hindrance = Outputs.weighted(output);
      if (hindrance == null && output.derivatives() == null) {
        hindrance = "the derivatives of the loss are not known";
      }
      if (hindrance != null) {
        ends(hindrance);
        return;
      }
      HomogeneousStack.Totals all = new HomogeneousStack.Totals(step);
      UpdateRule rule = step.network().layer(0).rule();
      double rate = rule.rate();
      double kept = 1 - rate * (rule.l2() + rule.decay());
      double slope = HomogeneousStack.degree(step.network()) * output.slopeAlong();
      // Decoupled decay shrinks the old weights, as l2 does: without momentum they are the same.
      double expected =
          (kept * kept - 1) * all.squares
              - 2 * rate * kept * slope
              + rate * rate * all.gradientSquares;
      double measured = 2 * all.moved + all.updateSquares;
      double length = Math.sqrt(all.squares) + rate * Math.sqrt(all.gradientSquares);
      double size =
          length * length + rate * Math.max(Outputs.size(output), Outputs.roundings(output));
      Precision precision = HomogeneousStack.precision(step.network());
      double terms = output.rows() + 8.0 + step.network().parameters();
      noteUnits(
          step,
          Math.abs(measured - expected),
          precision.unit() * size + precision.smallestNormal(),
          16 * Math.sqrt(terms),
          () ->
              "norm(theta)^2 has changed by "
                  + Conditions.number(measured)
                  + ", should have by "
                  + Conditions.number(expected));
    }
  }
}
