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

/**
 * What a configuration says about training, read from it whenever somebody asks: learning rates and
 * updaters may be exchanged while a network trains.
 */
final class ConfiguredTraining implements TrainingSetup {

  private final Network net;
  private final FullBatch fullBatch;
  private final DoubleSupplier learningRate;
  private final double kappa;

  /**
   * Makes the view.
   *
   * @param learningRate of the step that is being observed
   * @param kappa of the loss, see {@link TrainingSetup#kappa}
   */
  ConfiguredTraining(Network net, FullBatch fullBatch, DoubleSupplier learningRate, double kappa) {
    this.net = net;
    this.fullBatch = fullBatch;
    this.learningRate = learningRate;
    this.kappa = kappa;
  }

  @Override
  public boolean isPlainSgd() {
    if (net.optimizer() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      return false;
    }
    List<NetworkNode> nodes = net.nodes();
    for (int k = 0; k < nodes.size(); k++) {
      NetworkNode node = nodes.get(k);
      if (node.trainable() > 0 && !(node.isLayer() && isPlainSgd(node.layer()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlainSgd(Layer layer) {
    if (layer.getGradientNormalization() != null
        && layer.getGradientNormalization() != GradientNormalization.None) {
      return false;
    }
    List<String> keys = layer.initializer().paramKeys(layer);
    for (int k = 0; k < keys.size(); k++) {
      if (!(layer.getUpdaterByParam(keys.get(k)) instanceof Sgd)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean isFullBatch() {
    return fullBatch.isTrue();
  }

  @Override
  public boolean isRegularized() {
    List<NetworkNode> nodes = net.nodes();
    for (int k = 0; k < nodes.size(); k++) {
      NetworkNode node = nodes.get(k);
      if (node.isLayer() && (isNoisy(node.layer()) || isRestrained(node))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNoisy(Layer layer) {
    return layer.getIDropout() != null
        || (layer instanceof BaseLayer && ((BaseLayer) layer).getWeightNoise() != null);
  }

  private static boolean isRestrained(NetworkNode node) {
    if (node.trainable() == 0) {
      return false;
    }
    Layer layer = node.layer();
    if (layer.getConstraints() != null && !layer.getConstraints().isEmpty()) {
      return true;
    }
    List<String> keys = layer.initializer().paramKeys(layer);
    for (int k = 0; k < keys.size(); k++) {
      List<Regularization> of = layer.getRegularizationByParam(keys.get(k));
      if (of != null && !of.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean dividesByBatch() {
    return net.dividesByBatch();
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
