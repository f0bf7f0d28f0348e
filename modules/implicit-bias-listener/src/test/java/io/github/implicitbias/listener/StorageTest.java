package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Run;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.impl.RemoteUIStatsStorageRouter;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;

/** No record is lost on its way into a storage, however fast the steps are. */
class StorageTest {

  private static final int FEW_STEPS = 1_200;
  private static final int FAST_STEPS = 20_000;

  /** Reads the only run of a session back from a storage. */
  private static Run read(StatsStorage storage, String session) throws Exception {
    List<Run> runs = Runs.in(storage, session);
    assertEquals(1, runs.size());
    return runs.get(0);
  }

  private static Run train(StatsStorageRouter router, int steps) {
    DataSet data = Networks.reference("s1a_data.csv");
    MultiLayerNetwork net = Networks.neuron(Activation.RELU, 0.02, new double[] {-0.3, 0.2});
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).storage(router).sessionId("fast").build();
    net.addListeners(bias);
    for (int i = 0; i < steps; i++) {
      net.fit(data);
    }
    bias.close();
    return bias.run();
  }

  private static void sameRun(Run expected, Run actual) {
    assertEquals(expected.size(), actual.size());
    for (String column : expected.header().columnNames()) {
      double[] a = expected.metric(column).values();
      double[] b = actual.metric(column).values();
      for (int i = 0; i < a.length; i++) {
        assertEquals(Double.doubleToRawLongBits(a[i]), Double.doubleToRawLongBits(b[i]), column);
      }
    }
    for (long step = 0; step <= expected.lastStep(); step += 997) {
      assertEquals(expected.patternAt(step, "layer0"), actual.patternAt(step, "layer0"));
    }
  }

  @Test
  void inMemoryStorage_holdsExactlyEveryFastStep() throws Exception {
    holdsInMemory(FEW_STEPS);
  }

  @Test
  @Tag("thorough")
  void inMemoryStorage_holdsExactlyEveryFastStep_ofALongRun() throws Exception {
    holdsInMemory(FAST_STEPS);
  }

  private static void holdsInMemory(int steps) throws Exception {
    StatsStorage storage = new InMemoryStatsStorage();
    Run run = train(storage, steps);
    Run stored = read(storage, "fast");
    assertEquals(steps + 1, stored.size());
    assertTrue(stored.gaps().isEmpty());
    sameRun(run, stored);
  }

  @Test
  void fileStorage_reopenedInAnotherJvm_holdsExactlyEveryFastStep(@TempDir Path folder)
      throws Exception {
    holdsInAFile(folder, FEW_STEPS);
  }

  @Test
  @Tag("thorough")
  void fileStorage_reopenedInAnotherJvm_holdsExactlyEveryFastStep_ofALongRun(@TempDir Path folder)
      throws Exception {
    holdsInAFile(folder, FAST_STEPS);
  }

  private static void holdsInAFile(Path folder, int steps) throws Exception {
    Path file = folder.resolve("stats.dl4j");
    Path result = folder.resolve("result");
    StatsStorage storage = new FileStatsStorage(file.toFile());
    Run run = train(storage, steps);
    storage.close();
    assertEquals(0, Jvm.run(Reopen.class, file.toString(), result.toString()));
    String pattern = run.patternAt(steps, "layer0").hex(0);
    assertEquals(steps + 1 + " records, 0 gaps, " + pattern, Files.readString(result));
  }

  /** Reads a file storage in a JVM of its own. */
  public static final class Reopen {
    public static void main(String[] args) throws Exception {
      StatsStorage storage = new FileStatsStorage(Path.of(args[0]).toFile());
      Run run = read(storage, "fast");
      Files.writeString(
          Path.of(args[1]),
          run.size()
              + " records, "
              + run.gaps().size()
              + " gaps, "
              + run.patternAt(run.lastStep(), "layer0").hex(0));
      storage.close();
      System.exit(0);
    }
  }

  /** A training UI that takes remote records, in a JVM of its own; says how many it has. */
  public static final class Server {
    public static void main(String[] args) throws Exception {
      System.setProperty("org.deeplearning4j.ui.port", args[0]);
      Path folder = Path.of(args[1]);
      StatsStorage storage = new FileStatsStorage(folder.resolve("remote.dl4j").toFile());
      UIServer server = UIServer.getInstance();
      server.enableRemoteListener(storage, true);
      while (!Files.exists(folder.resolve("stop"))) {
        long records = stored(storage);
        Files.writeString(folder.resolve("next"), Long.toString(records));
        Files.move(
            folder.resolve("next"),
            folder.resolve("count"),
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.ATOMIC_MOVE);
        TimeUnit.MILLISECONDS.sleep(50);
      }
      storage.close();
      Runtime.getRuntime().halt(0);
    }

    /** While records arrive a storage may be caught between header and first block. */
    private static long stored(StatsStorage storage) {
      try {
        return read(storage, "fast").size();
      } catch (Exception | AssertionError e) {
        return 0; // there is no run yet
      }
    }
  }

  private final List<Process> servers = new ArrayList<>();

  @AfterEach
  void endServers() {
    servers.forEach(Process::destroyForcibly);
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Process serve(int port, Path folder, long alreadyThere) throws Exception {
    Files.deleteIfExists(folder.resolve("stop"));
    Files.deleteIfExists(folder.resolve("count"));
    Process server = Jvm.start(Server.class, Integer.toString(port), folder.toString());
    servers.add(server);
    await(folder, alreadyThere);
    return server;
  }

  /** Waits until the server has stored that many records. */
  private static void await(Path folder, long records) throws Exception {
    Path count = folder.resolve("count");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
    while (!Files.exists(count) || Long.parseLong(Files.readString(count)) < records) {
      assertTrue(System.nanoTime() < deadline, "the server never had " + records + " records");
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static Run stop(Process server, Path folder) throws Exception {
    Files.createFile(folder.resolve("stop"));
    assertTrue(server.waitFor(60, TimeUnit.SECONDS));
    StatsStorage storage = new FileStatsStorage(folder.resolve("remote.dl4j").toFile());
    Run run = read(storage, "fast");
    storage.close();
    return run;
  }

  @Test
  @Tag("thorough")
  void throughARemoteRouter_everyFastStepArrives(@TempDir Path folder) throws Exception {
    int port = freePort();
    RemoteUIStatsStorageRouter router =
        new RemoteUIStatsStorageRouter("http://127.0.0.1:" + port, -1, 100, 1.0);
    Process server = serve(port, folder, 0);
    Run run = train(router, FAST_STEPS);
    await(folder, FAST_STEPS + 1);
    Run arrived = stop(server, folder);
    assertEquals(FAST_STEPS + 1, arrived.size());
    assertTrue(arrived.gaps().isEmpty());
    sameRun(run, arrived);
    router.shutdown();
  }

  @Test
  void throughARemoteRouter_allArrive_andAnOutageLeavesAGapThatIsKnown(@TempDir Path folder)
      throws Exception {
    int port = freePort();
    RemoteUIStatsStorageRouter router =
        new RemoteUIStatsStorageRouter("http://127.0.0.1:" + port, -1, 100, 1.0);
    StatsStorageRecorder recorder = new StatsStorageRecorder(router);
    Run run = train(new InMemoryStatsStorage(), 300);
    List<byte[]> blocks = Blocks.split(run, 50);

    Process server = serve(port, folder, 0);
    recorder.header(run.header());
    recorder.block(blocks.get(0));
    recorder.block(blocks.get(1));
    await(folder, 100);
    Run arrived = stop(server, folder);
    assertTrue(arrived.gaps().isEmpty());
    assertEquals(100, arrived.size(), "while the server is up, all arrive");

    try (ServerSocket outage = new ServerSocket(port)) {
      recorder.block(blocks.get(2));
      outage.accept().close();
    }
    server = serve(port, folder, 100);
    recorder.block(blocks.get(3));
    recorder.block(blocks.get(4));
    recorder.block(blocks.get(5));
    recorder.block(blocks.get(6));
    await(folder, 251);
    arrived = stop(server, folder);
    assertEquals(1, arrived.gaps().size());
    assertEquals(99, arrived.gaps().get(0).after());
    assertEquals(150, arrived.gaps().get(0).before());
    assertEquals(251, arrived.size());
    assertEquals(300, arrived.lastStep());
    assertEquals(run.patternAt(200, "layer0"), arrived.patternAt(200, "layer0"));
    router.shutdown();
  }

  @Test
  void aRouterToAnotherProcess_getsTheHeaderAgain_becauseItMayHaveLostIt() throws Exception {
    Run run = train(new InMemoryStatsStorage(), 40);
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    int[] headers = {0};
    StatsStorageRouter router =
        (StatsStorageRouter)
            java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {StatsStorageRouter.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("putStaticInfo") && headers[0]++ == 0) {
                    return null;
                  }
                  return method.invoke(storage, arguments);
                });
    StatsStorageRecorder recorder = new StatsStorageRecorder(router);
    recorder.header(run.header());
    for (byte[] block : Blocks.split(run, 2)) {
      recorder.block(block);
    }
    assertEquals(41, read(storage, "fast").size());
    assertEquals(2, headers[0]);
    String key = storage.listWorkerIDsForSession("fast").get(0);
    long begun = storage.getStaticInfo("fast", ImplicitBiasBlock.TYPE_ID, key).getTimeStamp();
    for (long time : storage.getAllUpdateTimes("fast", ImplicitBiasBlock.TYPE_ID, key)) {
      assertTrue(time > begun, "a header that comes late is still the beginning of the run");
    }
  }

  @Test
  void blocks_areDecodedDefensively() {
    ImplicitBiasBlock block = new ImplicitBiasBlock("s", "w", 42, new byte[] {1, 2, 3});
    byte[] bytes = block.encode();
    ImplicitBiasBlock copy = new ImplicitBiasBlock();
    copy.decode(bytes);
    assertEquals("s", copy.getSessionID());
    assertEquals("w", copy.getWorkerID());
    assertEquals(42, copy.getTimeStamp());
    assertEquals(3, copy.block().length);
    for (int length = 0; length < bytes.length; length++) {
      byte[] shorter = java.util.Arrays.copyOf(bytes, length);
      assertThrows(IllegalArgumentException.class, () -> new ImplicitBiasBlock().decode(shorter));
    }
    byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
    assertThrows(IllegalArgumentException.class, () -> new ImplicitBiasBlock().decode(longer));
    byte[] huge = bytes.clone();
    huge[12] = 0x7f;
    assertThrows(IllegalArgumentException.class, () -> new ImplicitBiasBlock().decode(huge));
  }
}
