package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/*
 * Kernel. Forward and backward passes differentiated along a direction v of the parameters (the R
 * operator of Pearlmutter 1994). With V_l the part of v in W_l, and phi'' = 0:
 *
 *   R z_l = V_l h_(l-1) + W_l R h_(l-1) + v_b,   R h_l = phi'_l o R z_l
 *   R delta_L = C R z_L,                         C the second derivative of the loss
 *   R delta_(l-1) = (V_l^T delta_l + W_l^T R delta_l) o phi'_(l-1)
 *   (H v)_l = (1/n) sum_i R delta_l,i h_(l-1),i^T + delta_l,i R h_(l-1),i^T
 */

/**
 * The Hessian of the mean loss of the probe by the trained parameters of a stack, times vectors. It
 * is piecewise exact: kinks contribute nothing. Vectors hold, per trained layer from the lowest on,
 * the weights, units x inputs, then the biases if there are any.
 *
 * <p>Cost of a product: about 10 x samples x parameters operations. Nothing is allocated once the
 * sizes have been seen.
 */
final class HessianProduct implements SymmetricOperator {

  private static final double[] NONE = {};

  private final Backpropagation backpropagation = new Backpropagation();
  private @Nullable Stack prepared;
  private @Nullable NetworkView network;
  private double[] top = {};
  private double[][] slopes = {};
  private double[][] moved = {};
  private double[][] above = {};
  private double[] curvature = {};

  /**
   * Prepares for products at the present parameters.
   *
   * @return false if derivatives of the loss are not known, or nothing is trained
   */
  public boolean prepare(Stack stack, NetworkView view) {
    prepared = stack;
    network = view;
    int depth = stack.depth();
    int last = depth - 1;
    double[] derivatives = view.lossDerivatives();
    if (derivatives == null || stack.lowestTrained() > last) {
      return false;
    }
    if (slopes.length != depth) {
      slopes = new double[depth][];
      moved = new double[depth][];
      above = new double[depth][];
    }
    int samples = stack.samples();
    for (int l = stack.lowestTrained(); l < depth; l++) {
      int length = samples * stack.layer(l).units();
      slopes[l] = sized(slopes[l], length);
      moved[l] = sized(moved[l], length);
      above[l] = sized(above[l], length);
      if (l == last && stack.layer(l).isOutput()) {
        // The loss is taken of its pre-activations.
        Arrays.fill(slopes[l], 1);
      } else {
        stack.activationDerivatives(l, slopes[l]);
      }
    }
    top = sized(top, samples * stack.outputs());
    curvature = sized(curvature, top.length);
    if (!view.lossCurvature(top, curvature)) {
      return false;
    }
    for (int k = 0; k < top.length; k++) {
      top[k] = derivatives[k] * slopes[last][k];
    }
    backpropagation.run(stack, top);
    return true;
  }

  /** Returns the order of the Hessian, the number of trained parameters. */
  public int order() {
    return (int) stack().trainedParameters();
  }

  private Stack stack() {
    return Objects.requireNonNull(prepared, "prepare comes first");
  }

  @Override
  public void apply(double[] v, double[] into) {
    Stack stack = stack();
    forward(stack, v);
    int last = stack.depth() - 1;
    Objects.requireNonNull(network).lossCurvature(moved[last], curvature);
    for (int k = 0; k < curvature.length; k++) {
      above[last][k] = curvature[k] * slopes[last][k];
    }
    int end = order();
    for (int l = last; l >= stack.lowestTrained(); l--) {
      WeightLayer layer = stack.layer(l);
      int from = end;
      if (layer.isTrained()) {
        from = end - layer.units() * (layer.inputs() + (layer.hasBias() ? 1 : 0));
        products(stack, l, into, from);
      }
      if (l > stack.lowestTrained()) {
        down(stack, l, v, from);
      }
      end = from;
    }
  }

  private void forward(Stack stack, double[] v) {
    int at = 0;
    int samples = stack.samples();
    for (int l = stack.lowestTrained(); l < stack.depth(); l++) {
      WeightLayer layer = stack.layer(l);
      int units = layer.units();
      int inputs = layer.inputs();
      double[] h = layer.isTrained() ? stack.inputs(l) : null;
      double[] below = l > stack.lowestTrained() ? moved[l - 1] : null;
      double[] w = below == null ? NONE : layer.weights();
      for (int i = 0; i < samples; i++) {
        for (int j = 0; j < units; j++) {
          double sum = 0;
          if (h != null) {
            sum += ScalarProduct.of(v, at + j * inputs, h, i * inputs, inputs);
            sum += layer.hasBias() ? v[at + units * inputs + j] : 0;
          }
          if (below != null) {
            sum += ScalarProduct.of(w, j * inputs, below, i * inputs, inputs);
          }
          moved[l][i * units + j] = sum * slopes[l][i * units + j];
        }
      }
      at += layer.isTrained() ? units * (inputs + (layer.hasBias() ? 1 : 0)) : 0;
    }
  }

  private void products(Stack stack, int l, double[] into, int from) {
    WeightLayer layer = stack.layer(l);
    int samples = stack.samples();
    int units = layer.units();
    int inputs = layer.inputs();
    double[] h = stack.inputs(l);
    double[] below = l > stack.lowestTrained() ? moved[l - 1] : null;
    double[] deltas = backpropagation.deltas(l);
    Arrays.fill(into, from, from + units * (inputs + (layer.hasBias() ? 1 : 0)), 0);
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < units; j++) {
        double part = above[l][i * units + j] / samples;
        add(part, h, i * inputs, into, from + j * inputs, inputs);
        if (below != null) {
          double delta = deltas[i * units + j] / samples;
          add(delta, below, i * inputs, into, from + j * inputs, inputs);
        }
        if (layer.hasBias()) {
          into[from + units * inputs + j] += part;
        }
      }
    }
  }

  private void down(Stack stack, int l, double[] v, int from) {
    WeightLayer layer = stack.layer(l);
    int samples = stack.samples();
    int units = layer.units();
    int inputs = layer.inputs();
    double[] w = layer.weights();
    double[] deltas = backpropagation.deltas(l);
    double[] into = above[l - 1];
    Arrays.fill(into, 0);
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < units; j++) {
        add(above[l][i * units + j], w, j * inputs, into, i * inputs, inputs);
        if (layer.isTrained()) {
          add(deltas[i * units + j], v, from + j * inputs, into, i * inputs, inputs);
        }
      }
      for (int k = i * inputs; k < (i + 1) * inputs; k++) {
        into[k] *= slopes[l - 1][k];
      }
    }
  }

  private static void add(
      double factor, double[] x, int xFrom, double[] into, int from, int length) {
    if (factor != 0) {
      for (int k = 0; k < length; k++) {
        into[from + k] += factor * x[xFrom + k];
      }
    }
  }

  private static double[] sized(double @Nullable [] array, int length) {
    return array != null && array.length == length ? array : new double[length];
  }
}
