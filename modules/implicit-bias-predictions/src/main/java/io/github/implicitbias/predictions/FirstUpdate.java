package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first update U of a first layer W below fixed output weights a, computed at the first record:
 * row j of U is -(rate / n) a_j sum_i l'_i phi'(z_ij) x_i, l' the derivative of the loss by the
 * output. For two layers with one output, of which only the first is trained.
 *
 * <p>With a^ = a / norm(a), the largest singular value of a matrix M is at least norm(M^T a^), so
 * that its stable rank is at most norm(M)^2 / norm(M^T a^)^2.
 */
final class FirstUpdate implements Shared {

  private boolean found;
  private boolean tooLarge;
  private double ofStart = Double.NaN;
  private double ofUpdate = Double.NaN;
  private double ofSum = Double.NaN;
  private double alongStart = Double.NaN;
  private double alongUpdate = Double.NaN;
  private double alongSum = Double.NaN;

  /** Returns the first update of the run. */
  static FirstUpdate of(Observation observation) {
    return observation.shared(FirstUpdate.class, FirstUpdate::new);
  }

  @Override
  public void compute(Observation observation) {
    if (!found) {
      found = true;
      find(observation, observation.knownStack());
    }
  }

  private void find(Observation observation, Stack stack) {
    WeightLayer layer = stack.layer(0);
    int units = layer.units();
    int inputs = layer.inputs();
    int samples = stack.samples();
    double @Nullable [] derivatives = observation.network().lossDerivatives();
    double @Nullable [] h = layer.outputActivations();
    double @Nullable [] x = layer.inputActivations();
    tooLarge = (double) samples * units * inputs > LeakySetting.MOST_WORK;
    if (tooLarge || derivatives == null || h == null || x == null) {
      return;
    }
    double[] a = stack.layer(1).weights();
    double[] w = layer.weights();
    double rate = observation.network().training().learningRate();
    double length = 0;
    for (int j = 0; j < units; j++) {
      length += a[j] * a[j];
    }
    length = Math.sqrt(length);
    double[] row = new double[inputs];
    double[] start = new double[inputs];
    double[] update = new double[inputs];
    ofStart = 0;
    ofUpdate = 0;
    ofSum = 0;
    for (int j = 0; j < units; j++) {
      Arrays.fill(row, 0);
      for (int i = 0; i < samples; i++) {
        double slope = h[i * units + j] > 0 ? 1 : layer.negativeSlope();
        double factor = -rate / samples * a[j] * derivatives[i] * slope;
        for (int k = 0; k < inputs; k++) {
          row[k] += factor * x[i * inputs + k];
        }
      }
      for (int k = 0; k < inputs; k++) {
        double before = w[j * inputs + k];
        ofStart += before * before;
        ofUpdate += row[k] * row[k];
        ofSum += (before + row[k]) * (before + row[k]);
        start[k] += before * a[j] / length;
        update[k] += row[k] * a[j] / length;
      }
    }
    double squared = 0;
    for (int k = 0; k < inputs; k++) {
      squared += (start[k] + update[k]) * (start[k] + update[k]);
    }
    alongSum = Math.sqrt(squared);
    alongStart = norm(start);
    alongUpdate = norm(update);
    ofStart = Math.sqrt(ofStart);
    ofUpdate = Math.sqrt(ofUpdate);
    ofSum = Math.sqrt(ofSum);
  }

  private static double norm(double[] vector) {
    double squared = 0;
    for (double entry : vector) {
      squared += entry * entry;
    }
    return Math.sqrt(squared);
  }

  /** Returns true if the gradient takes too many operations; then nothing else may be asked. */
  boolean isTooLarge() {
    return tooLarge;
  }

  /**
   * Returns norm(W_0 + U)^2 / norm((W_0 + U)^T a^)^2, which the stable rank of W_1 cannot exceed;
   * NaN if it is not known.
   */
  double rankBound() {
    return ofSum * ofSum / (alongSum * alongSum);
  }

  /**
   * Returns (norm(U) + norm(W_0))^2 / (norm(U^T a^) - norm(W_0^T a^))^2, a bound of the same by
   * norms alone; infinite if the difference is not positive, NaN if it is not known.
   */
  double rankBoundByNorms() {
    double difference = alongUpdate - alongStart;
    double sum = ofUpdate + ofStart;
    return difference <= 0 ? Double.POSITIVE_INFINITY : sum * sum / (difference * difference);
  }
}
