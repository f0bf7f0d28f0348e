package io.github.implicitbias.nn.loss;

/** What {@link Losses#meanSquare} describes. */
final class MeanSquareLoss extends EntrywiseLoss {

  private static final long serialVersionUID = 1L;

  @Override
  double loss(double f, double y) {
    return (f - y) * (f - y);
  }

  @Override
  double slope(double f, double y) {
    return 2 * (f - y);
  }

  @Override
  double bend(double f, double y) {
    return 2;
  }

  @Override
  public double kappa(int outputs) {
    return 2;
  }
}
