package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.norm.ScaledSum;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of the mean loss of the probe by the trained parameters theta of a stack of dense
 * layers: its norm, also layer by layer, and its scalar product with theta. The gradient itself is
 * never kept, one row of it at a time is.
 *
 * <p>Where training adds lambda W to the gradient, see {@link
 * io.github.implicitbias.core.network.TrainingSetup#l2}, the sum of both has its norms, too.
 *
 * <p>Cost: O(samples x parameters), once per observation; nothing is allocated once the sizes have
 * been seen.
 */
public final class LossGradient implements Shared {

  private static final double SHARE = 0.01;

  /** What a row of one sample costs besides its length. */
  private static final double PER_ROW = 20;

  /** Of one weight and one sample, forward to the derivatives and back, as measured. */
  private static final double OPERATIONS = 1.7;

  private final Backpropagation backpropagation = new Backpropagation();
  private double[] top = {};
  private double[] row = {};
  private double[] penalized = {};
  private OfLayer[] layers = {};
  private double l2;
  private boolean valid;
  private final ScaledSum squaredNorm = new ScaledSum();
  private final ScaledSum squaredParameters = new ScaledSum();
  private final ScaledSum product = new ScaledSum();
  private final Magnitude ofTop = new Magnitude();
  private final Magnitude ofRow = new Magnitude();
  private final Magnitude ofWeights = new Magnitude();

  /** The sums of one layer. */
  private static final class OfLayer {
    final ScaledSum gradient = new ScaledSum();
    final ScaledSum penalized = new ScaledSum();
    final ScaledSum biasGradient = new ScaledSum();
    final ScaledSum weights = new ScaledSum();

    void clear() {
      gradient.clear();
      penalized.clear();
      biasGradient.clear();
      weights.clear();
    }
  }

  /** Makes one that has seen no network. */
  public LossGradient() {}

  /** Returns the gradient at an observation; null where it is not known. */
  public static @Nullable LossGradient of(Observation observation) {
    LossGradient gradient = observation.shared(LossGradient.class, LossGradient::new);
    return gradient.valid ? gradient : null;
  }

  /** Returns why the gradient is not known at an observation, a clause; null if it is. */
  public static @Nullable String whyNone(Observation observation) {
    return SolutionAbsences.gradient(observation, -1);
  }

  /**
   * Returns the largest curvature of what training descends on: the largest eigenvalue of the
   * Hessian of the mean loss of the probe plus lambda / 2 times the squared weights, piecewise
   * exact, by Lanczos.
   *
   * @param mostWork the most operations of one product with the Hessian; at most 80 are made
   * @return NaN if there is no stack, no second derivative of the loss, too much work, or no
   *     convergence to 1e-4 of the value
   */
  public static double largestCurvature(Observation observation, double mostWork) {
    double lambda = observation.network().training().l2();
    return LossCurvature.largest(observation, lambda > 0 ? lambda : 0, mostWork);
  }

  /** Returns how often it is computed in the preset STANDARD. */
  public static Cadence cadence(Dimensions d) {
    double rows = (double) d.samples() * (d.trackedUnits() + d.outputs());
    double work = PER_ROW * rows + (double) d.samples() * d.parameters();
    return Cadence.ofShare(work, SHARE, d);
  }

  /** Returns what it takes to compute it. */
  public static Price price(Dimensions d, NetworkView network) {
    if (!network.isStack()) {
      return Price.FREE;
    }
    double rows = 0;
    double widest = 0;
    for (int l = 0; l < network.layers(); l++) {
      rows += (double) d.samples() * network.layer(l).units();
      widest = Math.max(widest, (double) network.layer(l).units() * network.layer(l).inputs());
    }
    return Price.ofWeights(network)
        .and(Price.ofActivations(d, network))
        .and(
            Price.of(
                LossGradient.class,
                OPERATIONS * d.samples() * Price.weights(network),
                8 * (2 * rows + widest)));
  }

  @Override
  public void compute(Observation observation) {
    valid = false;
    Stack stack = observation.stack();
    valid = stack != null && compute(stack, observation.network());
  }

  /**
   * Computes them for a stack.
   *
   * @return false if the loss is not known by its derivatives, or nothing is trained
   */
  boolean compute(Stack stack, NetworkView network) {
    double[] derivatives = network.lossDerivatives();
    double lambda = network.training().l2();
    return derivatives != null && compute(stack, derivatives, lambda > 0 ? lambda : 0);
  }

  /**
   * Computes the gradient of another function of the outputs.
   *
   * @param derivatives of the function of each sample, whose mean is taken, by the pre-activations
   *     of an output layer and by the activations of any other last layer; samples x outputs
   * @param lambda what is added to the gradient is lambda times the weights
   * @return false if nothing is trained
   */
  public boolean compute(Stack stack, double[] derivatives, double lambda) {
    int last = stack.depth() - 1;
    l2 = lambda;
    if (stack.lowestTrained() > last) {
      return false;
    }
    int length = stack.samples() * stack.outputs();
    if (top.length != length) {
      top = new double[length];
    }
    if (stack.layer(last).isOutput()) {
      System.arraycopy(derivatives, 0, top, 0, length);
    } else {
      // The loss is taken of the activations of the last layer.
      stack.activationDerivatives(last, top);
      for (int k = 0; k < length; k++) {
        top[k] *= derivatives[k];
      }
    }
    // The gradient is linear in the derivatives of the loss, which vanish as samples are fitted.
    backpropagation.run(stack, ofTop.scaled(top, length));
    squaredNorm.clear();
    squaredParameters.clear();
    product.clear();
    if (layers.length != stack.depth()) {
      layers = new OfLayer[stack.depth()];
      Arrays.setAll(layers, l -> new OfLayer());
    }
    for (int l = 0; l <= last; l++) {
      layers[l].clear();
      if (l >= stack.lowestTrained() && stack.layer(l).isTrained()) {
        accumulate(
            layers[l], stack.layer(l), stack.inputs(l), backpropagation.deltas(l), stack.samples());
      }
    }
    return true;
  }

  private void accumulate(OfLayer of, WeightLayer layer, double[] h, double[] deltas, int samples) {
    int units = layer.units();
    int inputs = layer.inputs();
    double[] w = layer.weights();
    double[] scaled = ofWeights.scaled(w, units * inputs);
    double[] b = layer.hasBias() ? layer.biases() : null;
    if (row.length < inputs) {
      row = new double[inputs];
      penalized = new double[inputs];
    }
    for (int j = 0; j < units; j++) {
      Arrays.fill(row, 0, inputs, 0);
      double bias = 0;
      for (int i = 0; i < samples; i++) {
        double delta = deltas[i * units + j];
        if (delta != 0) {
          Backpropagation.add(delta / samples, h, i * inputs, row, 0, inputs);
          bias += delta / samples;
        }
      }
      double[] g = ofRow.scaled(row, inputs);
      double terms = ScalarProduct.of(g, 0, scaled, j * inputs, inputs);
      squaredNorm.addSquares(row, 0, inputs);
      of.gradient.addSquares(row, 0, inputs);
      product.add(terms, ofRow.exponent() + ofWeights.exponent());
      squaredParameters.addSquares(w, j * inputs, inputs);
      of.weights.addSquares(w, j * inputs, inputs);
      if (l2 > 0) {
        // Where training rests, both cancel: the sum is taken before the squares.
        double factor = Math.scalb(l2, -ofTop.exponent());
        for (int k = 0; k < inputs; k++) {
          penalized[k] = row[k] + factor * w[j * inputs + k];
        }
        of.penalized.addSquares(penalized, 0, inputs);
      }
      if (b != null) {
        squaredNorm.addSquare(bias);
        of.biasGradient.addSquare(bias);
        product.add(bias * b[j], 0);
        squaredParameters.addSquare(b[j]);
      }
    }
  }

  /** Returns the Euclidean norm of the gradient. */
  public double norm() {
    return scaled(squaredNorm.root());
  }

  /** Returns the Euclidean norm of the gradient that training descends on, lambda W added. */
  public double penalizedNorm() {
    double squares = 0;
    for (int l = 0; l < layers.length; l++) {
      double ofWeightsHere = penalizedNorm(l);
      double ofBiases = biasGradientNorm(l);
      squares += ofWeightsHere * ofWeightsHere + ofBiases * ofBiases;
    }
    return l2 > 0 ? Math.sqrt(squares) : norm();
  }

  /** Returns the scalar product of theta and the gradient. */
  public double timesParameters() {
    return scaled(product.value());
  }

  /** Returns the norm of the weights of a layer, 0 if it is not trained. */
  public double weightNorm(int layer) {
    return layers[layer].weights.root();
  }

  /** Returns the norm of the gradient by the weights of a layer, lambda times them added. */
  public double penalizedNorm(int layer) {
    OfLayer of = layers[layer];
    return scaled((l2 > 0 ? of.penalized : of.gradient).root());
  }

  /** Returns the norm of the gradient by the biases of a layer. */
  public double biasGradientNorm(int layer) {
    return scaled(layers[layer].biasGradient.root());
  }

  private double scaled(double value) {
    return Math.scalb(value, ofTop.exponent());
  }

  /** Returns true if the gradient or theta is 0, so that there is no angle between them. */
  public boolean isZero() {
    return squaredNorm.isZero() || squaredParameters.isZero();
  }

  /** Returns cos(theta, -gradient); not a number if {@link #isZero}. */
  public double alignment() {
    return -product.over(squaredNorm, squaredParameters);
  }
}
