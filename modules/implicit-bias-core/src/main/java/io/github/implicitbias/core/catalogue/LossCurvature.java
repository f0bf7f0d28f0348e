package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;

/** The largest curvature of the loss that training descends on, for stacks of dense layers. */
final class LossCurvature {

  private static final double TOLERANCE = 1e-6;
  private static final int STEPS = 80;
  private static final double PASSES = 3;

  private LossCurvature() {}

  /**
   * Returns the largest eigenvalue of the Hessian of the mean loss of the probe plus lambda / 2
   * times the squared weights (not the biases), piecewise exact, by Lanczos.
   *
   * @param mostWork the most operations of one product with the Hessian; at most 80 are made
   * @return NaN if there is no stack, no second derivative of the loss, too much work, or no
   *     convergence to 1e-4 of the value
   */
  public static double largest(Observation observation, double lambda, double mostWork) {
    Stack stack = observation.stack();
    if (stack == null) {
      return Double.NaN;
    }
    HessianProduct hessian = new HessianProduct();
    boolean affordable = PASSES * stack.samples() * stack.trainedParameters() <= mostWork;
    if (!affordable || !hessian.prepare(stack, observation.network())) {
      return Double.NaN;
    }
    SymmetricOperator whole =
        (v, into) -> {
          hessian.apply(v, into);
          addPenalty(stack, lambda, v, into);
        };
    Lanczos end = new Lanczos(hessian.order(), STEPS, Lanczos.End.LARGEST);
    end.run(whole, TOLERANCE, STEPS);
    boolean converged = end.residual() <= 1e-4 * Math.abs(end.value());
    return converged ? end.value() : Double.NaN;
  }

  private static void addPenalty(Stack stack, double lambda, double[] v, double[] into) {
    int at = 0;
    for (int l = stack.lowestTrained(); l < stack.depth(); l++) {
      WeightLayer layer = stack.layer(l);
      if (layer.isTrained()) {
        int weights = layer.units() * layer.inputs();
        for (int k = at; k < at + weights; k++) {
          into[k] += lambda * v[k];
        }
        at += weights + (layer.hasBias() ? layer.units() : 0);
      }
    }
  }
}
