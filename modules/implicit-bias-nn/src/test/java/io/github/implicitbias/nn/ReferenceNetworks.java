package io.github.implicitbias.nn;

import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** The networks of the reference runs, at their start, in double. */
final class ReferenceNetworks {

  private ReferenceNetworks() {}

  /** Returns the network of s2a_traj.csv: twenty leaky units, twelve of them with a plus sign. */
  static MultiLayerNetwork leakyRelu(ILossFunction loss, double rate) {
    return network(
        rate,
        new DenseLayer.Builder()
            .nIn(60)
            .nOut(20)
            .hasBias(false)
            .activation(new ExactLeakyReLU(0.5))
            .weightInit(Weights.given(Fixture.matrix("s2a_W0.csv")))
            .build(),
        new FixedSignOutputLayer.Builder(loss).positive(12).nIn(20).nOut(1).build());
  }

  static MultiLayerNetwork network(double rate, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(rate))
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }
}
