package io.github.implicitbias.predictions.teacher;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedPrediction;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/** A neuron that comes to rest has learnt its teacher or is, in effect, the zero neuron. */
final class FailuresApproachTheZeroNeuron extends StatedPrediction {

  private static final double SUCCESS = 0.1;
  private static final double SETTLED = 1e-3;
  private static final double NEAR = 0.05;

  FailuresApproachTheZeroNeuron() {
    super(
        "failuresApproachTheZeroNeuron",
        Claim.that(
                "A neuron that comes to rest without having learnt has the loss of the zero"
                    + " neuron.")
            .source("derived for critical points and measured, in the setting of arXiv:2106.01101")
            .requires("squared error; biases; realizable")
            .measures("largest |F_k / F(0) - 1| of the neurons at rest that have not learnt")
            .against("0.05")
            .within(
                "5 % of the loss of the zero neuron; learnt means below 10 % of it, at rest a"
                    + " gradient below 1e-3 of its largest norm"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(
        2.0 * dimensions.samples() * dimensions.outputs() * (dimensions.inputs() + 1));
  }

  @Override
  public Check start(Observation first) {
    TeacherConditions conditions =
        TeacherConditions.ofNeurons(first).squaredLoss().bias().teacher();
    return conditions.check(() -> new Ends(conditions.neurons()));
  }

  /** Looks for the ends of the neurons of a run. */
  private static final class Ends implements Check {
    private final NeuronGradients gradients;
    private final double[] largest;
    private @Nullable Verdict violation;

    Ends(NeuronLayer neurons) {
      gradients = new NeuronGradients(neurons);
      largest = new double[neurons.count()];
    }

    @Override
    public Verdict judge(Observation observation) {
      if (violation != null) {
        return violation;
      }
      NeuronLosses losses = NeuronLosses.of(observation);
      gradients.compute(observation);
      int successes = 0;
      int failures = 0;
      int worst = -1;
      double distance = 0;
      for (int k = 0; k < largest.length; k++) {
        double ratio = losses.of(k) / losses.ofZero(k);
        double norm = gradients.norm(k);
        if (!(ratio < Double.POSITIVE_INFINITY && norm < Double.POSITIVE_INFINITY)) {
          return Verdict.notApplicable(
              "the loss or gradient of neuron "
                  + k
                  + " is not finite at step "
                  + observation.step());
        }
        largest[k] = Math.max(largest[k], norm);
        if (ratio < SUCCESS) {
          successes++;
        } else if (gradients.isDead(k) || norm <= SETTLED * largest[k]) {
          failures++;
          boolean farthest = worst < 0 || Math.abs(ratio - 1) > distance;
          distance = farthest ? Math.abs(ratio - 1) : distance;
          worst = farthest ? k : worst;
        }
      }
      if (distance > NEAR) {
        violation =
            Verdict.violated(
                distance,
                NEAR,
                "neuron "
                    + worst
                    + " is at rest with "
                    + Conditions.number(losses.of(worst) / losses.ofZero(worst))
                    + " of the loss of the zero neuron at step "
                    + observation.step());
        return violation;
      }
      if (successes + failures == largest.length) {
        return Verdict.reached(
            distance, NEAR, successes + " neurons have learnt, " + failures + " have failed");
      }
      return Verdict.holds(failures == 0 ? Absent.VALUE : distance, NEAR);
    }
  }
}
