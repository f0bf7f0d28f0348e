package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** F_k(w(0)) &lt; F_k(0) leads to F_k &lt; 0.01 F_k(0). */
final class LossBelowZeroNeuronSucceeds extends StatedClaim implements Prediction {

  private static final double SUCCESS = 0.01;

  LossBelowZeroNeuronSucceeds() {
    super(
        "lossBelowZeroNeuronSucceeds",
        Claim.that(
                "Every neuron whose first loss is below that of the zero neuron learns the neuron"
                    + " that made its labels.")
            .source("derived for gradient flow (a sketch), after arXiv:2106.01101")
            .requires("squared error; biases; realizable; at least one such neuron")
            .measures("how many have succeeded")
            .against("how many there are")
            .within("learnt means a loss below 1 % of that of the zero neuron"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(2.0 * dimensions.samples() * dimensions.outputs());
  }

  @Override
  public Check start(Observation first) {
    TeacherConditions conditions =
        TeacherConditions.ofNeurons(first).squaredLoss().bias().teacher();
    if (conditions.areMet()) {
      int below = below(first).length;
      int count = conditions.neurons().count();
      conditions.require(
          below > 0,
          below + " of " + count + " neurons start below the loss of the zero neuron",
          "none of " + count + " neurons starts below the loss of the zero neuron");
    }
    return conditions.check(() -> new Successes(below(first)));
  }

  private static int[] below(Observation first) {
    NeuronLosses losses = NeuronLosses.of(first);
    int[] below = new int[NeuronLayer.of(first).count()];
    int count = 0;
    for (int k = 0; k < below.length; k++) {
      if (losses.of(k) < losses.ofZero(k)) {
        below[count++] = k;
      }
    }
    return Arrays.copyOf(below, count);
  }

  /** Counts the successes of a run. */
  private static final class Successes implements Check {
    private final int[] neurons;
    private final boolean[] succeeded;
    private @Nullable Verdict last;

    Successes(int[] neurons) {
      this.neurons = neurons;
      this.succeeded = new boolean[neurons.length];
    }

    @Override
    public Verdict judge(Observation observation) {
      if (last != null && last.state() == Verdict.State.VIOLATED) {
        return last;
      }
      NeuronLosses losses = NeuronLosses.of(observation);
      int count = 0;
      int lost = -1;
      for (int j = 0; j < neurons.length; j++) {
        double loss = losses.of(neurons[j]);
        double ofZero = losses.ofZero(neurons[j]);
        if (!(loss < Double.POSITIVE_INFINITY)) {
          return Verdict.notApplicable(
              "the loss of neuron " + neurons[j] + " is not finite at step " + observation.step());
        }
        succeeded[j] |= loss < SUCCESS * ofZero;
        count += succeeded[j] ? 1 : 0;
        lost = loss >= ofZero && lost < 0 ? neurons[j] : lost;
      }
      if (lost >= 0) {
        double ratio = losses.of(lost) / losses.ofZero(lost);
        last =
            Verdict.violated(
                count,
                neurons.length,
                "the loss of neuron "
                    + lost
                    + " is "
                    + Conditions.number(ratio)
                    + " of that of the zero neuron at step "
                    + observation.step());
        return last;
      }
      if (count < neurons.length) {
        return Verdict.holds(count, neurons.length);
      }
      if (last == null) {
        last =
            Verdict.reached(
                count, count, "the last of " + count + " succeeded by step " + observation.step());
      }
      return last;
    }
  }
}
