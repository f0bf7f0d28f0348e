package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Whole trainings of networks in half precision, and what DL4J itself cannot do there. */
class HalfPrecisionTest {

  private static final int STEPS = 20;
  private static final DataType HALF = DataType.FLOAT16;
  private static final DataSet DATA = Stacks.classes(HALF, 12, 4, 3, 1);

  private static MultiLayerNetwork network(IUpdater updater) {
    return Stacks.network(
        HALF, updater, PlainModels.dense(4, 6, Activation.RELU), PlainModels.classes(6, 3));
  }

  private static double[] trained(MultiLayerNetwork net) {
    for (int step = 0; step < STEPS; step++) {
      net.fit(DATA);
    }
    return net.params().castTo(DataType.DOUBLE).data().asDouble();
  }

  private static ImplicitBiasListener watching(MultiLayerNetwork net) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(DATA)
            .preset(Preset.FULL)
            .schedule(Schedule.everyStep())
            .build();
    net.addListeners(bias);
    return bias;
  }

  @Test
  void trainingIsTheSame_andLossAndPatternsAreThoseOfTheNetwork() {
    MultiLayerNetwork net = network(new Sgd(0.1));
    ImplicitBiasListener bias = watching(net);
    double[] parameters = trained(net);
    bias.close();
    assertArrayEquals(trained(network(new Sgd(0.1))), parameters);
    assertEquals(Map.of(), bias.failures());
    Run run = bias.run();
    assertEquals(STEPS + 1, run.size());
    for (int step = 0; step < STEPS; step++) {
      // The score is a sum of halves, of which each is rounded to 2^-11.
      double score = run.value("score", step);
      assertEquals(score, run.value("loss", step), 0x1p-9 * Math.abs(score));
    }
    assertTrue(run.value("loss", STEPS) < 0.9 * run.value("loss", 0));
    INDArray h = net.feedForward(DATA.getFeatures(), false).get(1);
    BitSet on = BitSet.valueOf(run.patternAt(STEPS, "layer0").words());
    for (int unit = 0; unit < 6; unit++) {
      for (int i = 0; i < 12; i++) {
        assertEquals(h.getDouble(i, unit) > 0, on.get(64 * unit + i), "unit " + unit);
      }
    }
  }

  /** Its epsilon of 1e-8 is 0 as a half, so that DL4J divides 0 by 0. */
  @Test
  void adamDivergesInHalfPrecision_withUsAndWithout_andThatIsSaid() {
    assertTrue(Double.isNaN(trained(network(new Adam(0.01)))[0]));
    MultiLayerNetwork net = network(new Adam(0.01));
    ImplicitBiasListener bias = watching(net);
    assertTrue(Double.isNaN(trained(net)[0]));
    bias.close();
    assertEquals(Map.of(), bias.failures());
    List<Long> since =
        bias.run().events().stream()
            .filter(event -> event.kind() == EventKind.NOT_FINITE)
            .map(event -> event.step())
            .collect(Collectors.toList());
    assertEquals(List.of(1L), since);
  }

  /** There is nothing for us to watch. */
  @Test
  void dl4jRefusesNetworksInBfloat16() {
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class,
            () -> new NeuralNetConfiguration.Builder().dataType(DataType.BFLOAT16));
    assertTrue(refused.getMessage().contains("DOUBLE, FLOAT, or HALF"), refused.getMessage());
  }
}
