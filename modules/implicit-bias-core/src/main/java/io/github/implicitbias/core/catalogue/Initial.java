package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.norm.ScaledSum;
import io.github.implicitbias.run.Absent;
import org.jspecify.annotations.Nullable;

/** The trained parameters beside those of the first record. */
final class Initial implements Shared {

  /** What those who ask for it need. */
  static final Needs NEEDS = Needs.fromFirst(Initial.class, Initial::new);

  /** The most parameters of which the first values are kept as numbers. */
  private static final long MOST_KEPT = 131_072;

  private static final double WORST_ROUNDING = 1e-3;

  private boolean started;
  private boolean first;
  private boolean kept;
  private double[] @Nullable [] weights = {};
  private double[] @Nullable [] biases = {};
  private double firstNorm = Absent.VALUE;
  private final ScaledSum product = new ScaledSum();
  private final ScaledSum now = new ScaledSum();
  private final ScaledSum then = new ScaledSum();
  private final Magnitude ofNow = new Magnitude();
  private final Magnitude ofThen = new Magnitude();

  @Override
  public Needs needs() {
    return NEEDS;
  }

  @Override
  public void startLate() {
    started = true;
  }

  @Override
  public void compute(Observation observation) {
    first = !started;
    if (first && observation.hasParameters()) {
      firstNorm = observation.parameters().norm();
      int parameters = observation.parameters().length();
      if (parameters <= MOST_KEPT && parameters == trained(observation.network())) {
        keep(observation.network());
      }
    }
    started = true;
  }

  private void keep(NetworkView network) {
    kept = true;
    weights = new double[network.layers()][];
    biases = new double[network.layers()][];
    for (int l = 0; l < weights.length; l++) {
      WeightLayer layer = network.layer(l);
      if (layer.isTrained()) {
        weights[l] = layer.weights().clone();
        double[] b = layer.hasBias() ? layer.biases() : null;
        biases[l] = b == null ? null : b.clone();
      }
    }
  }

  private static long trained(NetworkView network) {
    long sum = 0;
    for (int l = 0; l < network.layers(); l++) {
      WeightLayer layer = network.layer(l);
      if (layer.isTrained()) {
        sum += (long) layer.units() * (layer.inputs() + (layer.hasBias() ? 1 : 0));
      }
    }
    return sum;
  }

  /** Returns norm(theta_0), absent if it was not read. */
  double firstNorm() {
    return firstNorm;
  }

  /** Returns cos(theta, theta_0), absent if it is not known or one of them is 0. */
  double cosine(Observation observation) {
    if (Absent.is(firstNorm) || firstNorm == 0) {
      return Absent.VALUE;
    }
    if (first) {
      return 1;
    }
    return kept ? fromWeights(observation.network()) : fromNorms(observation);
  }

  private double fromWeights(NetworkView network) {
    product.clear();
    now.clear();
    then.clear();
    for (int l = 0; l < network.layers(); l++) {
      WeightLayer layer = network.layer(l);
      if (weights[l] != null) {
        double[] w = layer.weights();
        double[] w0 = weights[l];
        int length = layer.units() * layer.inputs();
        addProduct(w, w0, length);
        now.addSquares(w, 0, length);
        then.addSquares(w0, 0, length);
        double[] b = layer.hasBias() ? layer.biases() : null;
        if (b != null) {
          double[] b0 = biases[l];
          addProduct(b, b0, layer.units());
          now.addSquares(b, 0, layer.units());
          then.addSquares(b0, 0, layer.units());
        }
      }
    }
    return now.isZero() || then.isZero() ? Absent.VALUE : product.over(now, then);
  }

  private void addProduct(double[] x, double[] y, int length) {
    double[] a = ofNow.scaled(x, length);
    double[] b = ofThen.scaled(y, length);
    product.add(ScalarProduct.of(a, 0, b, 0, length), ofNow.exponent() + ofThen.exponent());
  }

  private double fromNorms(Observation observation) {
    if (!observation.hasParameters()) {
      return Absent.VALUE;
    }
    ParameterNorms norms = observation.parameters();
    double ratio = norms.norm() / firstNorm;
    double distance = norms.distanceFromFirst() / firstNorm;
    // Relative errors of squared norms, see ParameterNorms; all terms are at most this large.
    double rounding = norms.single() ? 1.2e-6 : 0x1p-48;
    double terms = 1 + ratio * ratio + distance * distance;
    if (ratio == 0 || !(rounding * terms / (2 * ratio) <= WORST_ROUNDING)) {
      return Absent.VALUE;
    }
    return (1 + ratio * ratio - distance * distance) / (2 * ratio);
  }
}
