package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Entries whose sign rounding decides, in networks with samples at a right angle to a unit. */
class BoundaryReaderTest {

  private static final double THIRD = 1.0 / 3;

  /** Unit 0 is at a right angle to samples 0 and 2, but for rounding. */
  private static final double[][] X = {{1, THIRD}, {1, 1}, {-3, -1}, {0, 0}};

  private static final double[][] W = {{THIRD, -1}, {-1, 1}};

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(1)
        .nIn(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static Layer dense(Activation activation) {
    return new DenseLayer.Builder().nIn(2).nOut(2).hasBias(false).activation(activation).build();
  }

  private static void check(DataType type, String tracked, Layer... layers) {
    MultiLayerNetwork net = Stacks.network(type, new Sgd(0.1), layers);
    net.getParam("0_W").assign(Nd4j.createFromArray(W));
    INDArray x = Nd4j.createFromArray(X).castTo(type);
    INDArray y = Nd4j.ones(type, 4, 1);
    Probe probe = Viewed.probe(x, y);
    Viewed[] viewed = new Viewed[1];
    TrackedLayer layer = new TrackedLayer(tracked, 0, 2, "relu");
    viewed[0] =
        new Viewed(
            net,
            probe,
            List.of(tracked),
            step -> {
              BoundaryReader reader =
                  new BoundaryReader(List.of(layer), viewed[0].view, 4, type, viewed[0].reader);
              long[] words = {-1, -1};
              assertTrue(reader.pack(0, words));
              // Sample 3 is the zero vector; sample 1 is at a right angle to unit 1.
              assertEquals(0b1101, words[0], type + " " + tracked);
              assertEquals(0b1010, words[1], type + " " + tracked);
              long[] given = {-1, -1};
              INDArray z = x.mmul(net.getParam("0_W"));
              assertTrue(reader.pack(0, z, given));
              assertEquals(words[0], given[0]);
              assertEquals(words[1], given[1]);
            });
    net.addListeners(viewed[0]);
    net.fit(x, y);
    assertEquals(1, viewed[0].looks());
  }

  @Test
  void entriesAtARightAngle_areOnTheBoundary_inFloatAndDouble() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      check(type, "layer0", dense(Activation.RELU), output());
      check(type, "layer0", dense(Activation.SIGMOID), output());
      ActivationLayer kink = new ActivationLayer.Builder().activation(Activation.RELU).build();
      check(type, "layer1", dense(Activation.IDENTITY), kink, output());
    }
  }

  @Test
  void aLargeLayer_isUnknown_unlessItsPreActivationsAreGiven() {
    int width = 100;
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            new DenseLayer.Builder().nIn(3).nOut(width).activation(Activation.RELU).build(),
            new DenseLayer.Builder().nIn(width).nOut(width).activation(Activation.RELU).build(),
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(width)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build());
    INDArray x = Nd4j.createFromArray(new double[][] {{1, 2, 3}, {0, 0, 0}, {1, 0, 1}});
    INDArray y = Nd4j.ones(DataType.DOUBLE, 3, 1);
    List<TrackedLayer> layers =
        List.of(
            new TrackedLayer("layer0", 0, width, "relu"),
            new TrackedLayer("layer1", 1, width, "relu"));
    Viewed[] viewed = new Viewed[1];
    viewed[0] =
        new Viewed(
            net,
            Viewed.probe(x, y),
            List.of("layer0", "layer1"),
            step -> {
              BoundaryReader reader =
                  new BoundaryReader(layers, viewed[0].view, 3, DataType.DOUBLE, viewed[0].reader);
              long[] words = new long[width];
              assertTrue(reader.pack(0, words));
              assertFalse(reader.pack(1, words));
              assertTrue(reader.pack(1, new double[3 * width], words));
              assertEquals(0b111, words[width - 1]);
            });
    net.addListeners(viewed[0]);
    net.fit(x, y);
    assertEquals(1, viewed[0].looks());
  }
}
