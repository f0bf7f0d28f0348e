package io.github.implicitbias.listener;

import io.github.implicitbias.core.law.BatchOutput;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossHinge;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;

/**
 * How far two computations of the same losses and derivatives may be apart, one in the type of the
 * network and one in doubles. Where labels are fitted, both are made of differences of which hardly
 * a digit is right.
 */
final class OutputRounding {

  /** Units of rounding in a pre-activation, for sums of some thousand terms. */
  private static final double UNITS = 64;

  private final ILossFunction loss;
  private final double unit;
  private final boolean isProbability;
  private final double slopeBelow;

  OutputRounding(ILossFunction loss, IActivation activation, DataType type) {
    this.loss = loss;
    unit = UNITS * (type == DataType.DOUBLE ? 0x1p-53 : type == DataType.FLOAT ? 0x1p-24 : 0x1p-8);
    isProbability =
        activation instanceof ActivationSoftmax || activation instanceof ActivationSigmoid;
    slopeBelow = ActivationTable.slopeBelow(activation);
  }

  /**
   * Returns by how much the sum of the losses may be off.
   *
   * @param length of the arrays that counts
   * @param derivatives of the losses by the pre-activations; null if they are not known
   */
  double ofLosses(
      double[] z, double[] y, double @Nullable [] derivatives, int outputs, int length) {
    double factor = StockLosses.kappa(loss, outputs);
    double sum = 0;
    for (int k = 0; k < length; k++) {
      double off = unit * (Math.abs(z[k]) + Math.abs(y[k]));
      double slope = derivatives == null ? factor : Math.abs(derivatives[k]) + factor * off;
      sum += slope * off + (isProbability ? factor * unit * Math.abs(y[k]) : 0);
    }
    return sum;
  }

  /** Tells a law what it needs to know of the derivatives that it is shown. */
  void tell(BatchOutput into, double[] z, double[] y, int outputs, int samples) {
    into.differences(StockLosses.kappa(loss, outputs));
    boolean isAbsolute = loss.getClass() == LossMAE.class || loss.getClass() == LossL1.class;
    if (isAbsolute || loss.getClass() == LossHinge.class) {
      double sum = 0;
      for (int k = 0; k < into.rows() * outputs; k++) {
        double out = z[k] > 0 ? z[k] : slopeBelow * z[k];
        double distance = isAbsolute ? out - y[k] : 1 - y[k] * out;
        double terms = isAbsolute ? Math.abs(out) + Math.abs(y[k]) : 1 + Math.abs(y[k] * out);
        sum += Math.abs(distance) <= unit * terms ? 2 * Math.abs(z[k]) : 0;
      }
      // The derivative jumps there, and may be that of the other side.
      into.slope(into.slopeAlong(), sum / samples);
    }
  }
}
