package io.github.implicitbias.predictions.maxmargin;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.spectrum.LossGradient;

/**
 * How large the first update is beside the first weights: the rate times the gradient of the loss
 * at the first record. For stacks of which only the first layer is trained.
 */
final class FirstUpdate implements Shared {

  private boolean found;
  private boolean tooLarge;
  private double ratio = Double.NaN;

  /** Returns the first update of the run. */
  static FirstUpdate of(Observation observation) {
    return observation.shared(FirstUpdate.class, FirstUpdate::new);
  }

  @Override
  public void compute(Observation observation) {
    if (!found) {
      found = true;
      find(observation, ObservedStack.known(observation));
    }
  }

  private void find(Observation observation, Stack stack) {
    WeightLayer layer = stack.layer(0);
    int length = layer.units() * layer.inputs();
    tooLarge = (double) stack.samples() * length > LeakySetting.MOST_WORK;
    LossGradient gradient = new LossGradient();
    if (!tooLarge && gradient.compute(stack, observation.network())) {
      double[] w = layer.weights();
      double start = Math.sqrt(ScalarProduct.of(w, 0, w, 0, length));
      ratio = start / (observation.network().training().learningRate() * gradient.norm());
    }
  }

  /** Returns true if the gradient takes too many operations; then nothing else may be asked. */
  boolean isTooLarge() {
    return tooLarge;
  }

  /** Returns norm(W_0) / norm(first update), Frobenius norms; NaN if it is not known. */
  double startOverUpdate() {
    return ratio;
  }
}
