package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Workers of a ParallelWrapper are recorded apart, none loses a record, none disturbs another. */
@Timeout(120)
class WorkersTest extends WorkersFixture {

  @ParameterizedTest
  @CsvSource({"3, AVERAGING", "2, SHARED_GRADIENTS", "8, SHARED_GRADIENTS"})
  void everyWorker_isRecordedApart_atEveryStep(int workers, TrainingMode mode) throws Exception {
    areRecordedApart(workers, mode);
  }

  @ParameterizedTest
  @Tag("thorough")
  @CsvSource({"2, AVERAGING", "8, AVERAGING", "3, SHARED_GRADIENTS"})
  void everyWorker_isRecordedApart_atEveryStep_inOtherNumbers(int workers, TrainingMode mode)
      throws Exception {
    areRecordedApart(workers, mode);
  }

  private void areRecordedApart(int workers, TrainingMode mode) throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener bias = builder().storage(storage).build();
    Witness witness = new Witness(workers);
    MultiLayerNetwork net = network();
    net.setListeners(bias, witness);
    ParallelWrapper wrapper = wrapper(net, workers, mode);
    wrapper.fit(witness.onceReady(batches(12 * workers)));
    bias.close();
    assertEquals(workers, witness.workers().size());
    assertEquals(
        12 * workers, witness.workers().values().stream().mapToInt(w -> w.iterations).sum());
    assertEquals(workers, bias.runs().size(), "the listener itself has watched nothing");
    checkRecords(witness, Runs.byWorker(bias.runs()));
    checkRecords(witness, stored(storage));
    assertTrue(bias.failures().isEmpty());
  }

  @Test
  void aGraph_isRecordedLikeAStack() throws Exception {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(42)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.05))
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "layer0",
                    new DenseLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(UNITS)
                        .activation(Activation.RELU)
                        .build(),
                    "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(UNITS)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "layer0")
                .setOutputs("out")
                .build());
    graph.init();
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener bias = builder().storage(storage).build();
    Witness witness = new Witness(2);
    graph.setListeners(bias, witness);
    ParallelWrapper wrapper = wrapper(graph, 2, TrainingMode.AVERAGING);
    wrapper.fit(witness.onceReady(batches(10)));
    wrapper.fit(witness.onceReady(batches(10)));
    bias.close();
    checkRecords(witness, Runs.byWorker(bias.runs()));
    checkRecords(witness, stored(storage));
  }

  private static long recorderThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("implicit-bias-recorder"))
        .count();
  }

  @ParameterizedTest
  @CsvSource({"AVERAGING", "SHARED_GRADIENTS"})
  void everyFitMakesNewReplicas_andTheRunsOfTheWorkersGoOn(TrainingMode mode) throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener bias = builder().storage(storage).build();
    Witness witness = new Witness(3);
    MultiLayerNetwork net = network();
    net.setListeners(bias, witness);
    ParallelWrapper wrapper = wrapper(net, 3, mode);
    long threads = recorderThreads();
    for (int epoch = 0; epoch < 3; epoch++) {
      wrapper.fit(witness.onceReady(batches(12)));
      assertEquals(threads + 3, recorderThreads(), "one recorder for each worker");
    }
    bias.close();
    assertEquals(List.of(12, 12, 12), iterations(witness));
    checkRecords(witness, Runs.byWorker(bias.runs()));
    checkRecords(witness, stored(storage));
    Run first = Runs.byWorker(bias.runs()).get(witness.ids().get(0));
    assertEquals(0, first.value("distanceFromInit", 0));
    assertTrue(first.value("distanceFromInit", 12) > 0, "the reference is that of the first fit");
    assertTrue(first.value("time", 11) > 0.1, "so is the beginning of time");
  }

  private static List<Integer> iterations(Witness witness) {
    List<Integer> iterations = new ArrayList<>();
    witness.workers().values().forEach(worker -> iterations.add(worker.iterations));
    return iterations;
  }

  @Test
  void twoWrappers_haveWorkersOfTheirOwn() {
    ImplicitBiasListener bias = builder().build();
    Witness witness = new Witness(2);
    MultiLayerNetwork net = network();
    for (int i = 0; i < 2; i++) {
      net.setListeners(bias, witness);
      wrapper(net, 2, TrainingMode.AVERAGING).fit(witness.onceReady(batches(8)));
    }
    bias.close();
    assertEquals(4, bias.runs().size());
    witness
        .workers()
        .forEach(
            (id, worker) ->
                assertTrue(
                    steps(Runs.byWorker(bias.runs()).get(id))
                        .containsAll(worker.parameters.keySet()),
                    id));
  }

  private static byte[] trained(int workers, TrainingMode mode, ImplicitBiasListener bias) {
    MultiLayerNetwork net = network();
    Witness witness = new Witness(workers);
    if (bias == null) {
      net.setListeners(witness);
    } else {
      net.setListeners(bias, witness);
    }
    ParallelWrapper wrapper = wrapper(net, workers, mode);
    wrapper.fit(witness.onceReady(batches(20 * workers)));
    return bytes(net);
  }

  private static byte[] bytes(MultiLayerNetwork net) {
    java.nio.ByteBuffer bytes =
        java.nio.ByteBuffer.allocate(
            (int) (8 * (net.params().length() + net.getUpdater().getStateViewArray().length())));
    for (double value : net.params().dup().data().asDouble()) {
      bytes.putDouble(value);
    }
    for (double value : net.getUpdater().getStateViewArray().dup().data().asDouble()) {
      bytes.putDouble(value);
    }
    return bytes.array();
  }

  @ParameterizedTest
  @CsvSource({"2, AVERAGING", "2, SHARED_GRADIENTS"})
  void training_isBitForBitWhatItIsWithoutTheListener(int workers, TrainingMode mode) {
    isBitForBitTheSame(workers, mode);
  }

  @Test
  @Tag("thorough")
  void trainingOfThree_isBitForBitWhatItIsWithoutTheListener() {
    isBitForBitTheSame(3, TrainingMode.AVERAGING);
  }

  private static void isBitForBitTheSame(int workers, TrainingMode mode) {
    byte[] bare = trained(workers, mode, null);
    assertArrayEquals(bare, trained(workers, mode, null), "the comparison needs a repeatable one");
    ImplicitBiasListener bias = builder().storage(new InMemoryStatsStorage()).build();
    assertArrayEquals(bare, trained(workers, mode, bias));
    bias.close();
    assertTrue(bias.runs().stream().allMatch(run -> run.size() >= 20));
  }

  @Test
  void everyCloneWritesARunFileOfItsOwn_andOverwritesNone(@TempDir Path folder) throws Exception {
    ImplicitBiasListener bias = builder().runFile(folder.resolve("run.ibrun")).build();
    Witness witness = new Witness(3);
    MultiLayerNetwork net = network();
    net.setListeners(bias, witness);
    ParallelWrapper wrapper = wrapper(net, 3, TrainingMode.AVERAGING);
    String id = wrapper.getUuid() + "_thread_1";
    Path taken = Files.writeString(folder.resolve("run-" + id + ".ibrun"), "somebody else's");
    wrapper.fit(witness.onceReady(batches(12)));
    wrapper.fit(witness.onceReady(batches(12)));
    bias.close();
    assertEquals("somebody else's", Files.readString(taken));
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    assertEquals(4, names.size(), names::toString);
    for (Map.Entry<String, Run> run : Runs.byWorker(bias.runs()).entrySet()) {
      String number = run.getKey().equals(id) ? "-2" : "";
      Run file = RunFile.open(folder.resolve("run-" + run.getKey() + number + ".ibrun"));
      assertEquals(steps(run.getValue()), steps(file));
      assertEquals(run.getKey(), file.header().workerId());
    }
    assertEquals(3, bias.runs().size());
  }

  @Test
  void theCapOnMemory_isSharedByTheClones() {
    Workers family = new Workers();
    MemoryRecorder first = family.memory(1 << 20);
    MemoryRecorder second = family.memory(1 << 20);
    assertEquals(1 << 19, first.capBytes());
    assertEquals(1 << 19, second.capBytes());
  }

  @Test
  void aCloneThatFails_touchesNoOther() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    StatsStorageRouter router =
        (StatsStorageRouter)
            java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {StatsStorageRouter.class},
                (proxy, method, arguments) -> {
                  if (arguments[0] instanceof ImplicitBiasBlock
                      && ((ImplicitBiasBlock) arguments[0]).getWorkerID().contains("_thread_1-")) {
                    throw new IllegalStateException("this worker's way is blocked");
                  }
                  return method.invoke(storage, arguments);
                });
    ImplicitBiasListener bias =
        builder()
            .storage(router)
            .schedule(
                step -> {
                  if (step > 4 && Thread.currentThread().getName().endsWith("thread 2")) {
                    throw new OutOfMemoryError("no memory for this worker");
                  }
                  return true;
                })
            .build();
    byte[] bare = trained(3, TrainingMode.AVERAGING, null);
    assertArrayEquals(bare, trained(3, TrainingMode.AVERAGING, bias));
    bias.close();
    Map<String, Run> runs = Runs.byWorker(bias.runs());
    Map<String, Run> stored = stored(storage);
    assertEquals(3, runs.size());
    for (Map.Entry<String, Run> run : runs.entrySet()) {
      String id = run.getKey();
      if (id.endsWith("0")) {
        assertEquals(21, stored.get(id).size());
        assertEquals(21, run.getValue().size());
      } else if (id.endsWith("1")) {
        assertEquals(20, run.getValue().size(), "memory takes what storage does not");
        assertNull(stored.get(id));
      } else {
        assertEquals(5, run.getValue().observations());
        assertEquals(5, stored.get(id).observations(), "what was recorded before is there");
      }
    }
  }

  @Test
  void clonesWithTheSameId_getIdsOfTheirOwn_whileBothTrain() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener bias = builder().storage(storage).workerId("w").build();
    ImplicitBiasListener clone = bias.clone();
    MultiLayerNetwork one = network();
    MultiLayerNetwork two = network();
    one.setListeners(bias);
    two.setListeners(clone);
    for (DataSet batch : batches(5)) {
      one.fit(batch);
      two.fit(batch);
    }
    clone.close();
    one.fit(batches(1).get(0));
    bias.close();
    assertEquals("w", bias.getWorkerID());
    assertEquals("w-2", clone.getWorkerID());
    assertEquals(List.of("w", "w-2"), List.copyOf(Runs.byWorker(bias.runs()).keySet()));
    assertEquals(7, stored(storage).get("w").size());
    assertEquals(6, stored(storage).get("w-2").size());
  }
}
