package io.github.implicitbias.listener;

import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.IUpdater;

/** Finds the updaters of a network's layers. */
final class LearningRates {

  private LearningRates() {}

  /** Returns the position of the layer itself, or of the next before it that has parameters. */
  static int layerWithParameters(MultiLayerNetwork net, int index) {
    int layer = index;
    while (layer > 0 && net.getLayer(layer).numParams() == 0) {
      layer--;
    }
    return layer;
  }

  /** Returns the updater of a layer, null if it has none. */
  static IUpdater updater(MultiLayerNetwork net, int layer) {
    Layer configured = net.getLayerWiseConfigurations().getConf(layer).getLayer();
    Layer inner = NetworkPlan.unwrapped(configured);
    return inner == configured && inner instanceof BaseLayer
        ? ((BaseLayer) inner).getIUpdater()
        : null;
  }
}
