package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.network.WeightLayer;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What metrics see of kernels and of input weights is one matrix, a row per channel or unit. */
class MatrixArraysTest extends ArraysOfNetworks {

  @Test
  void kernelsOfConvolutions_areRowsOfChannels() {
    INDArray images = uniform(6, 2, 5, 4);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new ConvolutionLayer.Builder(3, 2)
                        .nOut(4)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(
                    new Deconvolution2D.Builder(2, 2).nOut(3).activation(Activation.RELU).build())
                .layer(softmax(0, 3))
                .setInputType(InputType.convolutional(5, 4, 2))
                .build());
    net.init();
    DataSet data = new DataSet(images, Stacks.classes(DataType.DOUBLE, 6, 2, 3, 1).getLabels());
    Viewed[] viewed = new Viewed[1];
    viewed[0] =
        new Viewed(
            net,
            probe(data),
            List.of("layer0", "layer1"),
            step -> {
              NetworkArrays view = viewed[0].view;
              assertFalse(view.isStack());
              assertEquals(3, view.layers());
              WeightLayer convolution = view.layer(0);
              assertEquals(4, convolution.units());
              assertEquals(2 * 3 * 2, convolution.inputs());
              INDArray output = view.activations().outputOf(viewed[0].network.nodes().get(0));
              for (int channel = 0; channel < 4; channel++) {
                double sum = convolution.biases()[channel];
                for (int k = 0; k < 12; k++) {
                  double pixel = images.getDouble(1, k / 6, 1 + k / 2 % 3, 2 + k % 2);
                  sum += convolution.weights()[channel * 12 + k] * pixel;
                }
                assertEquals(output.getDouble(1, channel, 1, 2), sum, 1e-13);
              }
              WeightLayer back = view.layer(1);
              assertEquals(3, back.units());
              assertEquals(4 * 2 * 2, back.inputs());
              INDArray w = net.getParam("1_W");
              for (int k = 0; k < 48; k++) {
                double expected = w.getDouble(k % 16 / 4, k / 16, k % 4 / 2, k % 2);
                assertEquals(expected, back.weights()[k]);
              }
              assertNull(convolution.inputActivations());
              assertNull(convolution.outputActivations());
              assertNull(back.outputActivations());
              WeightLayer out = view.layer(2);
              assertClose(linearOutputs(out), view.outputPreActivations(), 1e-13);
            });
    net.addListeners(viewed[0]);
    net.fit(data);
    net.fit(data);
    assertEquals(2, viewed[0].looks());
  }

  /** Returns numbers from -1 to 1, without touching ND4J's random numbers. */
  private static INDArray uniform(long... shape) {
    int length = 1;
    for (long axis : shape) {
      length *= (int) axis;
    }
    double[] values = new SplittableRandom(17).doubles(length, -1, 1).toArray();
    return Nd4j.createFromArray(values).reshape(shape);
  }

  @Test
  void inputWeightsOfRecurrentLayers_areRowsOfUnits() {
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            new SimpleRnn.Builder().nIn(3).nOut(4).activation(Activation.RELU).build(),
            new LSTM.Builder().nIn(4).nOut(2).activation(Activation.TANH).build(),
            new RnnOutputLayer.Builder(LossFunction.MSE)
                .nIn(2)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build());
    INDArray features = uniform(6, 3, 5);
    Viewed[] viewed = new Viewed[1];
    viewed[0] =
        new Viewed(
            net,
            Viewed.probe(features, uniform(6, 1, 5)),
            List.of("layer0"),
            step -> {
              NetworkArrays view = viewed[0].view;
              assertFalse(view.isStack());
              assertEquals(3, view.layers());
              int[] units = {4, 8, 1};
              for (int l = 0; l < 3; l++) {
                WeightLayer layer = view.layer(l);
                assertEquals(units[l], layer.units());
                assertIsParameters(layer, net.getParam(l + "_W"), net.getParam(l + "_b"));
                assertNull(layer.inputActivations());
              }
              assertTrue(view.layer(2).isOutput());
              INDArray h = view.activations().outputOf(viewed[0].network.nodes().get(0));
              WeightLayer first = view.layer(0);
              for (int j = 0; j < 4; j++) {
                double sum = first.biases()[j];
                for (int k = 0; k < 3; k++) {
                  sum += first.weights()[j * 3 + k] * features.getDouble(2, k, 0);
                }
                assertEquals(h.getDouble(2, j, 0), Math.max(0, sum), 1e-14);
              }
            });
    net.addListeners(viewed[0]);
    net.fit(features, uniform(6, 1, 5));
    assertEquals(1, viewed[0].looks());
  }
}
