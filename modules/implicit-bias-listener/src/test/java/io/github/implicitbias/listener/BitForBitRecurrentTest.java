package io.github.implicitbias.listener;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Training a recurrent network by truncated backpropagation with the listener is, byte for byte,
 * training it without.
 */
class BitForBitRecurrentTest {

  private static final int TIME = 8;

  static Stream<BitForBit.Cell> everyPair() {
    return BitForBit.everyPair();
  }

  static Stream<BitForBit.Cell> everySetting() {
    return BitForBit.cells();
  }

  @ParameterizedTest
  @MethodSource("everyPair")
  void trainingWithTheListener_isTrainingWithoutIt(BitForBit.Cell cell) {
    BitForBit.check(new Recurrent(), cell, BitForBit.FEW_STEPS, false);
  }

  @ParameterizedTest
  @Tag("thorough")
  @MethodSource("everySetting")
  void trainingWithTheListener_isTrainingWithoutIt_forLong_inEverySetting(BitForBit.Cell cell) {
    BitForBit.check(new Recurrent(), cell, BitForBit.STEPS, false);
  }

  private static final class Recurrent implements BitForBit.Subject {

    @Override
    public MultiLayerNetwork network(BitForBit.Cell cell) {
      SimpleRnn.Builder recurrent =
          new SimpleRnn.Builder().nIn(3).nOut(5).activation(Activation.RELU);
      if (cell.dropout) {
        recurrent.dropOut(0.7);
      }
      MultiLayerNetwork net =
          new MultiLayerNetwork(
              cell.configuration()
                  .list()
                  .layer(recurrent.build())
                  .layer(
                      new RnnOutputLayer.Builder(LossFunction.MCXENT)
                          .nIn(5)
                          .nOut(2)
                          .activation(Activation.SOFTMAX)
                          .build())
                  .backpropType(BackpropType.TruncatedBPTT)
                  .tBPTTLength(TIME / 2)
                  .build());
      net.init();
      return net;
    }

    @Override
    public DataSet data(DataType type, int samples, long seed) {
      DataSet x = Stacks.classes(type, samples * TIME, 3, 2, seed);
      return new DataSet(
          x.getFeatures().reshape(samples, TIME, 3).permute(0, 2, 1).dup('c'),
          x.getLabels().reshape(samples, TIME, 2).permute(0, 2, 1).dup('c'));
    }
  }
}
