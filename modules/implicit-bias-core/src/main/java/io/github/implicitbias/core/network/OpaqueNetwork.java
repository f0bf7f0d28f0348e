package io.github.implicitbias.core.network;

import org.jspecify.annotations.Nullable;

/**
 * A network of which nothing is known but its activation patterns: no weights, no outputs. It is
 * trained by plain gradient descent on the whole probe.
 */
final class OpaqueNetwork implements NetworkView, TrainingSetup {

  private final double kappa;

  /**
   * Makes the view.
   *
   * @param kappa trained loss divided by half the mean square residual, see {@link
   *     TrainingSetup#kappa}
   */
  OpaqueNetwork(double kappa) {
    this.kappa = kappa;
  }

  @Override
  public boolean isStack() {
    return false;
  }

  @Override
  public int layers() {
    return 0;
  }

  @Override
  public WeightLayer layer(int number) {
    throw new IndexOutOfBoundsException();
  }

  @Override
  public int outputs() {
    return 0;
  }

  @Override
  public double @Nullable [] outputPreActivations() {
    return null;
  }

  @Override
  public double @Nullable [] lossDerivatives() {
    return null;
  }

  @Override
  public TrainingSetup training() {
    return this;
  }

  @Override
  public boolean isPlainSgd() {
    return true;
  }

  @Override
  public boolean isFullBatch() {
    return true;
  }

  @Override
  public boolean isRegularized() {
    return false;
  }

  @Override
  public boolean dividesByBatch() {
    return true;
  }

  @Override
  public double learningRate() {
    return 0.1;
  }

  @Override
  public double kappa() {
    return kappa;
  }
}
