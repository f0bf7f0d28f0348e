package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;

/**
 * The tangent kernel of a stack on the probe, K_ik = sum over outputs a of &lt;grad f_a(x_i), grad
 * f_a(x_k)&gt;, the gradients being by the trained parameters and f before the output activation;
 * an activation that is piecewise linear, as of an output layer that is a neuron, is part of f.
 *
 * <p>With delta_l the derivatives of f_a by the pre-activations of layer l, it is sum_l
 * (&lt;h_(l-1),i , h_(l-1),k&gt; + 1 for biases) &lt;delta_l,i , delta_l,k&gt; over trained layers.
 *
 * <p>Where activations or derivatives are very small or very large, all gradients are divided by
 * one power of two, so that the kernel neither underflows nor overflows: K is {@link #values} x
 * 4^{@link #exponent}. Activations and derivatives themselves have to be in range.
 *
 * <p>Cost: O(outputs x (samples x parameters + samples^2 x units)), one array of samples^2.
 */
final class TangentKernel {

  private final Backpropagation backpropagation = new Backpropagation();
  private double[] kernel = {};
  private double[] slopes = {};
  private double[] top = {};
  private final Magnitude ofInputs = new Magnitude();
  private final Magnitude ofDeltas = new Magnitude();
  private boolean empty;
  private int exponent;

  /** Computes the kernel of a stack, some layer of which is trained. */
  public void compute(Stack stack) {
    int n = stack.samples();
    if (kernel.length != n * n) {
      kernel = new double[n * n];
    }
    int outputs = stack.outputs();
    if (top.length != n * outputs) {
      top = new double[n * outputs];
      slopes = new double[n * outputs];
    }
    Arrays.fill(kernel, 0);
    empty = true;
    exponent = 0;
    stack.activationDerivatives(stack.depth() - 1, slopes);
    for (int a = 0; a < outputs; a++) {
      Arrays.fill(top, 0);
      for (int i = 0; i < n; i++) {
        top[i * outputs + a] = slopes[i * outputs + a];
      }
      backpropagation.run(stack, top);
      for (int l = stack.lowestTrained(); l < stack.depth(); l++) {
        if (stack.layer(l).isTrained()) {
          add(stack.layer(l), stack.inputs(l), backpropagation.deltas(l), n);
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        kernel[k * n + i] = kernel[i * n + k];
      }
    }
  }

  private void add(WeightLayer layer, double[] h, double[] deltas, int n) {
    int width = layer.inputs();
    int units = layer.units();
    double[] d = ofDeltas.scaled(deltas, n * units);
    double[] a = ofInputs.scaled(h, n * width);
    int size = ofInputs.exponent();
    double bias = 0;
    if (layer.hasBias()) {
      // The bias is the weight of an input 1, beside which very small ones do not count.
      a = size < 0 ? h : a;
      size = Math.max(0, size);
      bias = Math.scalb(1.0, -2 * size);
    } else if (ofInputs.isZero()) {
      return;
    }
    if (ofDeltas.isZero()) {
      return;
    }
    int shift = 2 * (size + ofDeltas.exponent() - raise(size + ofDeltas.exponent()));
    for (int i = 0; i < n; i++) {
      for (int k = 0; k <= i; k++) {
        double delta = ScalarProduct.of(d, i * units, d, k * units, units);
        if (delta != 0) {
          double input = ScalarProduct.of(a, i * width, a, k * width, width);
          double term = delta * (input + bias);
          kernel[i * n + k] += shift == 0 ? term : Math.scalb(term, shift);
        }
      }
    }
  }

  /** Makes room for terms of a size, in units of which the kernel then is; returns that unit. */
  private int raise(int size) {
    if (empty) {
      exponent = size;
      empty = false;
    } else if (size > exponent) {
      Magnitude.scale(kernel, 0, kernel.length, 2 * (exponent - size), kernel, 0);
      exponent = size;
    }
    return exponent;
  }

  /** Returns the e of which {@link #values} are K / 4^e, 0 in networks of ordinary size. */
  public int exponent() {
    return exponent;
  }

  /** Returns K / 4^{@link #exponent}, samples x samples; it belongs to this object. */
  public double[] values() {
    return kernel;
  }
}
