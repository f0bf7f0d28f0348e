package io.github.implicitbias.listener;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Training a convolutional network with the listener is, byte for byte, training it without. */
class BitForBitConvolutionalTest {

  static Stream<BitForBit.Cell> everyPair() {
    return BitForBit.everyPair();
  }

  static Stream<BitForBit.Cell> everySetting() {
    return BitForBit.cells();
  }

  @ParameterizedTest
  @MethodSource("everyPair")
  void trainingWithTheListener_isTrainingWithoutIt(BitForBit.Cell cell) {
    BitForBit.check(new Convolutional(), cell, BitForBit.FEW_STEPS, !cell.dropout);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("everySetting")
  void trainingWithTheListener_isTrainingWithoutIt_forLong_inEverySetting(BitForBit.Cell cell) {
    BitForBit.check(new Convolutional(), cell, BitForBit.STEPS, !cell.dropout);
  }

  private static final class Convolutional implements BitForBit.Subject {

    @Override
    public MultiLayerNetwork network(BitForBit.Cell cell) {
      DenseLayer.Builder dense = new DenseLayer.Builder().nOut(6).activation(Activation.RELU);
      if (cell.dropout) {
        dense.dropOut(0.7);
      }
      MultiLayerNetwork net =
          new MultiLayerNetwork(
              cell.configuration()
                  .list()
                  .layer(
                      new ConvolutionLayer.Builder(3, 3)
                          .nOut(3)
                          .activation(Activation.RELU)
                          .build())
                  .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
                  .layer(dense.build())
                  .layer(
                      new OutputLayer.Builder(LossFunction.MCXENT)
                          .nOut(2)
                          .activation(Activation.SOFTMAX)
                          .build())
                  .setInputType(InputType.convolutional(6, 6, 1))
                  .build());
      net.init();
      return net;
    }

    @Override
    public DataSet data(DataType type, int samples, long seed) {
      DataSet flat = Stacks.classes(type, samples, 36, 2, seed);
      return new DataSet(flat.getFeatures().reshape(samples, 1, 6, 6), flat.getLabels());
    }
  }
}
