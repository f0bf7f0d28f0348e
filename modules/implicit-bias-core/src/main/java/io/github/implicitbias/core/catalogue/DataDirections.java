package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;

/**
 * The directions D+ = (1/n) sum_{y_k > 0} y_k x_k and -D-, with D- = (1/n) sum_{y_k < 0} y_k x_k,
 * towards which units of a small network turn first, see arXiv:2206.00939; and how far they have
 * turned. Immutable.
 *
 * <p>The alignment of the units of one sign is the mean of cos(w_j, direction), weighted by |a_j|
 * norm(w_j), over units whose output weight a_j has that sign; a bias counts as the weight of an
 * input 1.
 */
public final class DataDirections {

  private final double[] positive;
  private final double[] negative;
  private final double normPositive;
  private final double normNegative;

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
    for (int i = 0; i < y.length; i++) {
      double[] into = y[i] > 0 ? positive : negative;
      double factor = Math.abs(y[i]) / y.length;
      for (int k = 0; k < inputs; k++) {
        into[k] += factor * x[i * inputs + k];
      }
      if (bias) {
        into[inputs] += factor;
      }
    }
    normPositive = norm(positive);
    normNegative = norm(negative);
  }

  private static double norm(double[] vector) {
    double sum = 0;
    for (double entry : vector) {
      sum += entry * entry;
    }
    return Math.sqrt(sum);
  }

  /** Returns the norm of D+, 0 without positive labels. */
  public double normPositive() {
    return normPositive;
  }

  /** Returns the norm of D-, 0 without negative labels. */
  public double normNegative() {
    return normNegative;
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
    double[] w = first.weights();
    double[] b = first.hasBias() ? first.biases() : null;
    double products = 0;
    double weights = 0;
    for (int j = 0; j < first.units(); j++) {
      double a = ofPositive ? outputWeights[j] : -outputWeights[j];
      if (a > 0) {
        double product = b == null ? 0 : b[j] * direction[inputs];
        double squared = b == null ? 0 : b[j] * b[j];
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
