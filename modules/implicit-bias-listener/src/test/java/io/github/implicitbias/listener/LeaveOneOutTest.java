package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.implicitbias.core.support.LeaveOneOut;
import io.github.implicitbias.run.Run;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The active support of a DL4J training, confirmed by training without each of the samples. */
class LeaveOneOutTest {

  private static final int STEPS = 500;
  private static final double[] START = {-0.3, 0.2};

  private static DataSet samples(int[] kept) {
    double[][] rows = Networks.rows("s1a_data.csv");
    double[][] x =
        Arrays.stream(kept).mapToObj(i -> Arrays.copyOf(rows[i], 2)).toArray(double[][]::new);
    double[][] y =
        Arrays.stream(kept).mapToObj(i -> new double[] {rows[i][2]}).toArray(double[][]::new);
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
  }

  private static double[] train(int[] kept) {
    MultiLayerNetwork net = Networks.neuron(Activation.RELU, 0.02 * kept.length / 3, START);
    DataSet data = samples(kept);
    for (int t = 0; t < STEPS; t++) {
      net.fit(data);
    }
    return net.params().toDoubleVector();
  }

  @Test
  void s1a_endsAtTheSameWeightsWithoutASample_exactlyIfItIsOutsideTheActiveSupport() {
    MultiLayerNetwork net = Networks.neuron(Activation.RELU, 0.02, START);
    DataSet data = samples(new int[] {0, 1, 2});
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).layers("0").build();
    net.addListeners(bias);
    for (int t = 0; t < STEPS; t++) {
      net.fit(data);
    }
    bias.close();
    Run run = bias.run();
    assertArrayEquals(new int[] {0, 2}, run.patternAt(STEPS, "layer0").samplesOf(0));
    LeaveOneOut check = new LeaveOneOut(3, LeaveOneOutTest::train);
    assertArrayEquals(new double[] {-4 / 3., 2}, check.weights(), 1e-6);
    assertEquals(0, check.differenceWithout(1), 2e-6);
    assertEquals(1.0005, check.differenceWithout(2), 5e-5);
  }
}
