package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EngineTest {

  private static final int SAMPLES = 10;
  private static final List<TrackedLayer> LAYERS =
      List.of(new TrackedLayer("a", 0, 4, "relu"), new TrackedLayer("b", 1, 2, "relu"));
  private static final Probe PROBE =
      new Probe(SAMPLES, new double[SAMPLES], new double[SAMPLES], null);
  private static final int[] UNITS = {4, 2};
  private static final long CLOSE_MILLIS = 30_000;

  private final SplittableRandom random = new SplittableRandom(81);
  private final MemoryRecorder memory = new MemoryRecorder(1L << 30);
  private final ParameterNorms norms = new ParameterNorms(2, false);
  private final long[][] words = {new long[4], new long[2]};
  private List<Metric> metrics = Metrics.standard();
  private Engine engine;

  private Engine engine(Recorder... recorders) {
    Instruments instruments = new Instruments(metrics, List.of(), List.of());
    RunHeader header =
        instruments
            .declare(
                new HeaderBuilder("s", "w", 0)
                    .layers(LAYERS)
                    .samples(new int[SAMPLES], new int[SAMPLES]),
                LAYERS,
                NetworkView.opaque(1),
                PROBE)
            .build();
    engine =
        new Engine(
            header,
            () -> header,
            instruments,
            PROBE,
            PROBE.samples(),
            NetworkView.opaque(2),
            norms,
            Arrays.asList(recorders),
            Schedule.everyStep(),
            null,
            null);
    return engine;
  }

  /** Observes and completes one step, without asking for room. */
  private void record(long step, double loss) {
    observe(step, loss);
    engine.complete(0.1, -step, 5);
    engine.advanceTime(0.1);
  }

  private void observe(long step, double loss) {
    for (int layer = 0; layer < 2; layer++) {
      System.arraycopy(words[layer], 0, engine.pattern(layer).next(), 0, words[layer].length);
      engine.pattern(layer).advance(0);
    }
    norms.begin();
    norms.doubles()[0] = step;
    norms.doubles()[1] = 0;
    norms.accept(2);
    norms.end();
    engine.observe(step, (int) (step / 10), step % 2 == 0, true, true, loss);
  }

  private void flipOne() {
    int layer = random.nextInt(2);
    words[layer][random.nextInt(UNITS[layer])] ^= 1L << random.nextInt(SAMPLES);
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, what + " did not happen");
      Thread.yield();
    }
  }

  private static List<Event> events(Run run, EventKind kind) {
    return run.events().stream().filter(e -> e.kind() == kind).collect(Collectors.toList());
  }

  /** Notes in which thread blocks come, and whether one comes after the end. */
  private static final class Ordered implements Recorder {
    private final List<Thread> threads = new ArrayList<>();
    private int blocks;
    private boolean closed;
    private boolean late;

    @Override
    public void header(RunHeader header) {}

    @Override
    public synchronized void block(byte[] block) {
      threads.add(Thread.currentThread());
      blocks++;
      late |= closed;
    }

    @Override
    public synchronized void close() {
      closed = true;
    }
  }

  @Test
  void handedOverAtOnce_everyRecordIsWithTheRecorders_whenCompleteReturns() {
    Ordered ordered = new Ordered();
    Recorder broken =
        new Recorder() {
          @Override
          public void header(RunHeader header) throws IOException {
            throw new IOException("full");
          }

          @Override
          public void block(byte[] block) {}

          @Override
          public void close() {}
        };
    engine(broken, memory, ordered).handOverAtOnce();
    for (int step = 0; step < 100; step++) {
      flipOne();
      record(step, 1);
      assertEquals(step + 1, memory.run().size());
      assertEquals(step + 1, ordered.blocks);
    }
    ordered.threads.forEach(thread -> assertSame(Thread.currentThread(), thread));
    assertEquals(1, engine.failures().size(), "the recorder that fails is counted");
    observe(100, 1);
    engine.completeLast(0);
    assertTrue(engine.close(CLOSE_MILLIS));
    assertTrue(ordered.closed);
    assertEquals(101, memory.run().size());
    assertTrue(memory.run().gaps().isEmpty());
  }

  @Test
  void handedOverAtOnce_anInterruptOfTraining_reachesTrainingAndNoRecorder() {
    List<Boolean> seen = new ArrayList<>();
    Recorder watching =
        new Recorder() {
          @Override
          public void header(RunHeader header) {}

          @Override
          public void block(byte[] block) {
            seen.add(Thread.currentThread().isInterrupted());
          }

          @Override
          public void close() {}
        };
    engine(watching).handOverAtOnce();
    record(0, 1);
    assertFalse(Thread.currentThread().isInterrupted());
    Thread.currentThread().interrupt();
    record(1, 1);
    assertTrue(Thread.interrupted());
    assertEquals(List.of(false, false), seen);
    assertTrue(engine.close(CLOSE_MILLIS));
  }

  @Test
  void handedOverAtOnce_closingFromAnotherThread_waitsForTheBlockUnderWay() throws Exception {
    for (int attempt = 0; attempt < 20; attempt++) {
      Ordered ordered = new Ordered();
      Engine shared = engine(ordered);
      shared.handOverAtOnce();
      CountDownLatch underWay = new CountDownLatch(20);
      Thread trainer =
          new Thread(
              () -> {
                for (int step = 0; step < 400; step++) {
                  record(step, 1);
                  underWay.countDown();
                }
              });
      trainer.start();
      underWay.await();
      assertTrue(shared.close(CLOSE_MILLIS));
      int blocks = ordered.blocks;
      trainer.join();
      assertTrue(blocks >= 20);
      assertEquals(blocks, ordered.blocks);
      assertTrue(ordered.closed);
      assertFalse(ordered.late, "no block after the end");
    }
  }

  @Test
  void goingOnWithAnotherNetwork_itsViewIsTheOneThatCounts() {
    engine(memory);
    record(0, 1);
    record(1, 1);
    engine.continueWith(NetworkView.opaque(7));
    record(2, 1);
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(2 * 0.1, memory.run().value("flowTime", 1));
    assertEquals(7 * 0.2, memory.run().value("flowTime", 2));
  }

  @Test
  void hundredThousandFastRecords_arriveOnceAndInOrder_withTheirPatterns() {
    engine(memory);
    int n = 100_000;
    long[] kept = new long[n];
    for (int step = 0; step < n; step++) {
      if (step % 3 == 0) {
        flipOne();
      }
      kept[step] = words[0][step % 4];
      int now = step;
      await("room", () -> engine.hasRoom(now));
      record(step, 1.0 / (1 + step));
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    Run run = memory.run();
    assertEquals(n, run.size());
    long[] next = {0};
    run.visit(record -> assertEquals(next[0]++, record.step()));
    assertTrue(run.gaps().isEmpty());
    assertTrue(events(run, EventKind.SCHEDULE_STRETCHED).isEmpty());
    for (int step = 0; step < n; step += 997) {
      assertEquals(kept[step], run.patternAt(step, "a").words()[step % 4]);
      assertEquals(-step, run.value("score", step));
    }
    assertEquals(5L * n, run.watchNanos());
  }

  @Test
  void values_areThoseThatWereObserved() {
    engine(memory);
    words[0][1] = 0x3ff;
    words[1][0] = 1;
    for (int step = 3; step < 6; step++) {
      record(step, step * 0.5);
    }
    observe(6, 3);
    engine.completeLast(7);
    engine.completeLast(7);
    assertTrue(engine.close(CLOSE_MILLIS));
    Run run = memory.run();
    assertEquals(4, run.size());
    for (int step = 3; step <= 6; step++) {
      double time = 0;
      for (int k = 3; k < step; k++) {
        time += 0.1;
      }
      assertEquals(time, run.value("time", step));
      assertEquals(2 * time, run.value("flowTime", step));
      assertEquals(step * 0.5, run.value("loss", step));
      assertEquals(step, run.value("parameterNorm", step));
      assertEquals(step - 3, run.value("distanceFromInit", step));
      assertEquals(3, run.value("deadUnits[a]", step));
      assertEquals(1, run.value("linearUnits[a]", step));
      assertEquals(0.25, run.value("activeFraction[a]", step));
      assertEquals(0.05, run.value("activeFraction[b]", step));
      assertEquals(0, run.value("activations[a]", step));
      assertEquals(0, run.value("nanEntries[b]", step));
      if (step == 3) {
        assertTrue(Absent.is(run.value("updateNorm", step)));
      } else {
        assertEquals(1, run.value("updateNorm", step));
      }
      assertEquals(step == 6, Absent.is(run.value("score", step)));
      assertEquals(step == 6, Absent.is(run.value("learningRate", step)));
    }
    assertEquals(22, run.watchNanos());
  }

  @Test
  void unitEvents_agreeWithANaiveLoop() {
    engine(memory);
    List<String> expected = new ArrayList<>();
    int[][] before = {new int[4], new int[2]};
    for (int step = 0; step < 2000; step++) {
      for (int layer = 0; layer < 2; layer++) {
        for (int unit = 0; unit < UNITS[layer]; unit++) {
          int draw = random.nextInt(20);
          long old = words[layer][unit];
          words[layer][unit] =
              draw == 0 ? 0 : draw == 1 ? 0x3ff : draw == 2 ? random.nextInt(1024) : old;
          int now = Long.bitCount(words[layer][unit]);
          int was = before[layer][unit];
          if (step > 0) {
            String where = step + " " + layer + " " + unit;
            if (was > 0 && now == 0) {
              expected.add("unitDied " + where);
            }
            if (was == 0 && now > 0) {
              expected.add("unitRevived " + where);
            }
            if (was < 10 && now == 10) {
              expected.add("unitLinear " + where);
            }
          }
          before[layer][unit] = now;
        }
      }
      int now = step;
      await("room", () -> engine.hasRoom(now));
      record(step, step);
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(
        expected,
        memory.run().events().stream()
            .map(e -> e.kind().id() + " " + e.step() + " " + e.layer() + " " + e.unit())
            .collect(Collectors.toList()));
  }

  @Test
  void plateaus_areEventsWithTheirLevel() {
    engine(memory);
    for (int step = 0; step < 400; step++) {
      record(step, step < 200 ? 0.5 : step < 300 ? 0.25 : 0);
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(
        List.of(
            "plateauBegan at step 49: loss 0.5 since step 0",
            "plateauEnded at step 200: loss 0.25",
            "plateauBegan at step 249: loss 0.25 since step 200",
            "plateauEnded at step 300: loss 0.0",
            "plateauBegan at step 349: loss 0.0 since step 300"),
        memory.run().events().stream().map(Event::toString).collect(Collectors.toList()));
  }

  /** Takes blocks only while the gate is open. */
  private static final class Gate implements Recorder {
    final CountDownLatch open = new CountDownLatch(1);
    final CountDownLatch entered = new CountDownLatch(1);
    final Recorder behind;

    Gate(Recorder behind) {
      this.behind = behind;
    }

    @Override
    public void header(RunHeader header) throws IOException {
      behind.header(header);
    }

    @Override
    public void block(byte[] block) throws IOException {
      entered.countDown();
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      behind.block(block);
    }

    @Override
    public void close() throws IOException {
      behind.close();
    }
  }

  @Test
  void stuckRecorder_doesNotHoldCloseBeyondItsTime() throws Exception {
    Gate gate = new Gate(memory);
    engine(gate);
    record(0, 1);
    engine.queue().requestFlush();
    gate.entered.await();
    assertFalse(engine.close(50));
    record(1, 1);
    assertFalse(engine.close(1));
    gate.open.countDown();
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(1, memory.run().size());
  }

  @Test
  void interruptedThread_stillClosesAndStaysInterrupted() {
    engine(memory);
    record(0, 1);
    Thread.currentThread().interrupt();
    assertTrue(engine.close(CLOSE_MILLIS));
    assertTrue(Thread.interrupted());
    assertEquals(1, memory.run().size());
  }

  @Test
  void records_areFlushedWithoutClose() {
    engine(memory);
    record(0, 1);
    await("the first flush", () -> memory.run() != null && memory.run().size() == 1);
    record(1, 1);
    await("the second flush", () -> memory.run().size() == 2);
    record(2, 1);
    engine.queue().requestFlush();
    await("the flush asked for", () -> memory.run().size() == 3);
    assertTrue(engine.close(CLOSE_MILLIS));
  }

  /** Counts, and throws where it is told to. */
  private static final class Failing implements Recorder {
    final Throwable failure;
    boolean headerFails;
    boolean headerFailsOnce;
    boolean interrupts;
    boolean interrupted;
    int failBlocks;
    int headers;
    int blocks;
    int taken;
    int closed;

    Failing(Throwable failure) {
      this.failure = failure;
    }

    private void fail() throws IOException {
      if (failure instanceof Error) {
        throw (Error) failure;
      }
      if (failure instanceof RuntimeException) {
        throw (RuntimeException) failure;
      }
      throw (IOException) failure;
    }

    @Override
    public void header(RunHeader header) throws IOException {
      headers++;
      if (headerFails || headerFailsOnce) {
        headerFailsOnce = false;
        fail();
      }
    }

    @Override
    public void block(byte[] block) throws IOException {
      interrupted |= Thread.currentThread().isInterrupted();
      if (interrupts) {
        Thread.currentThread().interrupt();
      }
      blocks++;
      if (blocks <= failBlocks) {
        fail();
      }
      taken++;
    }

    @Override
    public void close() throws IOException {
      closed++;
      if (failBlocks > 0) {
        fail();
      }
    }

    @Override
    public String toString() {
      throw new IllegalStateException("not even a name");
    }
  }

  private void recordInBlocks(int blocks) {
    for (int k = 0; k < blocks; k++) {
      flipOne();
      record(k, 1.0 / (1 + k));
      engine.queue().requestFlush();
      long size = k + 1;
      await("block " + k, () -> memory.run() != null && memory.run().size() == size);
    }
    assertTrue(engine.close(CLOSE_MILLIS));
  }

  @Test
  void recorderThatInterruptsItsThread_disturbsNeitherOthersNorItself(@TempDir Path folder)
      throws IOException {
    Failing interrupting = new Failing(null);
    interrupting.interrupts = true;
    Recorder file = RunFile.create(folder.resolve("a.ibrun"));
    Failing next = new Failing(null);
    engine(interrupting, next, file, memory);
    recordInBlocks(4);
    assertFalse(next.interrupted || interrupting.interrupted);
    assertEquals(4, memory.run().size());
    assertEquals(4, interrupting.taken);
    assertEquals(4, RunFile.open(folder.resolve("a.ibrun")).size());
  }

  @Test
  void runWithoutARecord_leavesAHeader_andClosesItsRecorders(@TempDir Path folder)
      throws IOException {
    Failing counting = new Failing(null);
    engine(RunFile.create(folder.resolve("a.ibrun")), counting, memory);
    assertTrue(engine.close(CLOSE_MILLIS));
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(0, RunFile.open(folder.resolve("a.ibrun")).size());
    assertEquals(1, counting.headers);
    assertEquals(1, counting.closed);
    assertEquals(0, memory.run().size());
  }

  @Test
  void stepsThatDoNotIncrease_areRefused_alsoAcrossBlocks() {
    engine(memory);
    record(5, 1);
    await("a flush", () -> memory.run() != null && memory.run().size() == 1);
    assertThrows(IllegalArgumentException.class, () -> record(5, 1));
    assertThrows(IllegalArgumentException.class, () -> record(4, 1));
    record(6, 1);
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(2, memory.run().size());
    assertTrue(memory.run().gaps().isEmpty());
  }

  private static Metric metric(String id, Metric.Scope scope, Throwable failure, int times) {
    int[] calls = {0};
    return new Metric() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public Scope scope() {
        return scope;
      }

      @Override
      public double evaluate(Observation observation, int layer) {
        if (calls[0]++ < times) {
          if (failure instanceof Error) {
            throw (Error) failure;
          }
          throw (RuntimeException) failure;
        }
        return 100 * observation.step() + layer;
      }
    };
  }

  @Test
  void metricThatThrows_givesNaNAndAnEvent_andIsSwitchedOffAfterThree() {
    metrics =
        List.of(
            metric("good", Metric.Scope.LAYER, null, 0),
            metric("bad", Metric.Scope.NETWORK, new IllegalStateException("why"), 99),
            metric("worse", Metric.Scope.NETWORK, new StackOverflowError(), 99),
            metric("twice", Metric.Scope.NETWORK, new ArithmeticException("z"), 2));
    engine(memory);
    for (int step = 0; step < 6; step++) {
      record(step, step);
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    Run run = memory.run();
    assertEquals(6, run.size());
    for (int step = 0; step < 6; step++) {
      assertEquals(100 * step, run.value("good[a]", step));
      assertEquals(100 * step + 1, run.value("good[b]", step));
      for (String id : List.of("bad", "worse")) {
        assertTrue(Double.isNaN(run.value(id, step)));
        assertEquals(step >= 3, Absent.is(run.value(id, step)));
      }
      assertEquals(step < 2 ? Double.NaN : 100 * step - 1, run.value("twice", step));
    }
    List<Event> failed = events(run, EventKind.METRIC_FAILED);
    assertEquals(
        List.of(
            "0 metric bad: java.lang.IllegalStateException: why",
            "1 metric bad: java.lang.IllegalStateException: why",
            "2 metric bad: java.lang.IllegalStateException: why; switched off"),
        failed.stream()
            .filter(e -> e.detail().startsWith("metric bad"))
            .map(e -> e.step() + " " + e.detail())
            .collect(Collectors.toList()));
    assertEquals(3 + 3 + 2, failed.size());
  }

  @Test
  void metricThatFailsPerLayer_hasOneEventPerRecord_andIsNaNInAllItsColumns() {
    metrics = List.of(metric("bad", Metric.Scope.LAYER, new IllegalStateException(), 99));
    engine(memory);
    for (int step = 0; step < 4; step++) {
      record(step, 1);
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(3, events(memory.run(), EventKind.METRIC_FAILED).size());
    assertEquals(Map.of("metric bad", 3), engine.failures());
    for (String column : List.of("bad[a]", "bad[b]")) {
      assertTrue(Double.isNaN(memory.run().value(column, 2)));
      assertFalse(Absent.is(memory.run().value(column, 2)));
      assertTrue(Absent.is(memory.run().value(column, 3)));
    }
  }

  @Test
  void metricThatFailsNowAndThen_staysOn_withACountAndFewEvents() {
    int[] calls = {0};
    metrics =
        List.of(
            new Metric() {
              @Override
              public String id() {
                return "odd";
              }

              @Override
              public Scope scope() {
                return Scope.NETWORK;
              }

              @Override
              public double evaluate(Observation observation, int layer) {
                if (calls[0]++ % 2 == 0) {
                  throw new IllegalStateException();
                }
                return 1;
              }
            });
    engine(memory);
    for (int step = 0; step < 100; step++) {
      record(step, 1);
    }
    assertTrue(engine.close(CLOSE_MILLIS));
    assertEquals(Map.of("metric odd", 50), engine.failures());
    assertEquals(1, memory.run().value("odd", 99));
    assertEquals(10, events(memory.run(), EventKind.METRIC_FAILED).size());
  }

  @Test
  void columns_areTheFixedOnes_thenMetricsPerNetworkAndPerLayer() {
    metrics =
        List.of(
            metric("n", Metric.Scope.NETWORK, null, 0), metric("l", Metric.Scope.LAYER, null, 0));
    assertEquals(
        List.of("time", "flowTime", "learningRate", "score", "loss", "n", "l[a]", "l[b]"),
        new Instruments(metrics, List.of(), List.of())
            .declare(
                new HeaderBuilder("s", "w", 0).layers(LAYERS), LAYERS, NetworkView.opaque(1), PROBE)
            .build()
            .columnNames());
    assertNull(memory.run());
  }
}
