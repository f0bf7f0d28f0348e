package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import java.util.List;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * A probe a thousand times as large as a mini-batch, of which 4 % of the CPU time would leave next
 * to nothing: the floor of the default schedule holds, and training is what it is without the
 * listener.
 */
@Timeout(120)
class MiniBatchFloorTest {

  private static final int EPOCHS = 6;
  private static final int STEPS_PER_EPOCH = 100;
  private static final int BATCH = 16;

  private static MultiLayerNetwork train(ImplicitBiasListener listener) {
    MultiLayerNetwork net =
        Stacks.network(
            DataType.FLOAT,
            new Sgd(0.01),
            new DenseLayer.Builder().nIn(3).nOut(32).activation(Activation.RELU).build(),
            new OutputLayer.Builder(new LossMSE())
                .nIn(32)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build());
    if (listener != null) {
      net.setListeners(listener);
    }
    List<DataSet> batches =
        Stacks.classes(DataType.FLOAT, STEPS_PER_EPOCH * BATCH, 3, 1, 5).batchBy(BATCH);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      net.fit(new ExistingDataSetIterator(batches));
    }
    return net;
  }

  @Test
  void theProbeIsObserved_atTheDistancesOfTheFloor_andAtTheEndOfEveryEpoch() {
    DataSet probe = Stacks.classes(DataType.FLOAT, BATCH * 1000, 3, 1, 6);
    ImplicitBiasListener listener = ImplicitBiasListener.builder(probe).build();
    MultiLayerNetwork watched = train(listener);
    listener.close();
    Run run = listener.run();
    assertEquals(EPOCHS * STEPS_PER_EPOCH + 1, run.size(), "every step has a record");
    long last = 0;
    while (last < run.lastStep()) {
      long step = run.stepAfter(last);
      while (run.observedAtOrBefore(step) != step) {
        step = run.stepAfter(step);
      }
      assertTrue(step <= 100 || step - last <= 20, "nothing from " + last + " to " + step);
      last = step;
    }
    assertTrue(last == EPOCHS * STEPS_PER_EPOCH, "the last record is of step " + last);
    assertArrayEquals(
        train(null).params().data().asBytes(), watched.params().data().asBytes(), "parameters");
  }

  @Test
  void whatIsAskedForBeforeTraining_isInTheFirstRecord_whateverItTakes() {
    Metric dear =
        Metric.ofNetwork("dear")
            .price((sizes, network) -> Price.of("dear", 1e12, 0))
            .value((now, layer) -> now.step());
    for (boolean asked : new boolean[] {false, true}) {
      ImplicitBiasListener listener =
          ImplicitBiasListener.builder(Stacks.classes(DataType.FLOAT, 20, 3, 1, 6))
              .metric(dear)
              .build();
      if (asked) {
        listener.requestAll();
      }
      train(listener);
      listener.close();
      assertEquals(asked, !Absent.is(listener.run().value("dear", 0)), "asked for: " + asked);
      String why = listener.run().header().provenance().get("absent dear");
      assertEquals(asked, why == null, "said: " + why);
    }
  }
}
