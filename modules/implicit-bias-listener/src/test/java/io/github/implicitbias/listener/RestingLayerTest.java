package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A layer whose learning rate is 0 is no part of the trained parameters. */
class RestingLayerTest {

  private static MultiLayerNetwork network(IUpdater last) {
    return Stacks.network(
        DataType.DOUBLE,
        new Sgd(0.2),
        new DenseLayer.Builder().nIn(5).nOut(6).hasBias(false).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
            .nIn(6)
            .nOut(3)
            .hasBias(false)
            .updater(last)
            .activation(Activation.SOFTMAX)
            .build());
  }

  private static Run train(MultiLayerNetwork net, DataSet data) {
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).build();
    net.addListeners(bias);
    for (int step = 0; step < 5; step++) {
      net.fit(data);
    }
    bias.close();
    return bias.run();
  }

  @Test
  void normsAndMargins_areOfWhatIsTrained() {
    DataSet data = Stacks.classes(DataType.DOUBLE, 30, 5, 3, 7);
    MultiLayerNetwork resting = network(new Sgd(0));
    Run run = train(resting, data);
    double hidden = resting.getParam("0_W").norm2Number().doubleValue();
    assertEquals(hidden, run.latest("parameterNorm"), 1e-12 * hidden);
    double margin = run.latest("minMargin");
    assertEquals(
        margin / hidden, run.latest("normalizedMargin"), 1e-12 * Math.abs(margin / hidden));
    MultiLayerNetwork trained = network(new Sgd(0.2));
    double all = train(trained, data).latest("parameterNorm");
    double expected = trained.params().norm2Number().doubleValue();
    assertEquals(expected, all, 1e-12 * expected);
    assertFalse(Absent.is(all));
    assertTrue(all > trained.getParam("0_W").norm2Number().doubleValue());
  }
}
