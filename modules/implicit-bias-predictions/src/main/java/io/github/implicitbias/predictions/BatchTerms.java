package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.TrainingStep;

/**
 * How large the terms are that a gradient is the sum of. Weights times gradient is a sum over the
 * samples of a batch of which hardly anything may be left, though each term is large: where
 * training is at rest, and below batch normalization, which takes means and slopes out. What is
 * left is then rounding of these terms.
 */
final class BatchTerms {

  private BatchTerms() {}

  /**
   * Returns an estimate of the terms of a layer from what is known of those above it: at the output
   * pre-activations times derivatives of the loss, and at each normalization between the two, or at
   * the layer itself, its scale times the gradients of scale and shift.
   */
  static double size(TrainingStep step, int layer) {
    BatchOutput output = step.output();
    double size = output == null ? 0 : ofOutput(output);
    for (int l = layer; l < step.network().layers().size(); l++) {
      if (step.network().layer(l).kind() == StepLayer.Kind.NORMALIZATION) {
        size = Math.max(size, ofNormalization(step.sums(l)));
      }
    }
    return size;
  }

  private static double ofOutput(BatchOutput output) {
    double size = Outputs.size(output) + Outputs.roundings(output);
    return size >= 0 ? size : 0;
  }

  private static double ofNormalization(LayerSums sums) {
    double squares = 0;
    for (int j = 0; j < sums.squares().length; j++) {
      double shift = Pairs.at(sums.biasGradient(), j);
      squares += sums.squares()[j] * (sums.gradientSquares()[j] + shift * shift);
    }
    return Math.sqrt(squares);
  }
}
