package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.prediction.Conditions;
import org.jspecify.annotations.Nullable;

/** What several laws ask of the output layer and of what it has put out. */
final class Outputs {

  /** Said where a law needs the outputs of every batch. */
  static final String NOT_EVERY_BATCH =
      "visits are not kept, so that not every batch is looked at: visits(true) keeps them";

  private Outputs() {}

  /** Adds the condition that the output layer has weights and its loss is of one output. */
  static Conditions required(Conditions conditions, StepNetwork network) {
    String why = network.whyNoOutput();
    boolean known = why == null && network.output() >= 0;
    return conditions.require(
        known,
        "the output layer and its loss are known",
        why != null ? why : "the output layer has no weights of its own");
  }

  /** Adds the condition that the output layer is trained for one of some goals. */
  static Conditions goal(
      Conditions conditions, StepNetwork network, String words, StepNetwork.Goal... goals) {
    boolean met = false;
    for (StepNetwork.Goal goal : goals) {
      met |= network.goal() == goal;
    }
    return conditions.require(met, "trained for " + words, "not trained for " + words);
  }

  /** Returns true if each row of labels has one 1, and 0 elsewhere. */
  static boolean areOneHot(BatchOutput output) {
    double[] y = output.labels();
    int width = output.outputs();
    for (int row = 0; row < output.rows(); row++) {
      int ones = 0;
      for (int k = row * width; k < (row + 1) * width; k++) {
        if (y[k] != 0 && y[k] != 1) {
          return false;
        }
        ones += y[k] == 1 ? 1 : 0;
      }
      if (ones != 1) {
        return false;
      }
    }
    return true;
  }

  /** Returns the mean over the samples of the norm of z times that of the derivative by z. */
  static double size(BatchOutput output) {
    double[] derivatives = output.derivatives();
    if (derivatives == null) {
      return Math.abs(output.slopeAlong());
    }
    int width = output.outputs();
    double sum = 0;
    for (int row = 0; row < output.rows(); row++) {
      double zz = 0;
      double dd = 0;
      for (int k = row * width; k < (row + 1) * width; k++) {
        zz += output.preActivations()[k] * output.preActivations()[k];
        dd += derivatives[k] * derivatives[k];
      }
      sum += Math.sqrt(zz * dd);
    }
    return sum / output.samples();
  }

  /** Returns by how much the slope along the pre-activations may be off, in units of rounding. */
  static double roundings(BatchOutput output) {
    double sum = 0;
    for (int k = 0; k < output.rows() * output.outputs(); k++) {
      sum += Math.abs(output.preActivations()[k]) * output.roundings(k);
    }
    return sum / output.samples();
  }

  /** Returns why weights of samples hinder a law; null if there are none. */
  static @Nullable String weighted(BatchOutput output) {
    return output.areWeighted()
        ? "samples have weights, and DL4J's gradient is then not the derivative of its score"
        : null;
  }

  /** Returns the layer. */
  static StepLayer layer(StepNetwork network) {
    return network.layer(network.output());
  }
}
