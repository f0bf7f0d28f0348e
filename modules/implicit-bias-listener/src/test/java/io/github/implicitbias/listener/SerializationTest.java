package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Predictions;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFollower;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.testkit.BlocksLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.core.storage.impl.CollectionStatsStorageRouter;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A listener that was sent elsewhere by Java serialization, as Spark does with listeners. */
class SerializationTest {

  private static final int SAMPLES = 40;
  private static final int STEPS = 50;

  /** Keeps what it is given, and in which thread it came; as a worker of Spark does. */
  private static final class Collected extends CollectionStatsStorageRouter {
    final List<Persistable> headers;
    final List<Persistable> blocks;
    final List<Thread> threads = new ArrayList<>();

    Collected() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    private Collected(List<Persistable> headers, List<Persistable> blocks) {
      super(new ArrayList<StorageMetaData>(), headers, blocks);
      this.headers = headers;
      this.blocks = blocks;
    }

    @Override
    public void putUpdate(Persistable update) {
      threads.add(Thread.currentThread());
      super.putUpdate(update);
    }

    /** Returns the runs by the label of their worker. */
    Map<String, Run> runs() throws IOException {
      return Runs.byWorker(List.copyOf(byKey().values()));
    }

    /** Returns the runs by the key under which a storage has them. */
    Map<String, Run> byKey() throws IOException {
      Map<String, BlocksLog> logs = new LinkedHashMap<>();
      for (Persistable header : headers) {
        RunHeader decoded = RunHeader.decode(((ImplicitBiasBlock) header).block());
        assertTrue(header.getWorkerID().startsWith(decoded.workerId()));
        logs.putIfAbsent(header.getWorkerID(), new BlocksLog(decoded));
      }
      for (Persistable update : blocks) {
        logs.get(update.getWorkerID()).add(((ImplicitBiasBlock) update).block());
      }
      Map<String, Run> runs = new LinkedHashMap<>();
      for (Map.Entry<String, BlocksLog> log : logs.entrySet()) {
        runs.put(log.getKey(), new RunFollower(log.getValue()).followAll());
      }
      return runs;
    }
  }

  private static MultiLayerNetwork network() {
    return Stacks.network(
        DataType.DOUBLE,
        new Sgd(0.1),
        new DenseLayer.Builder().nIn(3).nOut(7).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(7)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build());
  }

  private static DataSet probe() {
    return Stacks.classes(DataType.DOUBLE, SAMPLES, 3, 1, 4);
  }

  private static DataSet batch(int number) {
    return Stacks.classes(DataType.DOUBLE, 5, 3, 1, 100 + number);
  }

  private static ListenerBuilder builder() {
    return ImplicitBiasListener.builder(probe()).schedule(Schedule.everyStep()).sessionId("spark");
  }

  private static byte[] bytes(ImplicitBiasListener listener) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(listener);
    }
    return bytes.toByteArray();
  }

  private static ImplicitBiasListener arrived(byte[] bytes) throws Exception {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (ImplicitBiasListener) in.readObject();
    }
  }

  private static void same(Run expected, Run actual, long records) {
    assertEquals(records, actual.size());
    assertTrue(actual.gaps().isEmpty());
    for (Column declared : expected.header().columns()) {
      String column = declared.name();
      // A copy is taken for that of a worker, whose updates laws do not judge.
      boolean ofLaw = Predictions.laws().stream().anyMatch(law -> law.id().equals(declared.id()));
      if (!column.equals("watchShare") && !ofLaw) {
        for (long step = 0; step < records; step++) {
          assertEquals(
              Double.doubleToRawLongBits(expected.value(column, step)),
              Double.doubleToRawLongBits(actual.value(column, step)),
              column + " at " + step);
        }
      }
    }
    for (long step = 0; step < records; step++) {
      assertEquals(expected.patternAt(step, "layer0"), actual.patternAt(step, "layer0"));
    }
  }

  @Test
  void afterEveryStep_allRecordsAreInTheRouter_andTheyAreThoseOfAnOrdinaryRun() throws Exception {
    ImplicitBiasListener ordinary = builder().storage(new InMemoryStatsStorage()).build();
    ImplicitBiasListener copy = arrived(bytes(ordinary));
    assertNull(copy.getStorageRouter(), "the router stays where it is");
    Collected router = new Collected();
    copy.setStorageRouter(router);
    copy.setWorkerID("jvm_0");
    MultiLayerNetwork one = network();
    MultiLayerNetwork two = network();
    one.setListeners(ordinary);
    two.setListeners(copy);
    for (int step = 0; step < STEPS; step++) {
      one.fit(batch(step));
      two.fit(batch(step));
      assertEquals(step + 1, router.blocks.size(), "handed over before fit returns");
    }
    assertEquals(one.params(), two.params());
    ordinary.close();
    Map<String, Run> runs = router.runs();
    assertEquals(1, runs.size());
    Run run = runs.values().iterator().next();
    same(ordinary.run(), run, STEPS);
    assertEquals(
        ordinary.run().value("score", STEPS - 1),
        run.value("score", STEPS - 1),
        "the record is whole when it is handed over");
    router.threads.forEach(thread -> assertSame(Thread.currentThread(), thread));
    assertEquals(STEPS, copy.run().size(), "it has them in memory, too");
    copy.close();
    assertEquals(STEPS + 1, router.runs().values().iterator().next().size());
  }

  private static Set<Thread> recorderThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("implicit-bias-recorder"))
        .collect(Collectors.toSet());
  }

  @Test
  void aCopyThatNobodyCloses_leavesNoThreadBehind() throws Exception {
    ImplicitBiasListener copy = arrived(bytes(builder().build()));
    Collected router = new Collected();
    copy.setStorageRouter(router);
    MultiLayerNetwork net = network();
    net.setListeners(copy);
    Set<Thread> before = recorderThreads();
    net.fit(batch(0));
    Set<Thread> now = recorderThreads();
    now.removeAll(before);
    assertEquals(Set.of(), now);
    assertEquals(1, router.blocks.size());
  }

  @Test
  void everyCopy_isARunOfItsOwn_whateverWorkerIdItIsGiven() throws Exception {
    byte[] bytes = bytes(builder().build());
    Collected router = new Collected();
    MultiLayerNetwork net = network();
    List<String> ids = new ArrayList<>();
    for (int split = 0; split < 3; split++) {
      ImplicitBiasListener copy = arrived(bytes);
      copy.setStorageRouter(router);
      copy.setSessionID("spark");
      copy.setWorkerID("jvm_0");
      net.setListeners(copy);
      for (int step = 0; step < 20; step++) {
        net.fit(batch(step));
      }
      ids.add(copy.getWorkerID());
      assertTrue(copy.getWorkerID().startsWith("jvm_0-"), copy.getWorkerID());
    }
    Map<String, Run> runs = router.runs();
    assertEquals(ids, List.copyOf(runs.keySet()));
    for (int split = 0; split < 3; split++) {
      Run run = runs.get(ids.get(split));
      assertEquals(20, run.size());
      assertEquals(20 * split, run.firstStep());
      assertTrue(run.gaps().isEmpty(), "block numbers never mix");
    }
    for (Persistable update : router.blocks) {
      byte[] block = ((ImplicitBiasBlock) update).block();
      assertEquals(
          1, RecordBlock.decode(router.byKey().get(update.getWorkerID()).header(), block).count());
    }
  }

  @Test
  void aSerializedListener_isTheProbeAndSettings_whateverItHasRecorded(@TempDir Path folder)
      throws Exception {
    ImplicitBiasListener bias =
        builder().storage(new InMemoryStatsStorage()).runFile(folder.resolve("a.ibrun")).build();
    int fresh = bytes(bias).length;
    assertTrue(fresh < 8 * SAMPLES * 4 + 4096, fresh + " bytes");
    MultiLayerNetwork net = network();
    net.setListeners(bias, bias.clone());
    for (int step = 0; step < STEPS; step++) {
      net.fit(batch(step));
    }
    assertTrue(bytes(bias).length <= fresh);
    ImplicitBiasListener copy = arrived(bytes(bias));
    assertEquals(0, copy.run().size());
    assertTrue(copy.runs().isEmpty());
    bias.close();
    long files = count(folder);
    net.setListeners(copy);
    net.fit(batch(0));
    copy.close();
    assertEquals(files, count(folder), "a copy writes no file");
    assertEquals(2, copy.run().size());
    assertNotEquals(bias.getWorkerID(), copy.getWorkerID());
  }

  private static long count(Path folder) throws IOException {
    try (java.util.stream.Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void aRouterThatFails_doesNotDisturbTraining_andMemoryHasTheRecords() throws Exception {
    ImplicitBiasListener copy = arrived(bytes(builder().build()));
    copy.setStorageRouter(new CollectionStatsStorageRouter(null, null, null));
    MultiLayerNetwork watched = network();
    MultiLayerNetwork bare = network();
    watched.setListeners(copy);
    for (int step = 0; step < 10; step++) {
      watched.fit(batch(step));
      bare.fit(batch(step));
    }
    assertArrayEquals(
        bare.params().dup().data().asDouble(), watched.params().dup().data().asDouble());
    copy.close();
    assertEquals(11, copy.run().size());
    assertFalse(copy.failures().isEmpty());
  }

  /** A metric that can be sent. */
  private static final class Sent implements Metric, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public String id() {
      return "sent";
    }

    @Override
    public Scope scope() {
      return Scope.NETWORK;
    }

    @Override
    public double evaluate(Observation observation, int layer) {
      return 7;
    }
  }

  @Test
  void metricsThatCanBeSent_workInTheCopy() throws Exception {
    ImplicitBiasListener copy = arrived(bytes(builder().metric(new Sent()).build()));
    MultiLayerNetwork net = network();
    net.setListeners(copy);
    net.fit(batch(0));
    copy.close();
    assertEquals(7, copy.run().value("sent", 0));
  }
}
