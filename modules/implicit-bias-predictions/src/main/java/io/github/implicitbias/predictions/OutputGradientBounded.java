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
 * With p the probability of the label's class, the derivative p - y of a sample has norm at most
 * sqrt(2) (1 - p), and 1 - p is 1 - e^{-loss}.
 */
final class OutputGradientBounded extends StatedClaim implements Law {

  OutputGradientBounded() {
    super(
        "outputGradientBounded",
        Claim.that(
                "The gradient of the last layer is at most the mean of sqrt(2) (1 - e^{-loss_i})"
                    + " sqrt(norm(h_i)^2 + 1) over the samples: it vanishes with the loss.")
            .source("derived")
            .requires(
                "softmax with cross-entropy, one-hot labels, an output layer with weights on a"
                    + " matrix, no weights of samples; any updater")
            .measures("norm of the gradient, as a share of its bound")
            .against("1")
            .within("4 units of rounding of (outputs + largest pre-activation) mean norm(h)")
            .advises(
                "The scale of the loss is not a mean over the samples of the batch: check its"
                    + " average, or weights of classes."));
  }

  @Override
  public Check start(StepNetwork network) {
    Conditions conditions = Outputs.required(Conditions.none(), network);
    if (conditions.areMet()) {
      Outputs.goal(conditions, network, "softmax cross-entropy", StepNetwork.Goal.SOFTMAX);
    }
    return new Bounded(conditions);
  }

  private static final class Bounded extends LawCheck {

    Bounded(Conditions conditions) {
      super(conditions);
    }

    @Override
    void after(TrainingStep step) {
      BatchOutput output = step.output();
      if (!step.isRead() || output == null || output.inputNorms().length == 0) {
        return;
      }
      String hindrance = Outputs.weighted(output);
      if (hindrance == null && output.rows() != output.samples()) {
        hindrance = "outputs are sequences or images, whose positions have no losses of their own";
      }
      if (hindrance == null && !Outputs.areOneHot(output)) {
        hindrance = "labels are not one-hot at step " + step.step();
      }
      if (hindrance != null) {
        ends(hindrance);
        return;
      }
      StepLayer layer = Outputs.layer(step.network());
      LayerSums sums = step.sums(step.network().output());
      double squares = 0;
      for (int j = 0; j < layer.units(); j++) {
        double gb = Pairs.at(sums.biasGradient(), j);
        squares += sums.gradientSquares()[j] + gb * gb;
      }
      double one = layer.hasBias() ? 1 : 0;
      double bound = 0;
      double mean = 0;
      for (int i = 0; i < output.samples(); i++) {
        double h = Math.sqrt(output.inputNorms()[i] * output.inputNorms()[i] + one);
        bound += Math.sqrt(2) * -Math.expm1(-output.losses()[i]) * h / output.samples();
        mean += h / output.samples();
      }
      double largest = 0;
      for (int k = 0; k < output.rows() * output.outputs(); k++) {
        largest = Math.max(largest, Math.abs(output.preActivations()[k]));
      }
      double tolerance = 4 * layer.precision().unit() * (output.outputs() + largest) * mean;
      double norm = Math.sqrt(squares);
      double limit = bound;
      if (bound > 0) {
        note(
            step,
            Math.max(0, norm - tolerance) / bound,
            1,
            () ->
                "the gradient of "
                    + layer.name()
                    + " has norm "
                    + Conditions.number(norm)
                    + ", more than "
                    + Conditions.number(limit));
      }
    }
  }
}
