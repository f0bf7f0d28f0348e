package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A neuron that comes to rest has learnt its teacher v, is dead, or fits exactly the samples for
 * which it is on, too few to determine it.
 *
 * <p>With A the samples that are on and g the gradient of F, E = (1/n) sum over A of (w . x - y)^2
 * is at most g . (w - v), as for v . x above 0 both factors of the sum are equal, and otherwise y =
 * 0. So E is at most norm(g) norm(w - v) at every record: a neuron at rest fits what it is on for.
 */
final class FailuresApproachTheZeroNeuron extends StatedClaim implements Prediction {

  private static final double SUCCESS = 0.1;
  private static final double SETTLED = 1e-3;
  private static final double RELATIVE = 1e-6;
  private static final double ABSOLUTE = 1e-13;

  FailuresApproachTheZeroNeuron() {
    super(
        "failuresApproachTheZeroNeuron",
        Claim.that(
                "A neuron that comes to rest has learnt, is dead, or fits exactly the samples for"
                    + " which it is on: their squared residuals, divided by n, add up to at most"
                    + " norm(gradient) norm(w - v), v the neuron that made the labels.")
            .source("derived, in the setting of arXiv:2106.01101")
            .requires("squared error; biases; realizable")
            .measures(
                "largest (1/n) sum of squared residuals / (norm(gradient) norm(w - v)) so far")
            .against("1")
            .within(
                "1e-6 of the bound, 1e-13 of the loss of the zero neuron, and what the labels"
                    + " differ from those of v; learnt means below 10 % of that loss, at rest a"
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
    private final NeuronLayer neurons;
    private final NeuronGradients gradients;
    private final double[] largest;
    private double worst;
    private @Nullable Verdict violation;

    Ends(NeuronLayer neurons) {
      this.neurons = neurons;
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
      int learnt = 0;
      int dead = 0;
      int partial = 0;
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
        compare(observation, losses, k);
        largest[k] = Math.max(largest[k], norm);
        if (ratio < SUCCESS) {
          learnt++;
        } else if (gradients.isDead(k)) {
          dead++;
        } else if (norm <= SETTLED * largest[k]) {
          partial++;
        }
      }
      if (violation != null) {
        return violation;
      }
      String ends =
          learnt + " neurons have learnt, " + dead + " are dead, " + partial + " fit what they see";
      return learnt + dead + partial == largest.length
          ? Verdict.reached(worst, 1, ends)
          : Verdict.holds(worst, 1, ends);
    }

    private void compare(Observation observation, NeuronLosses losses, int k) {
      double fit = gradients.squaresOn(k);
      double bound = gradients.norm(k) * distance(observation, k);
      double differ = neurons.residual() * Math.sqrt(fit);
      double slack = ABSOLUTE * losses.ofZero(k) + 4 * differ;
      if (fit > bound * (1 + RELATIVE) + slack) {
        violation =
            Verdict.violated(
                fit / bound,
                1,
                "neuron "
                    + k
                    + " has squared residuals of "
                    + Conditions.number(fit)
                    + " where "
                    + Conditions.number(bound)
                    + " is possible, at step "
                    + observation.step());
      } else if (fit > slack) {
        worst = Math.max(worst, fit / bound);
      }
    }

    /** Returns norm(w - v). */
    private double distance(Observation observation, int k) {
      WeightLayer layer = observation.knownStack().layer(0);
      double[] v = neurons.teachers()[k];
      int inputs = layer.inputs();
      double b = layer.bias(k) - v[inputs];
      double squared = b * b;
      for (int j = 0; j < inputs; j++) {
        double d = layer.weights()[k * inputs + j] - v[j];
        squared += d * d;
      }
      return Math.sqrt(squared);
    }
  }
}
