package io.github.implicitbias.nn.loss;

import io.github.implicitbias.core.loss.PerSampleLoss;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A loss that is a sum over the outputs of a function of one output and its label.
 *
 * <p>With f = activation(z), a sample costs sum_k m_k l(f_k, y_k), where m is the mask (1 without
 * one). The gradient with respect to z is that of exactly this sum, by the backward pass of the
 * activation, except that it is 0 where the mask is 0: there Deeplearning4j's output layers replace
 * z by 0 before the loss sees it. Entries with mask 0 are not evaluated, so padding may hold
 * anything.
 *
 * <p>The arithmetic is done in Java, in double, on arrays that are read once: one ND4J operation
 * costs as much as the whole kernel on a few hundred samples, and the result does not depend on the
 * backend.
 */
abstract class EntrywiseLoss implements ILossFunction, PerSampleLoss {

  private static final long serialVersionUID = 1L;

  /** Returns l(f, y). */
  abstract double loss(double f, double y);

  /** Returns dl/df. */
  abstract double slope(double f, double y);

  /** Returns d^2 l/df^2. */
  abstract double bend(double f, double y);

  /** Throws if this loss cannot be used behind {@code activation}. */
  void checkActivation(IActivation activation) {}

  /** Throws if {@code y} is not a label this loss understands. */
  void checkLabel(double y, int sample) {}

  @Override
  public final double value(double[] z, double[] y, int offset, int outputs) {
    double sum = 0;
    for (int i = offset; i < offset + outputs; i++) {
      sum += loss(z[i], y[i]);
    }
    return sum;
  }

  @Override
  public final void derivative(
      double[] z, double[] y, int offset, int outputs, double[] derivative) {
    for (int i = offset; i < offset + outputs; i++) {
      derivative[i] = slope(z[i], y[i]);
    }
  }

  @Override
  public final boolean curvature(
      double[] z, double[] y, int offset, int outputs, double[] direction, double[] into) {
    for (int i = offset; i < offset + outputs; i++) {
      into[i] = bend(z[i], y[i]) * direction[i];
    }
    return true;
  }

  @Override
  public boolean isOfOutputs() {
    return true;
  }

  @Override
  public final double computeScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      @Nullable INDArray mask,
      boolean average) {
    double sum = 0;
    for (double sample : perSample(labels, preOutput, activationFn, mask)) {
      sum += sample;
    }
    return average ? sum / preOutput.size(0) : sum;
  }

  @Override
  public final INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    double[] perSample = perSample(labels, preOutput, activationFn, mask);
    return Nd4j.create(perSample, new long[] {perSample.length, 1}, preOutput.dataType());
  }

  @Override
  public final INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    Entries entries = read(labels, preOutput, activationFn, mask);
    double[] slopes = new double[entries.size()];
    for (int i = 0; i < slopes.length; i++) {
      if (entries.weight(i) != 0) {
        checkLabel(entries.y[i], entries.sample(i));
        slopes[i] = slope(entries.f[i], entries.y[i]) * entries.weight(i);
      }
    }
    INDArray byOutput = Nd4j.create(slopes, preOutput.shape(), preOutput.dataType());
    if (activationFn instanceof ActivationIdentity) {
      return byOutput;
    }
    INDArray gradient = activationFn.backprop(preOutput, byOutput).getFirst();
    if (entries.masked()) {
      // An activation that mixes outputs (softmax) also passes gradient to masked ones.
      double[] kept = new double[entries.size()];
      for (int i = 0; i < kept.length; i++) {
        kept[i] = entries.weight(i) == 0 ? 0 : 1;
      }
      gradient.muli(Nd4j.create(kept, preOutput.shape(), preOutput.dataType()));
    }
    return gradient;
  }

  @Override
  public final Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      @Nullable INDArray mask,
      boolean average) {
    // The score comes first: the backward pass of some activations overwrites preOutput.
    double score = computeScore(labels, preOutput, activationFn, mask, average);
    return Pair.of(score, computeGradient(labels, preOutput, activationFn, mask));
  }

  @Override
  public final String name() {
    return toString();
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public final int hashCode() {
    return getClass().getName().hashCode();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "()";
  }

  private double[] perSample(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    Entries entries = read(labels, preOutput, activationFn, mask);
    double[] perSample = new double[entries.samples];
    for (int i = 0; i < entries.size(); i++) {
      if (entries.weight(i) != 0) {
        checkLabel(entries.y[i], entries.sample(i));
        perSample[entries.sample(i)] += loss(entries.f[i], entries.y[i]) * entries.weight(i);
      }
    }
    return perSample;
  }

  private Entries read(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    checkActivation(activationFn);
    return Entries.read(this, labels, preOutput, activationFn, mask);
  }
}
