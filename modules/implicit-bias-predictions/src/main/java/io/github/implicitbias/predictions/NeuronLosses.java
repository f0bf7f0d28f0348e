package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import org.jspecify.annotations.Nullable;

/**
 * F_k = (1/2n) sum_i (f_k(x_i) - y_ik)^2 for each neuron of {@link NeuronLayer}, and the same of
 * the neuron 0, whose outputs are 0.
 */
final class NeuronLosses implements Shared {

  private double[] losses = {};
  private double[] ofZero = {};

  static NeuronLosses of(Observation observation) {
    return observation.shared(NeuronLosses.class, NeuronLosses::new);
  }

  @Override
  public void compute(Observation observation) {
    NeuronLayer neurons = NeuronLayer.of(observation);
    int count = neurons.count();
    double[] y = neurons.labels();
    if (losses.length != count) {
      losses = new double[count];
      ofZero = new double[count];
      sum(ofZero, y, null);
    }
    sum(losses, y, observation.knownStack().outputPreActivations());
  }

  private static void sum(double[] into, double[] y, double @Nullable [] z) {
    int count = into.length;
    for (int k = 0; k < count; k++) {
      into[k] = 0;
    }
    for (int i = 0; i < y.length; i += count) {
      for (int k = 0; k < count; k++) {
        double left = z == null ? -y[i + k] : Math.max(0, z[i + k]) - y[i + k];
        into[k] += left * left;
      }
    }
    double samples = (double) y.length / count;
    for (int k = 0; k < count; k++) {
      into[k] /= 2 * samples;
    }
  }

  /** Returns F_k of a neuron. */
  double of(int neuron) {
    return losses[neuron];
  }

  /** Returns F(0) for the labels of a neuron: exactly what F_k is if the neuron is dead. */
  double ofZero(int neuron) {
    return ofZero[neuron];
  }
}
