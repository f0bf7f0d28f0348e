package io.github.implicitbias.nn.loss;

/** What {@link Losses#logistic} describes. */
final class LogisticLoss extends MarginLoss {

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
