package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;

/**
 * The flow time, and the share of the labels of either sign that is fitted, sum f(x_k) y_k / sum
 * y_k^2. Cost: O(samples) per record.
 */
final class FittedSides implements Shared {

  private boolean started;
  private double[] labels = {};
  private double time;
  private double rate;
  private long step;
  private double positive;
  private double negative;

  static FittedSides of(Observation observation) {
    return observation.shared(FittedSides.class, FittedSides::new);
  }

  @Override
  public void compute(Observation observation) {
    if (!started) {
      started = true;
      labels = observation.probe().labels();
    } else {
      time += rate * (observation.step() - step);
    }
    step = observation.step();
    rate =
        observation.network().training().kappa() * observation.network().training().learningRate();
    double[] f = observation.network().outputPreActivations();
    double productPositive = 0;
    double squaresPositive = 0;
    double productNegative = 0;
    double squaresNegative = 0;
    for (int i = 0; i < labels.length; i++) {
      double y = labels[i];
      double product = f == null ? Double.NaN : f[i] * y;
      if (y > 0) {
        productPositive += product;
        squaresPositive += y * y;
      } else if (y < 0) {
        productNegative += product;
        squaresNegative += y * y;
      }
    }
    positive = productPositive / squaresPositive;
    negative = productNegative / squaresNegative;
  }

  /** Returns kappa times the sum of the learning rates of the steps since the first record. */
  double time() {
    return time;
  }

  /** Returns the share of the labels of a sign that is fitted; never infinite. */
  double share(boolean ofPositive) {
    double share = ofPositive ? positive : negative;
    return Double.isInfinite(share) ? Double.NaN : share;
  }
}
