package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Map;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Triggers of clones, one for each worker, and of a copy by serialization. */
@Timeout(120)
class TriggersOfWorkersTest extends WorkersFixture {

  @Test
  void anyWorkerCanAskToStop_andAllOfThemEnd() {
    MultiLayerNetwork net = network();
    ImplicitBiasListener bias =
        builder().when(Trigger.below("loss", 1e9).once(), Action.stop()).build();
    net.addListeners(bias);
    assertFalse(bias.stopRequested());
    ParallelWrapper wrapper = wrapper(net, 2, TrainingMode.AVERAGING);
    wrapper.fit(bias.untilStopped(new ListDataSetIterator<>(batches(200))));
    assertTrue(bias.stopRequested());
    bias.close();
    long records = 0;
    for (Run run : bias.runs()) {
      records += run.size();
      assertEquals(1, run.events().stream().filter(e -> e.kind() == EventKind.TRIGGERED).count());
    }
    assertTrue(records < 100, records + " records: the workers have ended long before 200 batches");
    assertEquals(Map.of(), bias.failures());
  }

  @Test
  void aCopyBySerialization_worksWithoutTriggers() throws Exception {
    ImplicitBiasListener bias =
        builder().when(Trigger.below("loss", 1e9).once(), Action.stop()).build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(bias);
    }
    ImplicitBiasListener copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = (ImplicitBiasListener) in.readObject();
    }
    MultiLayerNetwork net = network();
    net.addListeners(copy);
    net.fit(batches(1).get(0));
    assertFalse(copy.stopRequested());
    copy.close();
    assertEquals(2, copy.run().size());
  }
}
