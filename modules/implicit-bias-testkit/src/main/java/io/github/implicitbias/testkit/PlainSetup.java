package io.github.implicitbias.testkit;

import io.github.implicitbias.core.network.TrainingSetup;
import org.jspecify.annotations.Nullable;

/** How a {@link PlainStack} is trained, or pretends to be. */
final class PlainSetup implements TrainingSetup {

  private final double kappa;
  double learningRate;
  private boolean plainSgd = true;
  private boolean momentumSgd = true;
  private double momentum;
  private double l2;
  boolean oneRate = true;
  boolean fullBatch = true;
  private boolean regularized;
  boolean dividing = true;
  @Nullable String otherMover;

  PlainSetup(double learningRate, double kappa) {
    this.learningRate = learningRate;
    this.kappa = kappa;
  }

  /** Says that training is by Nesterov's method with an l2 penalty, as far as they are not 0. */
  void train(double ofVelocity, double lambda) {
    momentum = ofVelocity;
    plainSgd = ofVelocity == 0;
    momentumSgd = true;
    l2 = lambda;
    regularized = lambda != 0;
  }

  /** Says that training is by plain SGD, or by an updater that is not known. */
  void pretend(boolean plain) {
    plainSgd = plain;
    momentumSgd = plain;
    momentum = 0;
  }

  /** Says that there is some regularization that is not known, or none. */
  void restrain(boolean some) {
    regularized = some;
    l2 = some ? Double.NaN : 0;
  }

  @Override
  public boolean isMomentumSgd() {
    return momentumSgd;
  }

  @Override
  public double momentum() {
    return momentum;
  }

  @Override
  public double l2() {
    return l2;
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
