package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.run.Absent;

/**
 * The directions D+ = (1/n) sum_{y_k > 0} y_k x_k and -D-, with D- = (1/n) sum_{y_k < 0} y_k x_k,
 * towards which units of a small network turn first, see arXiv:2206.00939; and how far they have
 * turned. Weights, samples and labels may be of any size.
 *
 * <p>The alignment of the units of one sign is the mean of cos(w_j, direction), weighted by |a_j|
 * norm(w_j), over units whose output weight a_j has that sign; a bias counts as the weight of an
 * input 1.
 */
final class DataDirections {

  /** D+ and D- are these, and the norms, x 2^exponent. */
  private final double[] positive;

  private final double[] negative;
  private final int exponent;
  private final double normPositive;
  private final double normNegative;
  private final Magnitude ofWeights = new Magnitude();
  private final Magnitude ofOutputs = new Magnitude();

  /**
   * Computes the directions.
   *
   * @param x row-major, one row of inputs per sample
   * @param y one per sample
   * @param bias true to extend every sample by an input 1
   */
  public DataDirections(double[] x, double[] y, boolean bias) {
    int inputs = x.length / y.length;
    positive = new double[inputs + (bias ? 1 : 0)];
    negative = new double[inputs + (bias ? 1 : 0)];
    Magnitude ofSamples = new Magnitude();
    Magnitude ofLabels = new Magnitude();
    double[] rows = ofSamples.scaled(x, x.length);
    double[] labels = ofLabels.scaled(y, y.length);
    double one = Math.scalb(1.0, -ofSamples.exponent());
    for (int i = 0; i < y.length; i++) {
      double[] into = y[i] > 0 ? positive : negative;
      double factor = Math.abs(labels[i]) / y.length;
      for (int k = 0; k < inputs; k++) {
        into[k] += factor * rows[i * inputs + k];
      }
      if (bias) {
        into[inputs] += factor * one;
      }
    }
    exponent = ofSamples.exponent() + ofLabels.exponent();
    normPositive = Magnitude.norm(positive, 0, positive.length);
    normNegative = Magnitude.norm(negative, 0, negative.length);
  }

  /** Returns the norm of D+, 0 without positive labels. */
  public double normPositive() {
    return Math.scalb(normPositive, exponent);
  }

  /** Returns the norm of D-, 0 without negative labels. */
  public double normNegative() {
    return Math.scalb(normNegative, exponent);
  }

  /**
   * Returns the alignment of the units with positive output weights with D+, or of those with
   * negative ones with -D-; absent if the direction is 0 or no such unit differs from 0.
   *
   * @param first layer with biases exactly if the directions were made for them
   * @param outputWeights one per unit
   */
  public double alignment(WeightLayer first, double[] outputWeights, boolean ofPositive) {
    double[] direction = ofPositive ? positive : negative;
    double norm = ofPositive ? normPositive : normNegative;
    int inputs = first.inputs();
    double[] w = ofWeights.scaled(first.weights(), first.units() * inputs);
    double[] out = ofOutputs.scaled(outputWeights, first.units());
    double[] b = first.hasBias() ? first.biases() : null;
    double products = 0;
    double weights = 0;
    for (int j = 0; j < first.units(); j++) {
      double a = ofPositive ? out[j] : -out[j];
      if (a > 0) {
        double bias = b == null ? 0 : Math.scalb(b[j], -ofWeights.exponent());
        double product = b == null ? 0 : bias * direction[inputs];
        double squared = bias * bias;
        for (int k = 0; k < inputs; k++) {
          double entry = w[j * inputs + k];
          product += entry * direction[k];
          squared += entry * entry;
        }
        products += a * product;
        weights += a * Math.sqrt(squared);
      }
    }
    return weights == 0 || norm == 0 ? Absent.VALUE : products / weights / norm;
  }
}
