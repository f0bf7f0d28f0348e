package io.github.implicitbias.nn.loss;

/** What {@link Losses#halfMeanSquare} describes. */
final class HalfMeanSquareLoss extends EntrywiseLoss {

  private static final long serialVersionUID = 1L;

  @Override
  double loss(double f, double y) {
    return 0.5 * (f - y) * (f - y);
  }

  @Override
  double slope(double f, double y) {
    return f - y;
  }

  @Override
  double bend(double f, double y) {
    return 1;
  }

  @Override
  public double kappa(int outputs) {
    return 1;
  }
}
