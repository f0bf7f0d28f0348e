package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Workers of a ParallelWrapper are recorded apart, none loses a record, none disturbs another. */
@Timeout(120)
class WorkersTest {

  private static final String SESSION = "parallel";
  private static final int INPUTS = 3;
  private static final int UNITS = 7;
  private static final int BATCH = 6;

  private static MultiLayerNetwork network() {
    return Stacks.network(
        DataType.DOUBLE,
        new Adam(0.01),
        new DenseLayer.Builder().nIn(INPUTS).nOut(UNITS).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(UNITS)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build());
  }

  private static DataSet probe() {
    return Stacks.classes(DataType.DOUBLE, 70, INPUTS, 1, 4);
  }

  private static List<DataSet> batches(int number) {
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      batches.add(Stacks.classes(DataType.DOUBLE, BATCH, INPUTS, 1, 100 + i));
    }
    return batches;
  }

  private static ListenerBuilder builder() {
    return ImplicitBiasListener.builder(probe()).schedule(Schedule.everyStep()).sessionId(SESSION);
  }

  private static ParallelWrapper wrapper(Model net, int workers, TrainingMode mode) {
    return new ParallelWrapper.Builder<>(net)
        .workers(workers)
        .trainingMode(mode)
        .averagingFrequency(1)
        .prefetchBuffer(0)
        .build();
  }

  /** Returns what the first layer does on the probe, computed from flattened parameters. */
  private static ActivationPattern pattern(double[] parameters) {
    DataSet probe = probe();
    int samples = probe.numExamples();
    int perUnit = ActivationPattern.wordsPerUnit(samples);
    long[] words = new long[UNITS * perUnit];
    for (int unit = 0; unit < UNITS; unit++) {
      for (int i = 0; i < samples; i++) {
        double z = parameters[UNITS * INPUTS + unit];
        for (int j = 0; j < INPUTS; j++) {
          z += parameters[unit * INPUTS + j] * probe.getFeatures().getDouble(i, j);
        }
        assertTrue(Math.abs(z) > 1e-12, "data for which rounding decides");
        if (z > 0) {
          words[unit * perUnit + (i >>> 6)] |= 1L << (i & 63);
        }
      }
    }
    return new ActivationPattern(UNITS, samples, words);
  }

  private static List<Long> steps(Run run) {
    List<Long> steps = new ArrayList<>();
    for (long step : run.metric("loss").steps()) {
      steps.add(step);
    }
    return steps;
  }

  /** The steps the worker trained, and for the one whose network lives on, the step they led to. */
  private static List<Long> expectedSteps(String id, Witness.Worker worker) {
    List<Long> steps = new ArrayList<>(worker.parameters.keySet());
    if (id.endsWith("_thread_0")) {
      steps.add(steps.get(steps.size() - 1) + 1);
    }
    return steps;
  }

  private static void checkRecords(Witness witness, Map<String, Run> runs) {
    assertEquals(witness.workers().keySet(), runs.keySet());
    witness
        .workers()
        .forEach(
            (id, worker) -> {
              Run run = runs.get(id);
              assertEquals(worker.iterations, worker.parameters.size(), id);
              assertEquals(expectedSteps(id, worker), steps(run), id);
              assertTrue(run.gaps().isEmpty(), id);
              assertEquals(id, run.header().workerId());
              worker.parameters.forEach(
                  (step, parameters) ->
                      assertEquals(
                          pattern(parameters), run.patternAt(step, "layer0"), id + " " + step));
            });
  }

  private static Map<String, Run> stored(InMemoryStatsStorage storage) throws Exception {
    return Runs.byWorker(Runs.in(storage, SESSION));
  }

  @ParameterizedTest
  @CsvSource({
    "2, AVERAGING", "3, AVERAGING", "8, AVERAGING",
    "2, SHARED_GRADIENTS", "3, SHARED_GRADIENTS", "8, SHARED_GRADIENTS"
  })
  void everyWorker_isRecordedApart_atEveryStep(int workers, TrainingMode mode) throws Exception {
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
    for (int epoch = 0; epoch < 5; epoch++) {
      wrapper.fit(witness.onceReady(batches(12)));
      assertEquals(threads + 3, recorderThreads(), "one recorder for each worker");
    }
    bias.close();
    assertEquals(List.of(20, 20, 20), iterations(witness));
    checkRecords(witness, Runs.byWorker(bias.runs()));
    checkRecords(witness, stored(storage));
    Run first = Runs.byWorker(bias.runs()).get(witness.ids().get(0));
    assertEquals(0, first.value("distanceFromInit", 0));
    assertTrue(first.value("distanceFromInit", 20) > 0, "the reference is that of the first fit");
    assertTrue(first.value("time", 19) > 0.18, "so is the beginning of time");
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
  @CsvSource({"2, AVERAGING", "3, AVERAGING", "2, SHARED_GRADIENTS"})
  void training_isBitForBitWhatItIsWithoutTheListener(int workers, TrainingMode mode) {
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
