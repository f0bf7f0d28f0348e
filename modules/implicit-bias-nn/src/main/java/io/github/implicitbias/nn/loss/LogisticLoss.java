package io.github.implicitbias.nn.loss;

/**
 * The logistic loss of the margin q = y f, for labels -1 and +1, at any margin.
 *
 * <p>l(q) = log(1 + e^-q) and dl/df = -y / (1 + e^q), summed over the outputs. Both are evaluated
 * through e^-|q|, which never overflows: value and derivative keep a relative error below 1e-15
 * while |q| is at most 700, and go to 0 or stay linear beyond. In a network of type float they are
 * computed in double and rounded once.
 *
 * <p>Their logarithms are finite at every finite margin, where the loss underflows, too: log l(q)
 * has an error below 4e-16 max(1, |log l(q)|), log |dl/df| a relative one below 4e-16 while q is
 * above -700. {@link LogOf} uses them.
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
public final class LogisticLoss extends MarginLoss {

  private static final long serialVersionUID = 1L;

  /** Beyond this margin log l(q) = -q - e^-q/2 + ... is -q in double. */
  private static final double LINEAR = 40;

  @Override
  double atMargin(double q) {
    double log1p = Math.log1p(Math.exp(-Math.abs(q)));
    return q > 0 ? log1p : log1p - q;
  }

  @Override
  double steepness(double q) {
    double e = Math.exp(-Math.abs(q));
    return (q > 0 ? e : 1) / (1 + e);
  }

  @Override
  double bendAtMargin(double q) {
    return steepness(q) * steepness(-q);
  }

  @Override
  double logAtMargin(double q) {
    return q > LINEAR ? -q : Math.log(atMargin(q));
  }

  @Override
  double logSteepness(double q) {
    double log1p = Math.log1p(Math.exp(-Math.abs(q)));
    return q > 0 ? -q - log1p : -log1p;
  }
}
