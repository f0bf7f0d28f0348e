package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Random stacks for comparisons with brute force. */
final class RandomStack {

  private RandomStack() {}

  /** A stack with random sizes; classes as labels if asked for. */
  static PlainStack of(
      SplittableRandom random,
      int hidden,
      int outputs,
      boolean bias,
      boolean classes,
      double size) {
    int samples = 1 + random.nextInt(9);
    int width = 1 + random.nextInt(7);
    double[] labels = Fixture.normal(random, samples * outputs, 1);
    for (int i = 0; classes && i < samples; i++) {
      int label = random.nextInt(Math.max(2, outputs));
      for (int k = 0; k < outputs; k++) {
        labels[i * outputs + k] = outputs == 1 ? 2 * label - 1 : label == k ? 1 : 0;
      }
    }
    Probe probe = new Probe(samples, Fixture.normal(random, samples * width, 1), labels, null);
    PlainStack.Builder builder =
        PlainStack.builder(
            probe,
            !classes
                ? new Fixture.Squared(1)
                : outputs == 1 ? new Fixture.Logistic() : new Fixture.Softmax(),
            1e-3);
    for (int l = 0; l < hidden; l++) {
      int units = 1 + random.nextInt(7);
      builder.hidden(
          "h" + l,
          units,
          random.nextInt(3) / 2.0 * 0.6,
          Fixture.normal(random, units * width, size),
          bias ? Fixture.normal(random, units, size) : null);
      width = units;
    }
    return builder
        .output(
            outputs,
            Fixture.normal(random, outputs * width, size),
            bias ? Fixture.normal(random, outputs, size) : null)
        .build();
  }

  /** Returns the parameters of a stack: per layer the weights, then the biases. */
  static double[] theta(PlainStack net) {
    double[] theta = new double[10_000];
    int at = 0;
    for (int l = 0; l < net.network().layers(); l++) {
      WeightLayer layer = net.network().layer(l);
      for (double w : layer.weights()) {
        theta[at++] = w;
      }
      for (int j = 0; layer.hasBias() && j < layer.units(); j++) {
        theta[at++] = layer.biases()[j];
      }
    }
    return Arrays.copyOf(theta, at);
  }

  /** Sets the weights of a stack without biases. */
  static void setTheta(PlainStack net, double[] theta) {
    int at = 0;
    for (int l = 0; l < net.network().layers(); l++) {
      int length = net.network().layer(l).units() * net.network().layer(l).inputs();
      net.setWeights(l, Arrays.copyOfRange(theta, at, at + length));
      at += length;
    }
    net.countStep();
  }
}
