package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;

/** Closing a listener while workers train, from another thread, and afterwards. */
@Timeout(120)
class WorkersCloseTest extends WorkersFixture {

  @ParameterizedTest
  @CsvSource({"AVERAGING", "SHARED_GRADIENTS"})
  void closeFromAnotherThread_whileWorkersTrain_losesNothingBefore(TrainingMode mode)
      throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener bias = builder().storage(storage).build();
    Witness witness = new Witness(3);
    CountDownLatch underWay = new CountDownLatch(60);
    MultiLayerNetwork net = network();
    List<TrainingListener> listeners = new ArrayList<>(List.of(bias, witness));
    listeners.add(onIteration(underWay::countDown));
    net.setListeners(listeners);
    ParallelWrapper wrapper = wrapper(net, 3, mode);
    ExecutorService trainer = Executors.newSingleThreadExecutor();
    AtomicInteger given = new AtomicInteger();
    CountDownLatch closed = new CountDownLatch(1);
    try {
      Future<?> training =
          trainer.submit(() -> wrapper.fit(witness.onceReady(untilClosed(closed, given))));
      underWay.await();
      bias.close();
      Map<String, Long> sizes = new java.util.HashMap<>();
      bias.runs().forEach(run -> sizes.put(run.header().workerId(), run.size()));
      closed.countDown();
      training.get(60, TimeUnit.SECONDS);
      Map<String, Run> stored = stored(storage);
      assertEquals(witness.workers().keySet(), stored.keySet());
      for (Map.Entry<String, Run> worker : stored.entrySet()) {
        Run run = worker.getValue();
        assertEquals(sizes.get(worker.getKey()), run.size(), "closed is closed");
        assertTrue(run.size() >= 15, "records were made before");
        assertEquals(run.size() - 1, run.lastStep(), "and none is missing among them");
        Map<Long, double[]> parameters = witness.workers().get(worker.getKey()).parameters;
        for (long step : steps(run)) {
          assertEquals(pattern(parameters.get(step)), run.patternAt(step, "layer0"));
        }
      }
    } finally {
      trainer.shutdownNow();
    }
  }

  private static TrainingListener onIteration(Runnable action) {
    return new org.deeplearning4j.optimize.api.BaseTrainingListener() {
      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        action.run();
      }
    };
  }

  /** Batches without end, in multiples of three, until the latch is open. */
  private static Iterable<DataSet> untilClosed(CountDownLatch closed, AtomicInteger given) {
    List<DataSet> batches = batches(3);
    return () ->
        new java.util.Iterator<>() {
          @Override
          public boolean hasNext() {
            return given.get() % 3 != 0 || closed.getCount() > 0;
          }

          @Override
          public DataSet next() {
            return batches.get(given.getAndIncrement() % 3);
          }
        };
  }

  @Test
  void closeFromAnotherThread_duringOrdinaryTraining_makesNoTornRecord() throws Exception {
    MultiLayerNetwork net = network();
    Witness witness = new Witness(1);
    witness.setWorkerID("only");
    ImplicitBiasListener bias = builder().schedule(Schedule.every(5)).visits(false).build();
    CountDownLatch inIteration = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    net.setListeners(
        bias,
        witness,
        onIteration(
            () -> {
              if (net.getIterationCount() == 9) {
                inIteration.countDown();
                try {
                  goOn.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            }));
    ExecutorService trainer = Executors.newSingleThreadExecutor();
    try {
      Future<?> training = trainer.submit(() -> net.fit(new ExistingDataSetIterator(batches(20))));
      inIteration.await();
      bias.close();
      assertEquals(List.of(0L, 5L), steps(bias.run()), "the tenth update is being made");
      goOn.countDown();
      training.get(60, TimeUnit.SECONDS);
      assertEquals(20, net.getIterationCount());
      assertEquals(2, bias.run().size());
    } finally {
      trainer.shutdownNow();
    }
  }

  @Test
  void closeFromAnotherThread_afterTraining_makesTheLastRecord() throws Exception {
    MultiLayerNetwork net = network();
    ImplicitBiasListener bias = builder().build();
    net.setListeners(bias);
    ExecutorService trainer = Executors.newSingleThreadExecutor();
    try {
      trainer.submit(() -> net.fit(new ExistingDataSetIterator(batches(20)))).get();
      bias.close();
    } finally {
      trainer.shutdownNow();
    }
    assertEquals(21, bias.run().size());
    assertEquals(pattern(net.params().dup().data().asDouble()), bias.run().patternAt(20, "layer0"));
  }

  @Test
  void aClosedNetwork_isNotReadAnyMore() {
    MultiLayerNetwork net = network();
    ImplicitBiasListener bias = builder().build();
    net.setListeners(bias);
    net.fit(new ExistingDataSetIterator(batches(4)));
    net.close();
    bias.close();
    assertEquals(4, bias.run().size());
  }

  @Test
  void afterClose_clonesRecordNothing() {
    ImplicitBiasListener bias = builder().build();
    ImplicitBiasListener early = bias.clone();
    bias.close();
    for (ImplicitBiasListener clone : List.of(early, bias.clone())) {
      MultiLayerNetwork net = network();
      net.setListeners(clone);
      net.fit(new ExistingDataSetIterator(batches(3)));
      assertEquals(3, net.getIterationCount());
      assertEquals(0, clone.run().size());
    }
    assertTrue(bias.runs().isEmpty());
  }
}
