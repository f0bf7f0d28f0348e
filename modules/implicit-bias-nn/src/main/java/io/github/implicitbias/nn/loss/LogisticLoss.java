package io.github.implicitbias.nn.loss;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * The logistic loss of the margin q = y f, for labels -1 and +1, at any margin.
 *
 * <p>l(q) = log(1 + e^-q) and dl/df = -y / (1 + e^q), summed over the outputs. Both are evaluated
 * through e^-|q|, which never overflows: value and derivative keep a relative error below 1e-15
 * while |q| is at most 700, and go to 0 or stay linear beyond. In a network of type float they are
 * computed in double and rounded once.
 *
 * <p>Labels and outputs have shape [samples, outputs]; masks may have shape [samples, 1] or that of
 * the outputs. The output layer must use the identity activation, since the loss takes the margin
 * from its pre-activation.
 *
 * <p>Throws {@link IllegalArgumentException} if the activation is another one, if a label that is
 * not masked is neither -1 nor +1, or if the shapes do not fit. Cost: O(samples x outputs).
 *
 * <p>This is the loss of Frei, Vardi, Bartlett, Srebro and Hu (arXiv 2210.07082) for classification
 * with a fixed output layer.
 */
public final class LogisticLoss extends EntrywiseLoss {

  private static final long serialVersionUID = 1L;

  @Override
  double loss(double f, double y) {
    double q = y * f;
    double log1p = Math.log1p(Math.exp(-Math.abs(q)));
    return q > 0 ? log1p : log1p - q;
  }

  @Override
  double slope(double f, double y) {
    double q = y * f;
    double e = Math.exp(-Math.abs(q));
    return -y * (q > 0 ? e : 1) / (1 + e);
  }

  @Override
  public double kappa(int outputs) {
    return 1;
  }

  @Override
  void checkActivation(IActivation activation) {
    if (!(activation instanceof ActivationIdentity)) {
      throw new IllegalArgumentException(
          "LogisticLoss takes the margin from the pre-activation of the output layer, whose"
              + " activation is "
              + activation
              + ". Set activation(Activation.IDENTITY) on that layer.");
    }
  }

  @Override
  void checkLabel(double y, int sample) {
    if (y != 1 && y != -1) {
      throw new IllegalArgumentException(
          "LogisticLoss needs labels -1 and +1, but sample "
              + sample
              + " of the batch has label "
              + y
              + ". Turn labels 0 and 1 into 2 y - 1.");
    }
  }
}
