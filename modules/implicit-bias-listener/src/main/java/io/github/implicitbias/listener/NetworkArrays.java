package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;

/** The plain arrays through which metrics see a network of DL4J. */
final class NetworkArrays implements NetworkView, TrainingSetup {

  private final OutputHead head;

  /** Makes the view; {@code head} is null if the output layer is of a kind not known. */
  NetworkArrays(OutputHead head) {
    this.head = head;
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
    throw new IndexOutOfBoundsException("layer " + number + " of 0");
  }

  @Override
  public int outputs() {
    return head == null ? 0 : head.outputs();
  }

  @Override
  public double[] outputPreActivations() {
    return head == null ? null : head.preActivations();
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
    return false;
  }

  @Override
  public boolean isFullBatch() {
    return false;
  }

  @Override
  public boolean isRegularized() {
    return true;
  }

  @Override
  public boolean dividesByBatch() {
    return true;
  }

  @Override
  public double learningRate() {
    return Double.NaN;
  }

  @Override
  public double kappa() {
    return head == null ? 1 : head.kappa();
  }
}
