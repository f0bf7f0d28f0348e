package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Gap;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One recorder's failure is its own; outages end; what was dropped is a gap in the record. */
@Timeout(120)
class OutletTest {

  private static final long CLOSE_MILLIS = 30_000;

  private final RunHeader header =
      new HeaderBuilder("s", "w", 7)
          .layers(List.of(new TrackedLayer("a", 0, 4, "relu")))
          .samples(new int[70], new int[70])
          .build();
  private final PatternHistory pattern = new PatternHistory(4, 70);
  private final List<long[]> kept = new ArrayList<>();
  private final FailureLog failures = new FailureLog();
  private final MemoryRecorder memory = new MemoryRecorder(1L << 30);

  private RecordQueue queue(Recorder... recorders) {
    List<Recorder> all = new ArrayList<>(Arrays.asList(recorders));
    all.add(memory);
    return new RecordQueue(header, () -> header, new RunFacts(), List.of(pattern), all, failures);
  }

  private void record(RecordQueue queue, long step) {
    long word = step * 0x9e3779b97f4a7c15L;
    for (int unit = 0; unit < 4; unit++) {
      pattern.next()[2 * unit] = word >>> unit;
      pattern.next()[2 * unit + 1] = step >>> unit & 63;
    }
    pattern.advance(0);
    kept.add(pattern.current().clone());
    Record record = new Record(header.columns().size());
    record.at(step, 0, true);
    record.recorded(System.currentTimeMillis(), 5);
    record.set(4, step);
    queue.add(record);
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, what + " did not happen");
      Thread.yield();
    }
  }

  private void recordAndFlush(RecordQueue queue, long step) {
    record(queue, step);
    queue.requestFlush();
    await("step " + step, () -> memory.run() != null && memory.run().lastStep() == step);
  }

  /** Keeps what it gets, and fails or waits when it is told to. */
  private static final class Fickle implements Recorder {
    final MemoryRecorder behind = new MemoryRecorder(1L << 30);
    volatile Throwable failure;
    volatile CountDownLatch gate;
    volatile boolean changes;
    volatile int calls;
    volatile int closed;

    private void call() throws IOException {
      calls++;
      CountDownLatch stop = gate;
      try {
        if (stop != null) {
          stop.await();
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      Throwable thrown = failure;
      if (thrown instanceof Error) {
        throw (Error) thrown;
      } else if (thrown instanceof RuntimeException) {
        throw (RuntimeException) thrown;
      } else if (thrown != null) {
        throw (IOException) thrown;
      }
    }

    @Override
    public void header(RunHeader header) throws IOException {
      call();
      behind.header(header);
    }

    @Override
    public void block(byte[] block) throws IOException {
      call();
      behind.block(block.clone());
      if (changes) {
        Arrays.fill(block, (byte) 7);
      }
    }

    @Override
    public void close() {
      closed++;
    }

    @Override
    public String toString() {
      return "fickle";
    }
  }

  private void allPatternsAreThere(Run run) {
    run.visit(
        record ->
            assertArrayEquals(
                kept.get((int) record.step()), run.patternAt(record.step(), "a").words()));
  }

  private List<String> said(EventKind kind) {
    return failures.takePending().stream()
        .filter(note -> note.kind == kind)
        .map(note -> note.detail)
        .collect(Collectors.toList());
  }

  @Test
  void recorderThatAlwaysThrows_isTriedAgainAndAgain_andOthersGetEverything(@TempDir Path folder)
      throws IOException {
    for (Throwable failure :
        List.of(new IllegalStateException("no"), new AssertionError("no"), new IOException("no"))) {
      OutletTest test = new OutletTest();
      Fickle fickle = new Fickle();
      fickle.failure = failure;
      Path file = folder.resolve(failure.getClass().getSimpleName() + ".ibrun");
      RecordQueue queue = test.queue(fickle, RunFile.create(file));
      for (int step = 0; step < 5; step++) {
        test.recordAndFlush(queue, step);
      }
      await("more than three tries", () -> fickle.calls > 3);
      assertTrue(queue.close(CLOSE_MILLIS));
      assertEquals(5, RunFile.open(file).size());
      assertEquals(5, test.memory.run().size());
      assertEquals(1, fickle.closed);
      assertTrue(test.failures.counts().get("recorder fickle") > 3);
      assertEquals(
          List.of("recorder fickle: " + failure),
          test.said(EventKind.RECORDER_FAILED),
          "one event");
    }
  }

  @Test
  void shortOutage_losesNothing() {
    Fickle fickle = new Fickle();
    RecordQueue queue = queue(fickle);
    recordAndFlush(queue, 0);
    await("the first record", () -> fickle.behind.run() != null && fickle.behind.run().size() == 1);
    fickle.failure = new IOException("down");
    for (int step = 1; step < 20; step++) {
      recordAndFlush(queue, step);
    }
    fickle.failure = null;
    await("all records", () -> fickle.behind.run().size() == 20);
    assertTrue(queue.close(CLOSE_MILLIS));
    assertTrue(fickle.behind.run().gaps().isEmpty());
    allPatternsAreThere(fickle.behind.run());
    assertEquals(
        List.of("recorder fickle: takes records again, nothing is lost"),
        said(EventKind.RECORDER_RECOVERED));
  }

  @Test
  void headerThatWasRefused_comesBeforeTheFirstBlock() {
    Fickle fickle = new Fickle();
    fickle.failure = new IOException("not yet");
    RecordQueue queue = queue(fickle);
    for (int step = 0; step < 3; step++) {
      recordAndFlush(queue, step);
    }
    fickle.failure = null;
    await("all records", () -> fickle.behind.run() != null && fickle.behind.run().size() == 3);
    assertTrue(queue.close(CLOSE_MILLIS));
  }

  @Test
  void recorderThatBlocks_holdsNobodyElse_andGetsAllWhenItComesBack(@TempDir Path folder)
      throws IOException {
    Fickle fickle = new Fickle();
    fickle.gate = new CountDownLatch(1);
    Path file = folder.resolve("a.ibrun");
    RecordQueue queue = queue(fickle, RunFile.create(file));
    for (int step = 0; step < 30; step++) {
      assertTrue(queue.hasRoom());
      recordAndFlush(queue, step);
    }
    await("the file", () -> size(file) == 30);
    assertFalse(queue.close(200), "the stuck one is waited for no longer than allowed");
    fickle.gate.countDown();
    assertTrue(queue.close(CLOSE_MILLIS));
    assertEquals(30, fickle.behind.run().size());
    assertTrue(fickle.behind.run().gaps().isEmpty());
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? RunFile.open(file).size() : 0;
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void longOutage_dropsTheOldest_andTheGapIsFollowedByAWholePattern() throws Exception {
    Fickle fickle = new Fickle();
    Outlet outlet = new Outlet(fickle, failures, () -> {}, 8_000);
    RecordQueue queue = queue(sink(outlet));
    recordAndFlush(queue, 0);
    await("the first record", () -> fickle.behind.run() != null && fickle.behind.run().size() == 1);
    fickle.failure = new IOException("down");
    long step = 1;
    for (; step < 90; step++) {
      recordAndFlush(queue, step);
    }
    assertTrue(outlet.blocks() < 80, "memory is bounded");
    fickle.failure = null;
    Run run = fickle.behind.run();
    await("the last record", () -> run.lastStep() == 89);
    assertTrue(queue.close(CLOSE_MILLIS));
    assertEquals(1, run.gaps().size());
    Gap gap = run.gaps().get(0);
    assertEquals(0, gap.after());
    assertTrue(gap.before() > 1);
    assertNull(run.values(gap.before() - 1));
    assertNotNull(run.patternAt(gap.before(), "a"));
    allPatternsAreThere(run);
    assertEquals(
        List.of(
            "recorder fickle: takes records again, steps 1 to " + (gap.before() - 1) + " are lost"),
        said(EventKind.RECORDER_RECOVERED));
  }

  /** Lets blocks through to an outlet of a small size; every fifth has whole patterns. */
  private Recorder sink(Outlet outlet) {
    return new Recorder() {
      @Override
      public void header(RunHeader known) {
        outlet.offer(known);
      }

      @Override
      public void block(byte[] block) throws IOException {
        io.github.implicitbias.run.format.RecordBlock decoded =
            io.github.implicitbias.run.format.RecordBlock.decode(header, block);
        outlet.offer(
            new Outlet.Block(
                block, decoded.hasKeyframe(), decoded.firstStep(), decoded.lastStep()));
      }

      @Override
      public void close() {
        outlet.beginClose();
      }
    };
  }

  @Test
  void recorderThatChangesItsBytes_changesNobodyElses(@TempDir Path folder) throws IOException {
    Fickle fickle = new Fickle();
    fickle.changes = true;
    Path file = folder.resolve("a.ibrun");
    RecordQueue queue = queue(fickle, RunFile.create(file));
    for (int step = 0; step < 5; step++) {
      recordAndFlush(queue, step);
    }
    assertTrue(queue.close(CLOSE_MILLIS));
    assertEquals(5, RunFile.open(file).size());
    allPatternsAreThere(RunFile.open(file));
    allPatternsAreThere(memory.run());
  }

  @Test
  void folderThatVanishes_andComesBack_losesNothing(@TempDir Path folder) throws IOException {
    Path inside = Files.createDirectory(folder.resolve("inside"));
    Path file = inside.resolve("a.ibrun");
    Recorder recorder = RunFile.create(file);
    Files.delete(inside);
    RecordQueue queue = queue(recorder);
    for (int step = 0; step < 4; step++) {
      recordAndFlush(queue, step);
    }
    await("a failure", () -> !failures.counts().isEmpty());
    assertTrue(
        failures.counts().keySet().iterator().next().contains(file.toString()), "it is named");
    Files.createDirectory(inside);
    await("all records", () -> size(file) == 4);
    assertTrue(queue.close(CLOSE_MILLIS));
    assertEquals(4, memory.run().size());
  }

  @Test
  void runFileThatIsDeleted_isNoticed_andRecordingGoesOnInANewOne(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("a.ibrun");
    RecordQueue queue = queue(RunFile.create(file));
    recordAndFlush(queue, 0);
    await("the first record", () -> size(file) == 1);
    Files.delete(file);
    recordAndFlush(queue, 1);
    await("the second record", () -> size(file) == 1 && failures.counts().size() == 1);
    assertTrue(queue.close(CLOSE_MILLIS));
    Run run = RunFile.open(file);
    assertEquals(1, run.firstStep());
    assertEquals(1, run.gaps().size());
    assertTrue(
        said(EventKind.RECORDER_FAILED).get(0).contains("was deleted or replaced"), "it is said");
  }

  @Test
  void provenanceThatIsKnownLater_reachesEverybody(@TempDir Path folder) throws IOException {
    CountDownLatch known = new CountDownLatch(1);
    Path file = folder.resolve("a.ibrun");
    Fickle fickle = new Fickle();
    RecordQueue queue =
        new RecordQueue(
            header,
            () -> {
              try {
                known.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return header.withProvenance(Map.of("hash", "abc"));
            },
            new RunFacts(),
            List.of(pattern),
            List.of(memory, fickle, RunFile.create(file)),
            failures);
    record(queue, 0);
    await("a file before the provenance is known", () -> Files.exists(file));
    known.countDown();
    assertTrue(queue.close(CLOSE_MILLIS));
    for (Run run : List.of(memory.run(), fickle.behind.run(), RunFile.open(file))) {
      assertEquals("abc", run.header().provenance().get("hash"));
      assertEquals(1, run.size());
    }
  }
}
