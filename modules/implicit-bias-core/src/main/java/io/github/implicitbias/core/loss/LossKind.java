package io.github.implicitbias.core.loss;

import org.jspecify.annotations.Nullable;

/**
 * Tells squared and logistic losses of one output by their derivatives, whatever class they are of.
 */
final class LossKind {

  private static final double TOLERANCE = 1e-5;
  private static final double[] POINTS = {0.3, 2};

  private LossKind() {}

  /** Returns what {@link BatchLoss#kind} describes. */
  static @Nullable String of(BatchLoss loss) {
    if (isSquared(loss, 2)) {
      return "mse";
    }
    if (isSquared(loss, 1)) {
      return "half-mse";
    }
    return isLogistic(loss, -1) || isLogistic(loss, 0) ? "logistic" : null;
  }

  private static boolean isSquared(BatchLoss loss, double factor) {
    boolean is = true;
    for (double f : POINTS) {
      for (double y : new double[] {-1, 0.7, 3}) {
        is &= has(loss, f, y, factor * (f - y));
      }
    }
    return is;
  }

  private static boolean isLogistic(BatchLoss loss, double otherLabel) {
    boolean is = true;
    for (double f : POINTS) {
      is &=
          has(loss, f, 1, -1 / (1 + Math.exp(f)))
              && has(loss, f, otherLabel, 1 / (1 + Math.exp(-f)));
    }
    return is;
  }

  private static boolean has(BatchLoss loss, double f, double y, double derivative) {
    double[] found = new double[1];
    return loss.derivativeOfBatch(new double[] {f}, new double[] {y}, 1, 1, found)
        && Math.abs(found[0] - derivative) <= TOLERANCE * Math.abs(derivative);
  }
}
