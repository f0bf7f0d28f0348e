package io.github.implicitbias.nn.loss;

import io.github.implicitbias.core.loss.LogDomainLoss;
import org.nd4j.linalg.activations.IActivation;

/**
 * A positive, decreasing function of the margin q = y f, for labels -1 and +1, summed over the
 * outputs.
 *
 * <p>With l the loss of one margin, dl/df = y l'(q). It is also known by its logarithm: log sum_k
 * l(q_k) is summed without leaving the logarithms.
 */
abstract class MarginLoss extends EntrywiseLoss implements LogDomainLoss {

  private static final long serialVersionUID = 1L;

  /** Returns l(q). */
  abstract double atMargin(double q);

  /** Returns -l'(q), which is positive. */
  abstract double steepness(double q);

  /** Returns l''(q). */
  abstract double bendAtMargin(double q);

  /** Returns log l(q). */
  abstract double logAtMargin(double q);

  /** Returns log(-l'(q)). */
  abstract double logSteepness(double q);

  @Override
  final double loss(double f, double y) {
    return atMargin(y * f);
  }

  @Override
  final double slope(double f, double y) {
    return -y * steepness(y * f);
  }

  @Override
  final double bend(double f, double y) {
    return y * y * bendAtMargin(y * f);
  }

  @Override
  public final double logValue(double[] z, double[] y, int offset, int outputs) {
    LogSum sum = new LogSum();
    for (int i = offset; i < offset + outputs; i++) {
      sum.add(logAtMargin(y[i] * z[i]));
    }
    return sum.log();
  }

  @Override
  public final void logDerivative(
      double[] z, double[] y, int offset, int outputs, double[] sign, double[] logMagnitude) {
    for (int i = offset; i < offset + outputs; i++) {
      sign[i] = -y[i];
      logMagnitude[i] = logSteepness(y[i] * z[i]);
    }
  }

  /** Returns false: the margin is that of the pre-activation. */
  @Override
  public final boolean isOfOutputs() {
    return false;
  }

  /** Returns true: the labels are two classes. */
  @Override
  public final boolean classifies() {
    return true;
  }

  @Override
  public final double kappa(int outputs) {
    return 1;
  }

  @Override
  final void checkActivation(IActivation activation) {
    Entries.requireIdentity(this, activation);
  }

  @Override
  final void checkLabel(double y, int sample) {
    if (y != 1 && y != -1) {
      throw new IllegalArgumentException(
          this
              + " needs labels -1 and +1, but sample "
              + sample
              + " of the batch has label "
              + y
              + ". Turn labels 0 and 1 into 2 y - 1.");
    }
  }
}
