package io.github.implicitbias.testkit;

import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.network.WeightLayer;
import org.jspecify.annotations.Nullable;

/** A dense layer of a {@link PlainStack}. */
final class PlainLayer implements WeightLayer {

  final String name;
  final int units;
  final int inputs;
  final double slope;
  final boolean output;
  final boolean trained;
  final double[] weights;
  final double @Nullable [] biases;
  final double[] z;
  final double[] out;
  final double[] delta;
  final double[] weightGradient;
  final double[] biasGradient;
  private final double[] velocity;
  private final double[] biasVelocity;
  private final double[] input;
  final int tracked;
  Precision precision = Precision.DOUBLE;

  PlainLayer(
      String name,
      int samples,
      int units,
      double[] input,
      double slope,
      boolean output,
      boolean trained,
      int tracked,
      double[] weights,
      double @Nullable [] biases) {
    this.name = name;
    this.units = units;
    this.input = input;
    this.inputs = input.length / samples;
    this.slope = slope;
    this.output = output;
    this.trained = trained;
    this.tracked = tracked;
    if (weights.length != units * inputs) {
      throw new IllegalArgumentException(
          name + ": " + weights.length + " weights where " + units + " x " + inputs + " fit");
    }
    if (biases != null && biases.length != units) {
      throw new IllegalArgumentException(name + ": " + biases.length + " biases for " + units);
    }
    this.weights = weights.clone();
    this.biases = biases == null ? null : biases.clone();
    this.z = new double[samples * units];
    this.out = new double[samples * units];
    this.delta = new double[samples * units];
    this.weightGradient = new double[weights.length];
    this.biasGradient = new double[biases == null ? 0 : units];
    this.velocity = new double[weights.length];
    this.biasVelocity = new double[biasGradient.length];
  }

  @Override
  public Precision precision() {
    return precision;
  }

  void forward(int samples) {
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < units; j++) {
        double sum = biases == null ? 0 : biases[j];
        for (int k = 0; k < inputs; k++) {
          sum += weights[j * inputs + k] * input[i * inputs + k];
        }
        z[i * units + j] = sum;
        out[i * units + j] = sum > 0 ? sum : slope * sum;
      }
    }
  }

  /** Adds up the gradients from delta, the derivative of the summed loss by z. */
  void gradients(int samples) {
    for (int j = 0; j < units; j++) {
      for (int k = 0; k < inputs; k++) {
        double sum = 0;
        for (int i = 0; i < samples; i++) {
          sum += delta[i * units + j] * input[i * inputs + k];
        }
        weightGradient[j * inputs + k] = sum / samples;
      }
      if (biases != null) {
        double sum = 0;
        for (int i = 0; i < samples; i++) {
          sum += delta[i * units + j];
        }
        biasGradient[j] = sum / samples;
      }
    }
  }

  /**
   * Makes a step by Nesterov's method as DL4J does it, v' = mu v - eta g and theta' = theta - mu v
   * + (1 + mu) v'; with mu = 0 by gradient descent.
   *
   * @param l2 what is added to the gradient of the weights is l2 times the weights
   */
  void update(double rate, double momentum, double l2) {
    for (int k = 0; k < weights.length; k++) {
      double before = velocity[k];
      velocity[k] = momentum * before - rate * (weightGradient[k] + l2 * weights[k]);
      weights[k] += (1 + momentum) * velocity[k] - momentum * before;
    }
    for (int j = 0; biases != null && j < units; j++) {
      double before = biasVelocity[j];
      biasVelocity[j] = momentum * before - rate * biasGradient[j];
      biases[j] += (1 + momentum) * biasVelocity[j] - momentum * before;
    }
  }

  /** Derivative of the activation, that at 0 being the negative slope. */
  double derivative(double preActivation) {
    return preActivation > 0 ? 1 : slope;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int trackedLayer() {
    return tracked;
  }

  @Override
  public int units() {
    return units;
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public boolean isTrained() {
    return trained;
  }

  @Override
  public boolean hasBias() {
    return biases != null;
  }

  @Override
  public boolean isOutput() {
    return output;
  }

  @Override
  public double negativeSlope() {
    return slope;
  }

  @Override
  public double[] weights() {
    return weights;
  }

  @Override
  public double @Nullable [] biases() {
    return biases;
  }

  @Override
  public double[] inputActivations() {
    return input;
  }

  @Override
  public double @Nullable [] outputActivations() {
    return output ? null : out;
  }
}
