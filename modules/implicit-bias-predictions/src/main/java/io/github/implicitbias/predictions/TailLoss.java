package io.github.implicitbias.predictions;

import io.github.implicitbias.core.prediction.Conditions;
import org.jspecify.annotations.Nullable;

/**
 * Recognises losses with an exponential tail from their value and derivatives on the probe: l(q) =
 * log(1 + exp(-q)) or exp(-q) of the margin q, a multiple of their mean, or the logarithm of their
 * mean, whose derivatives are those of the mean times a common factor.
 *
 * <p>The value is needed since close to q = 0 the exponential and a square have the same first and
 * second derivative.
 */
final class TailLoss {

  private static final double TOLERANCE = 1e-5;

  private TailLoss() {}

  /**
   * Returns what the loss is, null if it is none of these.
   *
   * @param f outputs, one per sample
   * @param classes 1 for label 1, any other number for -1
   * @param derivatives of the loss of each sample, or of n times that of the batch, by f
   * @param loss of the batch
   */
  static @Nullable String recognise(
      double @Nullable [] f, int[] classes, double @Nullable [] derivatives, double loss) {
    if (f == null || derivatives == null || Double.isNaN(loss)) {
      return null;
    }
    String logistic = recognise(f, classes, derivatives, loss, true);
    return logistic != null ? logistic : recognise(f, classes, derivatives, loss, false);
  }

  private static @Nullable String recognise(
      double[] f, int[] classes, double[] derivatives, double loss, boolean logistic) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    double mean = 0;
    for (int i = 0; i < classes.length; i++) {
      int sign = classes[i] == 1 ? 1 : -1;
      double q = sign * f[i];
      double slope = logistic ? 1 / (1 + Math.exp(q)) : Math.exp(-q);
      double factor = -sign * derivatives[i] / slope;
      if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
        return null;
      }
      least = Math.min(least, factor);
      most = Math.max(most, factor);
      double value = logistic ? Math.max(-q, 0) + Math.log1p(Math.exp(-Math.abs(q))) : Math.exp(-q);
      mean += value / classes.length;
    }
    if (!(most <= least * (1 + TOLERANCE))) {
      return null;
    }
    String name = logistic ? "logistic loss" : "exponential loss";
    if (close(loss, most * mean)) {
      return close(most, 1) ? name : Conditions.number(most) + " times the " + name;
    }
    boolean isLog = close(most * mean, 1) && Math.abs(loss - Math.log(mean)) <= TOLERANCE;
    return isLog ? "logarithm of the mean " + name : null;
  }

  private static boolean close(double a, double b) {
    return Math.abs(a - b) <= TOLERANCE * Math.abs(b);
  }
}
