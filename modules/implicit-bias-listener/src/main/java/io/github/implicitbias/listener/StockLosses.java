package io.github.implicitbias.listener;

import io.github.implicitbias.core.loss.BatchLoss;
import io.github.implicitbias.core.loss.PerSampleLoss;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossHinge;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossSquaredHinge;

/**
 * The losses that can be evaluated on plain arrays, those of DL4J among them.
 *
 * <p>Their derivatives are the gradients that DL4J descends on, where they are not those of its
 * score, too: the cross entropies clip probabilities in the score, the one after softmax not in the
 * gradient, which also takes labels to add up to 1.
 */
final class StockLosses {

  private StockLosses() {}

  /**
   * Returns the loss as a function of the output layer's pre-activations, or null if the
   * combination is not known here and DL4J itself has to be asked.
   */
  static @Nullable BatchLoss of(ILossFunction loss, IActivation activation) {
    if (activation instanceof ActivationIdentity) {
      return loss instanceof BatchLoss ? (BatchLoss) loss : ofOutputs(loss);
    }
    if (activation instanceof ActivationSoftmax
        && loss instanceof LossMCXENT
        && ((LossMCXENT) loss).getWeights() == null) {
      return new SoftmaxCrossEntropy(((LossMCXENT) loss).getSoftmaxClipEps());
    }
    if (activation instanceof ActivationSigmoid
        && loss.getClass() == LossBinaryXENT.class
        && ((LossBinaryXENT) loss).getWeights() == null) {
      return new SigmoidCrossEntropy(((LossBinaryXENT) loss).getClipEps());
    }
    PerSampleLoss ofOutputs = ofOutputs(loss);
    boolean piecewiseLinear = !Double.isNaN(ActivationTable.slopeBelow(activation));
    return ofOutputs != null && piecewiseLinear ? new BehindKink(ofOutputs, activation) : null;
  }

  /** Returns the loss as a function of the outputs, null if it is not known as one. */
  private static @Nullable PerSampleLoss ofOutputs(ILossFunction loss) {
    if (loss instanceof PerSampleLoss) {
      return ((PerSampleLoss) loss).isOfOutputs() ? (PerSampleLoss) loss : null;
    }
    if (loss.getClass() == LossMSE.class && ((LossMSE) loss).getWeights() == null) {
      return new SquaredError(true);
    }
    if (loss.getClass() == LossL2.class && ((LossL2) loss).getWeights() == null) {
      return new SquaredError(false);
    }
    if (loss.getClass() == LossMAE.class && ((LossMAE) loss).getWeights() == null) {
      return new AbsoluteError(true);
    }
    if (loss.getClass() == LossL1.class && ((LossL1) loss).getWeights() == null) {
      return new AbsoluteError(false);
    }
    if (loss.getClass() == LossHinge.class || loss.getClass() == LossSquaredHinge.class) {
      return new Hinge(loss.getClass() == LossSquaredHinge.class);
    }
    return null;
  }

  /** Returns kappa of a loss, whatever its activation. */
  static double kappa(ILossFunction loss, int outputs) {
    if (loss instanceof BatchLoss) {
      return ((BatchLoss) loss).kappa(outputs);
    }
    if (loss.getClass() == LossMSE.class) {
      return 2.0 / outputs;
    }
    return loss.getClass() == LossL2.class ? 2 : 1;
  }

  /** Sum of squared residuals, or their mean over the outputs. */
  private static final class SquaredError implements PerSampleLoss {
    private final boolean mean;

    SquaredError(boolean mean) {
      this.mean = mean;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        double r = z[k] - y[k];
        sum += r * r;
      }
      return mean ? sum / outputs : sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      double scale = mean ? 2.0 / outputs : 2;
      for (int k = offset; k < offset + outputs; k++) {
        derivative[k] = scale * (z[k] - y[k]);
      }
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      double scale = mean ? 2.0 / outputs : 2;
      for (int k = offset; k < offset + outputs; k++) {
        into[k] = scale * direction[k];
      }
      return true;
    }

    @Override
    public double kappa(int outputs) {
      return mean ? 2.0 / outputs : 2;
    }
  }

  /** Cross entropy after softmax, probabilities clipped as DL4J clips them. */
  private static final class SoftmaxCrossEntropy implements PerSampleLoss {
    private final double lowest;
    private final double highest;

    SoftmaxCrossEntropy(double clip) {
      lowest = clip > 0 ? Math.log(clip) : Double.NEGATIVE_INFINITY;
      highest = clip > 0 ? Math.log1p(-clip) : Double.POSITIVE_INFINITY;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double max = max(z, offset, outputs);
      double total = 0;
      for (int k = offset; k < offset + outputs; k++) {
        total += Math.exp(z[k] - max);
      }
      return value(z, y, offset, outputs, max, total);
    }

    private double value(
        double[] z, double[] y, int offset, int outputs, double max, double total) {
      double logOfTotal = Math.log(total);
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        if (y[k] != 0) {
          double logP = z[k] - max - logOfTotal;
          sum -= y[k] * Math.min(Math.max(logP, lowest), highest);
        }
      }
      return sum;
    }

    private static double max(double[] z, int offset, int outputs) {
      double max = z[offset];
      for (int k = offset + 1; k < offset + outputs; k++) {
        max = Math.max(max, z[k]);
      }
      return max;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      derivative(z, y, offset, outputs, derivative, max(z, offset, outputs));
    }

    /** Writes the derivative; returns the sum of the exponentials. */
    private static double derivative(
        double[] z, double[] y, int offset, int outputs, double[] derivative, double max) {
      double total = 0;
      for (int k = offset; k < offset + outputs; k++) {
        derivative[k] = Math.exp(z[k] - max);
        total += derivative[k];
      }
      for (int k = offset; k < offset + outputs; k++) {
        derivative[k] = derivative[k] / total - y[k];
      }
      return total;
    }

    @Override
    public double valueAndDerivative(
        double[] z, double[] y, int offset, int outputs, double[] derivative) {
      double max = max(z, offset, outputs);
      double total = derivative(z, y, offset, outputs, derivative, max);
      return value(z, y, offset, outputs, max, total);
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      double max = max(z, offset, outputs);
      double total = 0;
      double mean = 0;
      for (int k = offset; k < offset + outputs; k++) {
        into[k] = Math.exp(z[k] - max);
        total += into[k];
        mean += into[k] * direction[k];
      }
      for (int k = offset; k < offset + outputs; k++) {
        into[k] = into[k] / total * (direction[k] - mean / total);
      }
      return true;
    }

    @Override
    public double kappa(int outputs) {
      return 1;
    }
  }

  /** Binary cross entropy after sigmoid, probabilities clipped as DL4J clips them. */
  private static final class SigmoidCrossEntropy implements PerSampleLoss {
    private final double clip;

    SigmoidCrossEntropy(double clip) {
      this.clip = clip;
    }

    private double logProbability(double z) {
      double logP = -(Math.max(-z, 0) + Math.log1p(Math.exp(-Math.abs(z))));
      return clip > 0 ? Math.min(Math.max(logP, Math.log(clip)), Math.log1p(-clip)) : logP;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum -= y[k] == 0 ? 0 : y[k] * logProbability(z[k]);
        sum -= y[k] == 1 ? 0 : (1 - y[k]) * logProbability(-z[k]);
      }
      return sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      for (int k = offset; k < offset + outputs; k++) {
        double e = Math.exp(-Math.abs(z[k]));
        double p = (z[k] < 0 ? e : 1) / (1 + e);
        double other = (z[k] < 0 ? 1 : e) / (1 + e);
        if (Math.min(p, other) < clip) {
          double clipped = p < other ? clip : 1 - clip;
          derivative[k] = (clipped - y[k]) * p * other / (clipped * (1 - clipped));
        } else {
          derivative[k] = (1 - y[k]) * p - y[k] * other;
        }
      }
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      for (int k = offset; k < offset + outputs; k++) {
        double e = Math.exp(-Math.abs(z[k]));
        double p = (z[k] < 0 ? e : 1) / (1 + e);
        double other = (z[k] < 0 ? 1 : e) / (1 + e);
        double bend = p * other;
        if (Math.min(p, other) < clip) {
          double clipped = p < other ? clip : 1 - clip;
          bend *= (clipped - y[k]) * (other - p) / (clipped * (1 - clipped));
        }
        into[k] = bend * direction[k];
      }
      return true;
    }

    @Override
    public double kappa(int outputs) {
      return 1;
    }
  }

  /** Sum of the magnitudes of residuals, or their mean over the outputs. */
  private static final class AbsoluteError implements PerSampleLoss {
    private final boolean mean;

    AbsoluteError(boolean mean) {
      this.mean = mean;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += Math.abs(z[k] - y[k]);
      }
      return mean ? sum / outputs : sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      for (int k = offset; k < offset + outputs; k++) {
        derivative[k] = Math.signum(z[k] - y[k]) / (mean ? outputs : 1);
      }
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      Arrays.fill(into, offset, offset + outputs, 0);
      return true;
    }

    @Override
    public double kappa(int outputs) {
      return 1;
    }
  }

  /** Sum over the outputs of max(0, 1 - y z), or of its squares. */
  private static final class Hinge implements PerSampleLoss {
    private final boolean squared;

    Hinge(boolean squared) {
      this.squared = squared;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        double missing = Math.max(0, 1 - y[k] * z[k]);
        sum += squared ? missing * missing : missing;
      }
      return sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      for (int k = offset; k < offset + outputs; k++) {
        double missing = Math.max(0, 1 - y[k] * z[k]);
        derivative[k] = -y[k] * (squared ? 2 * missing : Math.signum(missing));
      }
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      for (int k = offset; k < offset + outputs; k++) {
        boolean bent = squared && y[k] * z[k] < 1;
        into[k] = bent ? 2 * y[k] * y[k] * direction[k] : 0;
      }
      return true;
    }

    @Override
    public double kappa(int outputs) {
      return 1;
    }
  }

  /** A loss of the outputs behind a rectifier, leaky or not. Keeps arrays: for one thread. */
  private static final class BehindKink implements PerSampleLoss {
    private final PerSampleLoss loss;
    private final double below;
    private final double atZero;
    private double[] outputValues = {};
    private double[] slopedDirection = {};

    BehindKink(PerSampleLoss loss, IActivation activation) {
      this.loss = loss;
      this.below = ActivationTable.slopeBelow(activation);
      this.atZero = ActivationTable.slopeAtZero(activation);
    }

    private double slope(double z) {
      return z > 0 ? 1 : z == 0 ? atZero : below;
    }

    private double[] activated(double[] z, int offset, int outputs) {
      if (outputValues.length < z.length) {
        outputValues = new double[z.length];
      }
      for (int k = offset; k < offset + outputs; k++) {
        outputValues[k] = z[k] > 0 ? z[k] : below * z[k];
      }
      return outputValues;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      return loss.value(activated(z, offset, outputs), y, offset, outputs);
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      loss.derivative(activated(z, offset, outputs), y, offset, outputs, derivative);
      for (int k = offset; k < offset + outputs; k++) {
        derivative[k] *= slope(z[k]);
      }
    }

    @Override
    public boolean curvature(
        double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
      if (slopedDirection.length < z.length) {
        slopedDirection = new double[z.length];
      }
      for (int k = offset; k < offset + outputs; k++) {
        slopedDirection[k] = slope(z[k]) * direction[k];
      }
      double[] f = activated(z, offset, outputs);
      boolean known = loss.curvature(f, y, offset, outputs, slopedDirection, into);
      for (int k = offset; k < offset + outputs && known; k++) {
        into[k] *= slope(z[k]);
      }
      return known;
    }

    @Override
    public double kappa(int outputs) {
      return loss.kappa(outputs);
    }
  }
}
