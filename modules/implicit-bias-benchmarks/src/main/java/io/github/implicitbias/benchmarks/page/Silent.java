package io.github.implicitbias.benchmarks.page;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;

/** A network without weights and outputs: only patterns are recorded. */
final class Silent implements NetworkView, TrainingSetup {

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
  public double[] outputPreActivations() {
    return null;
  }

  @Override
  public double[] lossDerivatives() {
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
    return 0.01;
  }

  @Override
  public double kappa() {
    return 1;
  }
}
