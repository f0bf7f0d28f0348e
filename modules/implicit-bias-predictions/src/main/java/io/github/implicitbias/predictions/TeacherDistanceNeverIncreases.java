package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;

/** norm(w_k - v_k) never increases; docs/predictions.md has the proof. */
final class TeacherDistanceNeverIncreases extends StatedClaim implements Prediction {

  TeacherDistanceNeverIncreases() {
    super(
        "teacherDistanceNeverIncreases",
        Claim.that("No neuron ever moves away from the neuron that made its labels.")
            .source("derived, in the setting of arXiv:2106.01101")
            .requires("squared error; realizable; step at most 2 / lambda_max((1/n) X^T X)")
            .measures("largest increase of |w_k - v_k| between records so far")
            .against("0")
            .within(
                "2^-52 (2^-23 for weights in float) times |v| + |w|, times (8 per step + 4 times"
                    + " the condition number of the samples with positive labels); and what the"
                    + " labels differ from those of v"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(3.0 * dimensions.outputs() * (dimensions.inputs() + 1));
  }

  @Override
  public Check start(Observation first) {
    TeacherConditions conditions =
        TeacherConditions.ofNeurons(first).squaredLoss().steps().teacher();
    return conditions.check(() -> new Distances(conditions.neurons()));
  }

  /** Follows the distances of a run. */
  private static final class Distances extends NeverRises {
    private final double[] teacherNorms;
    private final double perStep;
    private double norm;

    Distances(NeuronLayer neurons) {
      super("neuron", neurons);
      this.teacherNorms = new double[neurons.count()];
      for (int k = 0; k < teacherNorms.length; k++) {
        for (double entry : neurons.teachers()[k]) {
          teacherNorms[k] += entry * entry;
        }
        teacherNorms[k] = Math.sqrt(teacherNorms[k]);
      }
      double longest = Math.hypot(neurons.radius(), neurons.hasBias() ? 1 : 0);
      this.perStep = 2 / neurons.curvature() * neurons.residual() * longest;
    }

    @Override
    boolean isMoreThanRounding(
        WeightLayer layer, int neuron, double increase, double before, double updates) {
      double units =
          (norm + teacherNorms[neuron]) * (8 * updates + 4 * neurons().conditionOf(neuron));
      return increase > units * neurons().precision(layer, neuron) + updates * perStep;
    }

    /** Returns norm(w_k - v_k), and notes norm(w_k). */
    @Override
    double of(Observation observation, WeightLayer layer, int k) {
      double[] w = layer.weights();
      double[] v = neurons().teachers()[k];
      int inputs = layer.inputs();
      double squares = 0;
      double sum = 0;
      for (int j = 0; j < v.length; j++) {
        double weight = j < inputs ? w[k * inputs + j] : layer.bias(k);
        squares += weight * weight;
        sum += (weight - v[j]) * (weight - v[j]);
      }
      norm = Math.sqrt(squares);
      return Math.sqrt(sum);
    }
  }
}
