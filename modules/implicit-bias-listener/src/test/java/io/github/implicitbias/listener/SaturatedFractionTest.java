package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The share of outputs at a bound is that of a forward pass, and absent where there is none. */
class SaturatedFractionTest {

  @ParameterizedTest
  @EnumSource(names = {"TANH", "SIGMOID", "SOFTSIGN", "HARDTANH", "HARDSIGMOID", "RELU", "ELU"})
  void shareIsThatOfAForwardPass_orAbsentWithTheReason(Activation activation) {
    DataSet data = DataSet.merge(new Blobs(6, 3, 0.5, 1).balanced(20));
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0.1))
                .activation(activation)
                .list()
                .layer(new DenseLayer.Builder().nIn(6).nOut(9).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(9)
                        .nOut(3)
                        .build())
                .build());
    net.init();
    net.getLayer(0).getParam("W").muli(6);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).layers("layer0").build();
    net.addListeners(bias);
    for (int step = 0; step < 10; step++) {
      net.fit(data);
    }
    bias.close();
    Run run = bias.run();
    double said = run.value("saturatedFraction[layer0]", run.lastStep());
    INDArray outputs = net.feedForward(data.getFeatures()).get(1);
    boolean positive = activation == Activation.SIGMOID || activation == Activation.HARDSIGMOID;
    int saturated = 0;
    for (double output : outputs.data().asDouble()) {
      saturated += Math.abs(positive ? 2 * output - 1 : output) >= 0.98 ? 1 : 0;
    }
    if (activation == Activation.RELU || activation == Activation.ELU) {
      assertTrue(Absent.is(said));
      String reason = run.header().provenance().toString();
      assertTrue(reason.contains("has no two bounds"), reason);
    } else {
      assertEquals(saturated / (double) outputs.length(), said, 1e-12);
      assertTrue(activation == Activation.SOFTSIGN || said > 0.05, "nothing is saturated");
    }
  }
}
