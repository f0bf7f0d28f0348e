package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;

/** F_k never rises; docs/predictions.md has the proof. */
final class LossNeverIncreases extends StatedClaim implements Prediction {

  /** In units of the precision of the weights. */
  private static final double TOLERANCE = 1024;

  LossNeverIncreases() {
    super(
        "lossNeverIncreases",
        Claim.that("The squared error of no neuron ever rises.")
            .source("derived, in the setting of arXiv:2106.01101")
            .requires("squared error; no label below 0; step at most 2 / lambda_max((1/n) X^T X)")
            .measures("largest increase of F_k between records so far")
            .against("0")
            .within(
                "2^-42 (2^-13 for weights in float) of the larger of its loss and that of the zero"
                    + " neuron"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(2.0 * dimensions.samples() * dimensions.outputs());
  }

  @Override
  public Check start(Observation first) {
    TeacherConditions conditions = TeacherConditions.ofNeurons(first).squaredLoss().steps();
    if (conditions.areMet()) {
      double smallest = conditions.neurons().smallestLabel();
      conditions.require(
          smallest >= 0,
          "no label is below 0",
          "the smallest label is " + Conditions.number(smallest) + ", should be at least 0");
    }
    return conditions.check(() -> new Losses(conditions.neurons()));
  }

  /** Follows the losses of a run. */
  private static final class Losses extends NeverRises {
    private double ofZero;

    Losses(NeuronLayer neurons) {
      super("the loss of neuron", neurons);
    }

    @Override
    double of(Observation observation, WeightLayer layer, int neuron) {
      NeuronLosses losses = NeuronLosses.of(observation);
      ofZero = losses.ofZero(neuron);
      return losses.of(neuron);
    }

    @Override
    boolean isMoreThanRounding(
        WeightLayer layer, int neuron, double increase, double before, double updates) {
      double scale = TOLERANCE * Math.max(ofZero, before);
      return increase > 0x1p-52 * scale && increase > neurons().precision(layer, neuron) * scale;
    }
  }
}
