package io.github.implicitbias.listener;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Training a dense network with the listener is, byte for byte, training it without. */
class BitForBitDenseTest {

  static Stream<BitForBit.Cell> everyPair() {
    return BitForBit.everyPair();
  }

  static Stream<BitForBit.Cell> everySetting() {
    return BitForBit.cells();
  }

  @ParameterizedTest
  @MethodSource("everyPair")
  void trainingWithTheListener_isTrainingWithoutIt(BitForBit.Cell cell) {
    BitForBit.check(new Dense(), cell, BitForBit.FEW_STEPS, !cell.dropout);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("everySetting")
  void trainingWithTheListener_isTrainingWithoutIt_forLong_inEverySetting(BitForBit.Cell cell) {
    BitForBit.check(new Dense(), cell, BitForBit.STEPS, !cell.dropout);
  }

  private static final class Dense implements BitForBit.Subject {

    @Override
    public MultiLayerNetwork network(BitForBit.Cell cell) {
      DenseLayer.Builder second =
          new DenseLayer.Builder().nIn(12).nOut(9).activation(Activation.LEAKYRELU);
      if (cell.dropout) {
        second.dropOut(0.7);
      }
      MultiLayerNetwork net =
          new MultiLayerNetwork(
              cell.configuration()
                  .list()
                  .layer(
                      new DenseLayer.Builder().nIn(5).nOut(12).activation(Activation.RELU).build())
                  .layer(second.build())
                  .layer(
                      new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
                          .nIn(9)
                          .nOut(3)
                          .activation(Activation.SOFTMAX)
                          .build())
                  .build());
      net.init();
      return net;
    }

    @Override
    public DataSet data(DataType type, int samples, long seed) {
      return Stacks.classes(type, samples, 5, 3, seed);
    }
  }
}
