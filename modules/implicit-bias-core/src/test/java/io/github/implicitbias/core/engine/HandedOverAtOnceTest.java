package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records that are with the recorders before training goes on. */
@Timeout(60)
class HandedOverAtOnceTest extends EngineFixture {

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
    engine.completeLast(0, false);
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
}
