package io.github.implicitbias.nn.loss;

/**
 * The exponential loss of the margin q = y f, for labels -1 and +1.
 *
 * <p>l(q) = e^-q and dl/df = -y e^-q, summed over the outputs, with a relative error below 1e-15
 * while |q| is at most 700. For q below -709.78 they are larger than any double and become
 * infinite, for q above 745.13 they are 0; a finite margin never gives NaN. In a network of type
 * float they are computed in double and rounded once, so the gradient and the score of a single
 * sample are infinite for q below -88.72 and 0 for q above 103.97, while the score of a batch is a
 * double and keeps the range of one. The logarithms are exactly -q at every margin: {@link LogOf}
 * this loss neither overflows nor underflows.
 *
 * <p>Labels and outputs have shape [samples, outputs]; masks may have shape [samples, 1] or that of
 * the outputs. The output layer must use the identity activation, since the loss takes the margin
 * from its pre-activation.
 *
 * <p>Throws {@link IllegalArgumentException} if the activation is another one, if a label that is
 * not masked is neither -1 nor +1, or if the shapes do not fit. Cost: O(samples x outputs).
 *
 * <p>At large margins the logistic loss approaches it: the ratio of the two goes to 1.
 */
public final class ExponentialLoss extends MarginLoss {

  private static final long serialVersionUID = 1L;

  @Override
  double atMargin(double q) {
    return Math.exp(-q);
  }

  @Override
  double steepness(double q) {
    return Math.exp(-q);
  }

  @Override
  double bendAtMargin(double q) {
    return Math.exp(-q);
  }

  @Override
  double logAtMargin(double q) {
    return -q;
  }

  @Override
  double logSteepness(double q) {
    return -q;
  }
}
