package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;

/**
 * The gradient of an output bias is the mean derivative of the loss by its pre-activation, which
 * for a canonical pair of activation and loss is prediction minus label; SGD adds these up.
 */
final class CalibrationOnAverage extends StatedClaim implements Law {

  private static final double UNITS = 64;

  CalibrationOnAverage() {
    super(
        "calibrationOnAverage",
        Claim.that(
                "Over all visits, weighted by the rates, mean prediction minus class frequency is"
                    + " (b(0) - b(T)) / sum of rates: output biases add up what predictions miss.")
            .source("derived")
            .requires(
                "plain SGD without decay for output biases; softmax or sigmoid with its"
                    + " cross-entropy, or the identity with mean square; visits of every step; no"
                    + " weights of samples")
            .measures("largest deviation of a bias, in units of rounding")
            .against("64")
            .within("rounding, which is the bound")
            .advises(
                "Predictions are not calibrated as the update says: check the rate of the output"
                    + " biases, the labels, and weights of classes or samples."));
  }

  @Override
  public Check start(StepNetwork network) {
    Conditions conditions = Outputs.required(Conditions.none(), network);
    if (conditions.areMet()) {
      StepLayer layer = Outputs.layer(network);
      Outputs.goal(
          conditions,
          network,
          "cross-entropy or mean square",
          StepNetwork.Goal.SOFTMAX,
          StepNetwork.Goal.LOGISTIC,
          StepNetwork.Goal.MEAN_SQUARE);
      String other = Steps.whyNoSgd(layer, layer.biasRule());
      conditions
          .require(layer.hasBias(), "there are output biases", layer.name() + " has no biases")
          .require(other == null, "biases updated by plain SGD", String.valueOf(other))
          .require(layer.biasRule().isUndecayed(), "biases are not decayed", "biases are decayed")
          .require(
              network.dividesByBatch(),
              "gradients are means over the batch",
              "gradients are sums over the batch");
    }
    return new Calibration(network, conditions);
  }

  private static final class Calibration extends LawCheck {
    private final double[] start;
    private final double[] now;
    private final double[] sums;
    private final double[] sizes;
    private double rates;
    private double largest;
    private long steps;

    Calibration(StepNetwork network, Conditions conditions) {
      super(conditions);
      int units = conditions.areMet() ? Outputs.layer(network).units() : 0;
      start = new double[units];
      now = new double[units];
      sums = new double[units];
      sizes = new double[units];
    }

    @Override
    void before(TrainingStep step) {
      if (!step.readsEveryBatch()) {
        ends(Outputs.NOT_EVERY_BATCH);
      } else if (steps == 0) {
        step.biases(step.network().output(), start);
      }
    }

    @Override
    void after(TrainingStep step) {
      BatchOutput output = step.output();
      String weighted = output == null ? null : Outputs.weighted(output);
      if (weighted != null) {
        ends(weighted);
      }
      if (isMovedOtherwise(step) || isOver()) {
        return;
      }
      double[] derivatives = output == null ? null : output.derivatives();
      if (output == null || derivatives == null) {
        ends("the outputs of step " + step.step() + " were not read");
        return;
      }
      StepLayer layer = Outputs.layer(step.network());
      double rate = layer.biasRule().rate();
      rates += rate;
      steps++;
      int width = sums.length;
      for (int row = 0; row < output.rows(); row++) {
        for (int k = 0; k < width; k++) {
          double derivative = derivatives[row * width + k];
          sums[k] += rate * derivative / output.samples();
          sizes[k] += rate * output.roundings(row * width + k) / output.samples();
        }
      }
      step.biases(step.network().output(), now);
      int worst = 0;
      double units = -1;
      for (int k = 0; k < width; k++) {
        largest = Math.max(largest, Math.max(Math.abs(now[k]), Math.abs(start[k])));
        double unit = layer.precision().unit() * (sizes[k] + steps * largest);
        double off = Math.abs(sums[k] - (start[k] - now[k]));
        double measured = unit > 0 ? off / unit : off > 0 ? Double.NaN : 0;
        if (!(measured <= units)) {
          units = measured;
          worst = k;
        }
      }
      int output0 = worst;
      note(
          step,
          units,
          UNITS,
          () ->
              "the bias of output "
                  + output0
                  + " has moved by "
                  + Conditions.number(now[output0] - start[output0])
                  + ", predictions say "
                  + Conditions.number(-sums[output0]));
      if (step.isRead()) {
        say("largest mean of prediction minus label so far: " + Conditions.number(largestMean()));
      }
    }

    private double largestMean() {
      double most = 0;
      for (int k = 0; k < sums.length; k++) {
        most = Math.max(most, Math.abs(start[k] - now[k]) / rates);
      }
      return most;
    }
  }
}
