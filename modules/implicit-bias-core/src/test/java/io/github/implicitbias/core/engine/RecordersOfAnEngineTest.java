package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Recorders that are slow, stuck, interrupted or disturb: when blocks come, and when not. */
@Timeout(60)
class RecordersOfAnEngineTest extends EngineFixture {

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
}
