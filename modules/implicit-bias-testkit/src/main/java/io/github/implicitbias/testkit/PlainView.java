package io.github.implicitbias.testkit;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link PlainStack} as metrics see it. */
final class PlainView implements NetworkView {

  private final List<PlainLayer> layers;
  private final PerSampleLoss loss;
  private final double[] labels;
  private final int samples;
  private final double[] lossDerivatives;
  private final TrainingSetup setup;

  PlainView(
      List<PlainLayer> layers,
      PerSampleLoss loss,
      double[] labels,
      int samples,
      double[] lossDerivatives,
      TrainingSetup setup) {
    this.layers = layers;
    this.loss = loss;
    this.labels = labels;
    this.samples = samples;
    this.lossDerivatives = lossDerivatives;
    this.setup = setup;
  }

  private PlainLayer last() {
    return layers.get(layers.size() - 1);
  }

  @Override
  public boolean isStack() {
    return true;
  }

  @Override
  public int layers() {
    return layers.size();
  }

  @Override
  public WeightLayer layer(int number) {
    return layers.get(number);
  }

  @Override
  public int outputs() {
    return last().units;
  }

  @Override
  public double[] outputPreActivations() {
    return last().z;
  }

  @Override
  public double[] lossDerivatives() {
    return lossDerivatives;
  }

  @Override
  public boolean lossCurvature(double[] direction, double[] into) {
    PlainLayer last = last();
    double[] sloped = direction.clone();
    for (int k = 0; k < sloped.length; k++) {
      sloped[k] *= last.derivative(last.z[k]);
    }
    boolean known = loss.curvatureOfBatch(last.out, labels, samples, outputs(), sloped, into);
    for (int k = 0; k < sloped.length && known; k++) {
      into[k] *= last.derivative(last.z[k]);
    }
    return known;
  }

  @Override
  public @Nullable String lossKind() {
    return loss.kind();
  }

  @Override
  public boolean classifies() {
    return loss.classifies();
  }

  @Override
  public TrainingSetup training() {
    return setup;
  }
}
