package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import java.util.Arrays;

/** Norms of the gradients of F_k by the weights of neuron k, and whether it is dead. */
final class NeuronGradients {

  private final NeuronLayer neurons;
  private final double[] gradient;
  private final double[] norms;
  private final boolean[] alive;
  private final double[] squares;

  NeuronGradients(NeuronLayer neurons) {
    this.neurons = neurons;
    this.gradient = new double[neurons.count() * neurons.width()];
    this.norms = new double[neurons.count()];
    this.alive = new boolean[neurons.count()];
    this.squares = new double[neurons.count()];
  }

  void compute(Observation observation) {
    int count = neurons.count();
    int width = neurons.width();
    int inputs = width - (neurons.hasBias() ? 1 : 0);
    double[] y = neurons.labels();
    double[] x = neurons.features();
    double[] z = observation.knownStack().outputPreActivations();
    Arrays.fill(gradient, 0);
    Arrays.fill(alive, false);
    Arrays.fill(squares, 0);
    for (int i = 0; i < neurons.samples(); i++) {
      for (int k = 0; k < count; k++) {
        double output = z[i * count + k];
        if (output > 0) {
          alive[k] = true;
          double left = output - y[i * count + k];
          squares[k] += left * left / neurons.samples();
          for (int j = 0; j < inputs; j++) {
            gradient[k * width + j] += left * x[i * inputs + j];
          }
          if (inputs < width) {
            gradient[k * width + inputs] += left;
          }
        }
      }
    }
    for (int k = 0; k < count; k++) {
      double sum = 0;
      for (int j = 0; j < width; j++) {
        double mean = gradient[k * width + j] / neurons.samples();
        sum += mean * mean;
      }
      norms[k] = Math.sqrt(sum);
    }
  }

  /** Returns the norm of the gradient of F_k. */
  double norm(int neuron) {
    return norms[neuron];
  }

  /** Returns (1/n) times the sum of the squared residuals of the samples that are on. */
  double squaresOn(int neuron) {
    return squares[neuron];
  }

  boolean isDead(int neuron) {
    return !alive[neuron];
  }
}
