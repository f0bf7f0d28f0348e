package io.github.implicitbias.listener;

import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A second network on the same parameter memory, used in inference mode only, so that the trained
 * network never notices that somebody looked.
 */
final class ShadowNetwork {

  private final MultiLayerNetwork shadow;

  ShadowNetwork(MultiLayerNetwork net, INDArray parameters) {
    shadow = new MultiLayerNetwork(net.getLayerWiseConfigurations().clone());
    shadow.init(parameters, false);
  }

  /** Returns the input and the activations of all layers but the last, outside all workspaces. */
  List<INDArray> activations(INDArray input) {
    int layers = shadow.getnLayers();
    List<INDArray> activations =
        layers == 1 ? List.of(input) : shadow.feedForwardToLayer(layers - 2, input, false);
    shadow.clear();
    return activations;
  }
}
