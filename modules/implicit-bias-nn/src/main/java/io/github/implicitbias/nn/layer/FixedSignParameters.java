package io.github.implicitbias.nn.layer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes the weights of a {@link FixedSignOutputLayer}, whatever weight initializer the network's
 * defaults put into its configuration.
 */
final class FixedSignParameters extends DefaultParamInitializer {

  static final FixedSignParameters INSTANCE = new FixedSignParameters();

  private FixedSignParameters() {}

  @Override
  protected INDArray createWeightMatrix(
      NeuralNetConfiguration conf, INDArray weightParamView, boolean initializeParameters) {
    FixedSignOutputLayer layer = (FixedSignOutputLayer) conf.getLayer();
    if (initializeParameters) {
      weightParamView.assign(
          Nd4j.create(layer.values(), weightParamView.shape(), weightParamView.dataType()));
    }
    return weightParamView.reshape('f', layer.getNIn(), layer.getNOut());
  }
}
