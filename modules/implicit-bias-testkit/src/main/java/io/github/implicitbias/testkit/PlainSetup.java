package io.github.implicitbias.testkit;

import io.github.implicitbias.core.network.TrainingSetup;
import org.jspecify.annotations.Nullable;

/** How a {@link PlainStack} is trained, or pretends to be. */
final class PlainSetup implements TrainingSetup {

  private final double kappa;
  double learningRate;
  boolean plainSgd = true;
  boolean oneRate = true;
  boolean fullBatch = true;
  boolean regularized;
  boolean dividing = true;
  @Nullable String otherMover;

  PlainSetup(double learningRate, double kappa) {
    this.learningRate = learningRate;
    this.kappa = kappa;
  }

  @Override
  public boolean isPlainSgd() {
    return plainSgd;
  }

  @Override
  public boolean hasOneLearningRate() {
    return oneRate;
  }

  @Override
  public boolean isFullBatch() {
    return fullBatch;
  }

  @Override
  public @Nullable String otherMover() {
    return otherMover;
  }

  @Override
  public boolean isRegularized() {
    return regularized;
  }

  @Override
  public boolean dividesByBatch() {
    return dividing;
  }

  @Override
  public double learningRate() {
    return learningRate;
  }

  @Override
  public double kappa() {
    return kappa;
  }
}
