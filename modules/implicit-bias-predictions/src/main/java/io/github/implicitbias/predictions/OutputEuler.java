package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;

/**
 * The pre-activations z = W h + b are linear in (W, b), so that weights times gradient is the mean
 * of z times the derivative of the loss by z.
 */
final class OutputEuler extends StatedClaim implements Law {

  OutputEuler() {
    super(
        "outputEuler",
        Claim.that(
                "The gradient of the last layer agrees with the losses' derivatives: weights times"
                    + " gradient is the mean of pre-activations times derivatives.")
            .source("derived: z = W h + b is linear in (W, b)")
            .requires("one output layer with weights, no weights of samples; any updater and decay")
            .measures("difference of the two, in units of rounding of the largest terms so far")
            .against("16 sqrt(N), N the length of the longest sums")
            .within(
                "rounding, which is the bound; where the loss is known by its values only, also"
                    + " the error of a difference quotient")
            .advises(
                "Your loss and its gradient do not match, or not your output layer: check the loss"
                    + " function's computeGradient."));
  }

  @Override
  public Check start(StepNetwork network) {
    return new Euler(Outputs.required(Conditions.none(), network));
  }

  private static final class Euler extends LawCheck {
    private double largest;

    Euler(Conditions conditions) {
      super(conditions);
    }

    @Override
    void after(TrainingStep step) {
      BatchOutput output = step.output();
      if (!step.isRead() || output == null) {
        return;
      }
      String weighted = Outputs.weighted(output);
      if (weighted != null) {
        ends(weighted);
        return;
      }
      if (Double.isNaN(output.slopeAlong())) {
        ends("the derivatives of the loss are not known");
        return;
      }
      StepLayer layer = Outputs.layer(step.network());
      LayerSums sums = step.sums(step.network().output());
      double left = 0;
      double ww = 0;
      double gg = 0;
      for (int j = 0; j < layer.units(); j++) {
        double b = Pairs.at(sums.biases(), j);
        double gb = Pairs.at(sums.biasGradient(), j);
        left += sums.weightsTimesGradient()[j] + b * gb;
        ww += sums.squares()[j] + b * b;
        gg += sums.gradientSquares()[j] + gb * gb;
      }
      largest = Math.max(largest, Math.sqrt(ww * gg) + Outputs.size(output));
      double difference = Math.abs(left - output.slopeAlong()) - output.slopeError();
      double scale = largest + Outputs.roundings(output);
      double bound = 16 * Math.sqrt((double) output.rows() + layer.inputs() + layer.units() + 8);
      if (bound * layer.precision().unit() > Pairs.MOST_ROUNDING) {
        ends("rounding hides it: the parameters are of type " + layer.precision());
        return;
      }
      double gradient = left;
      noteUnits(
          step,
          Math.max(0, difference),
          layer.precision().unit() * scale + layer.precision().smallestNormal(),
          bound,
          () ->
              "weights times gradient of "
                  + layer.name()
                  + " is "
                  + Conditions.number(gradient)
                  + ", the losses say "
                  + Conditions.number(output.slopeAlong()));
    }
  }
}
