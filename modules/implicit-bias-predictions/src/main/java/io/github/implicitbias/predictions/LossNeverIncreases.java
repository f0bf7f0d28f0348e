package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedPrediction;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/** F_k never rises; docs/predictions.md has the proof. */
final class LossNeverIncreases extends StatedPrediction {

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
  private static final class Losses implements Check {
    private final NeuronLayer neurons;
    private final StepWatch steps;
    private final double[] before;
    private long stepBefore = -1;
    private double largest = Double.NEGATIVE_INFINITY;
    private @Nullable Verdict violation;

    Losses(NeuronLayer neurons) {
      this.neurons = neurons;
      steps = new StepWatch(neurons);
      before = new double[neurons.count()];
    }

    @Override
    public Verdict judge(Observation observation) {
      if (violation != null) {
        return violation;
      }
      String reason = steps.tooLong(observation);
      if (reason != null) {
        return Verdict.notApplicable(reason);
      }
      NeuronLosses losses = NeuronLosses.of(observation);
      WeightLayer layer = ObservedStack.known(observation).layer(0);
      boolean isFirst = stepBefore < 0;
      for (int k = 0; k < before.length; k++) {
        double loss = losses.of(k);
        if (!(loss < Double.POSITIVE_INFINITY)) {
          return Verdict.notApplicable(
              "the loss of neuron " + k + " is not finite at step " + observation.step());
        }
        double increase = isFirst ? Double.NEGATIVE_INFINITY : loss - before[k];
        double scale = Math.max(losses.ofZero(k), before[k]);
        if (violation == null
            && increase > TOLERANCE * 0x1p-52 * scale
            && increase > TOLERANCE * neurons.precision(layer, k) * scale) {
          violation =
              Verdict.violated(
                  increase,
                  0,
                  "the loss of neuron "
                      + k
                      + " went from "
                      + Conditions.number(before[k])
                      + " at step "
                      + stepBefore
                      + " to "
                      + Conditions.number(loss)
                      + " at step "
                      + observation.step());
        }
        largest = Math.max(largest, increase);
        before[k] = loss;
      }
      stepBefore = observation.step();
      if (violation != null) {
        return violation;
      }
      return Verdict.holds(isFirst ? Absent.VALUE : largest, 0);
    }
  }
}
