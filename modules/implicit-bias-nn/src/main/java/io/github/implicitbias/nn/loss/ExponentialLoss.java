package io.github.implicitbias.nn.loss;

/** What {@link Losses#exponential} describes. */
final class ExponentialLoss extends MarginLoss {

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
