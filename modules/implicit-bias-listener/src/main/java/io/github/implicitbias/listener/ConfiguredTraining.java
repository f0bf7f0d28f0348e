package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.TrainingSetup;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;

/** What a configuration says about training. */
final class ConfiguredTraining implements TrainingSetup {

  private final FullBatch fullBatch;
  private final DoubleSupplier learningRate;
  private final double kappa;
  private final boolean isPlainSgd;
  private final boolean isRegularized;
  private final boolean dividesByBatch;

  /**
   * Reads the configuration of a network.
   *
   * @param learningRate of the step that is being observed
   * @param kappa of the loss, see {@link TrainingSetup#kappa}
   */
  ConfiguredTraining(Network net, FullBatch fullBatch, DoubleSupplier learningRate, double kappa) {
    this.fullBatch = fullBatch;
    this.learningRate = learningRate;
    this.kappa = kappa;
    boolean plain = net.optimizer() == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT;
    boolean regularized = false;
    for (NetworkNode node : net.nodes()) {
      boolean trained = node.trainable() > 0;
      plain &= !trained || node.isLayer();
      List<Layer> layers = node.isLayer() ? LayerKinds.inside(node.layer()) : List.of();
      for (Layer layer : layers) {
        plain &= !trained || isPlainSgd(layer);
        regularized |= isNoisy(layer) || (trained && isRestrained(layer));
      }
    }
    this.isPlainSgd = plain;
    this.isRegularized = regularized;
    this.dividesByBatch = net.dividesByBatch();
  }

  private static boolean isPlainSgd(Layer layer) {
    if (layer.getGradientNormalization() != null
        && layer.getGradientNormalization() != GradientNormalization.None) {
      return false;
    }
    try {
      for (String key : layer.initializer().paramKeys(layer)) {
        if (!(layer.getUpdaterByParam(key) instanceof Sgd)) {
          return false;
        }
      }
      return true;
    } catch (UnsupportedOperationException e) {
      // Bidirectional layers, for example, do not say.
      return false;
    }
  }

  private static boolean isNoisy(Layer layer) {
    return layer.getIDropout() != null
        || (layer instanceof BaseLayer && ((BaseLayer) layer).getWeightNoise() != null);
  }

  private static boolean isRestrained(Layer layer) {
    if (layer.getConstraints() != null && !layer.getConstraints().isEmpty()) {
      return true;
    }
    for (String key : layer.initializer().paramKeys(layer)) {
      List<Regularization> of = layer.getRegularizationByParam(key);
      if (of != null && !of.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean isPlainSgd() {
    return isPlainSgd;
  }

  @Override
  public boolean isFullBatch() {
    return fullBatch.isTrue();
  }

  @Override
  public boolean isRegularized() {
    return isRegularized;
  }

  @Override
  public boolean dividesByBatch() {
    return dividesByBatch;
  }

  @Override
  public double learningRate() {
    return learningRate.getAsDouble();
  }

  @Override
  public double kappa() {
    return kappa;
  }
}
