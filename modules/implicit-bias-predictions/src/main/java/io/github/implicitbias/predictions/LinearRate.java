package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * With v the neuron that made the labels and rho = (grad F . (w - v)) / norm(w - v)^2, a step tau
 * gives norm(w' - v)^2 = norm(w - v)^2 (1 - 2 tau rho) + tau^2 norm(grad F)^2, and norm(grad F)^2
 * is at most lambda_max (grad F . (w - v)): on the samples that are on, residuals are (w - v) . x
 * or, where the label is 0, at most that.
 */
final class LinearRate extends StatedClaim implements Prediction {

  private static final int MOST_PRODUCTS = 20_000;

  LinearRate() {
    super(
        "linearRate",
        Claim.that(
                "Each step brings a neuron nearer to the one that made its labels, by a factor that"
                    + " the gradient before it tells.")
            .source("derived, in the setting of arXiv:2106.01101")
            .requires(
                "squared error; realizable; step at most 2 / lambda_max((1/n) X^T X); samples x"
                    + " inputs x neurons up to 20,000; a neuron nearer than rounding allows to"
                    + " judge is left out")
            .measures(
                "norm(w' - v)^2 / norm(w - v)^2 of the neuron that comes closest to the bound, in"
                    + " the last step")
            .against(
                "1 - tau rho (2 - tau lambda_max), rho = (grad F . (w - v)) / norm(w - v)^2, F ="
                    + " (1/2n) sum of squared residuals")
            .within(
                "as teacherDistanceNeverIncreases; left out where that is more than 1e-6 of the"
                    + " distance, so that 1e-5 remains"));
  }

  @Override
  public Check start(Observation first) {
    TeacherConditions conditions =
        TeacherConditions.ofNeurons(first).squaredLoss().steps().teacher();
    if (conditions.areMet()) {
      NeuronLayer neurons = conditions.neurons();
      double products = (double) neurons.samples() * neurons.width() * neurons.count();
      conditions.require(
          products <= MOST_PRODUCTS,
          "small enough for every record",
          "too large for every record: " + Conditions.number(products) + " products");
    }
    return conditions.check(() -> new RateCheck(conditions.neurons()));
  }

  /** Compares each step with what the gradient before it promises. */
  private static final class RateCheck implements Check {
    private static final double LEFT_OUT = 1e-6;
    private static final double TOLERANCE = 1e-5;

    private final NeuronLayer neurons;
    private final StepWatch steps;
    private final double[] squared;
    private final double[] factor;
    private final double[] gradient;
    private final double[] away;
    private long step = -1;
    private @Nullable Verdict violation;

    RateCheck(NeuronLayer neurons) {
      this.neurons = neurons;
      steps = new StepWatch(neurons);
      squared = new double[neurons.count()];
      factor = new double[neurons.count()];
      gradient = new double[neurons.width()];
      away = new double[neurons.width()];
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
      WeightLayer layer = observation.knownStack().layer(0);
      boolean follows = step >= 0 && observation.step() == step + 1;
      double tau = neurons.step(observation);
      double measured = Absent.VALUE;
      double bound = Absent.VALUE;
      for (int k = 0; k < squared.length; k++) {
        double before = squared[k];
        double promised = factor[k];
        if (!look(layer, k, tau)) {
          return Verdict.notApplicable(
              "neuron " + k + " is not finite at step " + observation.step());
        }
        if (follows && before > 0) {
          double ratio = squared[k] / before;
          if (ratio > promised + TOLERANCE) {
            violation =
                Verdict.violated(
                    ratio,
                    promised,
                    "neuron " + k + " came less near than promised at step " + observation.step());
            return violation;
          }
          if (Absent.is(bound) || promised - ratio < bound - measured) {
            measured = ratio;
            bound = promised;
          }
        }
      }
      step = observation.step();
      return Verdict.holds(measured, bound);
    }

    /**
     * Finds the distance of a neuron and what the next step makes of its square at most; returns
     * false if it is not finite.
     */
    private boolean look(WeightLayer layer, int neuron, double tau) {
      int inputs = layer.inputs();
      int width = neurons.width();
      int samples = neurons.samples();
      double[] v = neurons.teachers()[neuron];
      double[] w = layer.weights();
      double size = 0;
      double distance = 0;
      for (int j = 0; j < width; j++) {
        double weight = j < inputs ? w[neuron * inputs + j] : layer.bias(neuron);
        away[j] = weight - v[j];
        gradient[j] = 0;
        distance += away[j] * away[j];
        size += weight * weight + v[j] * v[j];
      }
      double[] x = neurons.features();
      for (int i = 0; i < samples; i++) {
        double z = layer.bias(neuron);
        for (int j = 0; j < inputs; j++) {
          z += w[neuron * inputs + j] * x[i * inputs + j];
        }
        if (z > 0) {
          double residual = (z - neurons.labels()[i * neurons.count() + neuron]) / samples;
          for (int j = 0; j < width; j++) {
            gradient[j] += residual * (j < inputs ? x[i * inputs + j] : 1);
          }
        }
      }
      double along = 0;
      for (int j = 0; j < width; j++) {
        along += gradient[j] * away[j];
      }
      double rounding =
          neurons.precision(layer, neuron)
              * Math.sqrt(2 * size)
              * (8 + 4 * neurons.conditionOf(neuron));
      double longest = Math.hypot(neurons.radius(), neurons.hasBias() ? 1 : 0);
      rounding += tau > 0 ? tau * neurons.residual() * longest : 0;
      boolean near = !(rounding <= LEFT_OUT * Math.sqrt(distance));
      squared[neuron] = near ? 0 : distance;
      factor[neuron] = 1 - tau * along / distance * (2 - tau * neurons.curvature());
      return Double.isFinite(distance);
    }
  }
}
