package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.prediction.Conditions;
import org.jspecify.annotations.Nullable;

/**
 * A stack whose outputs grow like the k-th power of a factor on all parameters, k the number of its
 * layers with weights: it has biases in the first of them only.
 */
final class HomogeneousStack {

  private HomogeneousStack() {}

  /** Adds the conditions that a network is one, trained by plain SGD on means over the batch. */
  static Conditions required(StepNetwork network) {
    Conditions conditions = Outputs.required(Conditions.none(), network);
    String odd = whyNot(network);
    conditions.require(
        odd == null,
        "a stack of linear layers and activations of slope 1 above 0, biases in the first only",
        String.valueOf(odd));
    String other = whyNoSgd(network);
    return conditions
        .require(other == null, "trained by plain SGD with one rate", String.valueOf(other))
        .require(
            network.dividesByBatch(),
            "gradients are means over the batch",
            "gradients are sums over the batch");
  }

  private static @Nullable String whyNot(StepNetwork network) {
    if (!network.isStack()) {
      for (StepLayer layer : network.layers()) {
        if (!layer.whyOneSided().isEmpty()) {
          return layer.whyOneSided();
        }
      }
      return "the network is not a stack of linear layers that are all trained";
    }
    for (int l = 1; l < network.layers().size(); l++) {
      if (network.layer(l).hasBias()) {
        return network.layer(l).name() + " has biases, which only the first layer may have";
      }
    }
    return null;
  }

  private static @Nullable String whyNoSgd(StepNetwork network) {
    UpdateRule first = network.layers().isEmpty() ? null : network.layer(0).rule();
    for (StepLayer layer : network.layers()) {
      String reason = Steps.whyNoSgd(layer, layer.rule());
      if (reason == null && layer.hasBias()) {
        reason = Steps.whyNoSgd(layer, layer.biasRule());
      }
      if (reason != null) {
        return reason;
      }
      boolean decayed = !layer.rule().isUndecayed() || !layer.biasRule().isUndecayed();
      boolean same =
          first != null
              && Steps.areAlike(first, layer.rule())
              && Steps.areAlike(first, layer.biasRule())
              && first.l2() == layer.rule().l2()
              && first.decay() == layer.rule().decay();
      if (!same) {
        return layer.name() + " has a rate or decay of its own";
      }
      if (decayed && network.layer(0).hasBias()) {
        return "there is decay, and " + network.layer(0).name() + " has biases";
      }
    }
    return null;
  }

  /** Returns the degree: the number of layers. */
  static int degree(StepNetwork network) {
    return network.layers().size();
  }

  /** Returns the coarsest type of its layers. */
  static Precision precision(StepNetwork network) {
    Precision precision = Precision.DOUBLE;
    for (StepLayer layer : network.layers()) {
      precision = precision.coarser(layer.rounding());
    }
    return precision;
  }

  /** Sums over all parameters of a step. */
  static final class Totals {
    double squares;
    double gradientSquares;
    double pull;
    double moved;
    double updateSquares;

    Totals(TrainingStep step) {
      for (int l = 0; l < step.network().layers().size(); l++) {
        LayerSums sums = step.sums(l);
        for (int j = 0; j < sums.squares().length; j++) {
          double b = Pairs.at(sums.biases(), j);
          double gb = Pairs.at(sums.biasGradient(), j);
          double db = Pairs.at(sums.biasUpdate(), j);
          squares += sums.squares()[j] + b * b;
          gradientSquares += sums.gradientSquares()[j] + gb * gb;
          pull -= sums.weightsTimesGradient()[j] + b * gb;
          moved += sums.weightsTimesUpdate()[j] + b * db;
          updateSquares += sums.updateSquares()[j] + db * db;
        }
      }
    }
  }
}
