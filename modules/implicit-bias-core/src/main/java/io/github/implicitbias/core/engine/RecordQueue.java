package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.pattern.PatternHistory;
import io.github.implicitbias.core.run.BlockBuilder;
import io.github.implicitbias.core.run.Event;
import io.github.implicitbias.core.run.Recorder;
import io.github.implicitbias.core.run.RunHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries records from the training thread to the recorders: the training thread encodes into a
 * block, a daemon thread takes blocks away, twice a second or when they are full, and hands them to
 * the recorders. The training thread waits only while two references are exchanged.
 */
final class RecordQueue {

  private static final Logger LOG = LoggerFactory.getLogger(RecordQueue.class);

  private static final int BUILDERS = 8;
  private static final int BLOCK_BYTES = 1 << 18;
  private static final int BLOCK_RECORDS = 4096;
  private static final long FLUSH_MILLIS = 500;
  private static final long MIN_FLUSH_MILLIS = 100;
  private static final int KEYFRAME_BLOCKS = 16;
  private static final int MAX_FAILURES = 3;

  private final RunHeader header;
  private final List<PatternHistory> patterns;
  private final List<Recorder> recorders;
  private final int[] failures;
  private final long keyframeBytes;
  private final ArrayDeque<BlockBuilder> free = new ArrayDeque<>();
  private final ArrayDeque<BlockBuilder> full = new ArrayDeque<>();
  private BlockBuilder active;
  private long flipBytesSinceKeyframe;
  private int blocksSinceKeyframe = KEYFRAME_BLOCKS;
  private boolean flushRequested;
  private boolean closing;
  private boolean closed;
  private long number;
  private Thread thread;

  RecordQueue(RunHeader header, List<PatternHistory> patterns, List<Recorder> recorders) {
    this.header = header;
    this.patterns = patterns;
    this.recorders = new ArrayList<>(recorders);
    this.failures = new int[recorders.size()];
    long words = 0;
    for (PatternHistory pattern : patterns) {
      words += pattern.current().length;
    }
    this.keyframeBytes = 8 * words;
    for (int i = 0; i < BUILDERS; i++) {
      free.add(new BlockBuilder());
    }
  }

  /** Returns true if one more record can be taken. Called by the training thread. */
  synchronized boolean hasRoom() {
    return active == null ? !free.isEmpty() : !isFull(active) || !free.isEmpty();
  }

  private boolean isFull(BlockBuilder builder) {
    return builder.bytes() >= BLOCK_BYTES + keyframeBytes || builder.count() >= BLOCK_RECORDS;
  }

  /** Takes one record; {@link #hasRoom} was true. Called by the training thread. */
  synchronized void add(
      long step, int epoch, boolean inPlace, long watchNanos, double[] values, List<Event> events) {
    if (closing) {
      return;
    }
    if (active != null && isFull(active)) {
      retire();
      notifyAll();
    }
    long now = System.currentTimeMillis();
    if (active == null) {
      active = free.remove();
      boolean keyframe =
          blocksSinceKeyframe >= KEYFRAME_BLOCKS || flipBytesSinceKeyframe >= keyframeBytes;
      active.reset(now, keyframe ? patterns : null);
      if (keyframe) {
        blocksSinceKeyframe = 0;
        flipBytesSinceKeyframe = 0;
      }
    }
    active.add(step, epoch, inPlace, false, now, watchNanos, values, patterns, events);
    if (thread == null) {
      thread = new Thread(this::work, "implicit-bias-recorder");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void retire() {
    flipBytesSinceKeyframe += active.flipBytes();
    blocksSinceKeyframe++;
    full.add(active);
    active = null;
  }

  /** Asks for what is there to be written soon; returns at once. */
  synchronized void requestFlush() {
    flushRequested = true;
    notifyAll();
  }

  /**
   * Writes everything and closes the recorders.
   *
   * @return false if that took longer than the time allowed
   */
  boolean close(long timeoutMillis) {
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
    synchronized (this) {
      closing = true;
      notifyAll();
      try {
        while (thread != null && !closed) {
          long left = (deadline - System.nanoTime()) / 1_000_000;
          if (left <= 0) {
            return false;
          }
          wait(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  private void work() {
    each("header", recorder -> recorder.header(header));
    long lastFlush = System.nanoTime();
    while (true) {
      BlockBuilder builder;
      synchronized (this) {
        awaitWork(lastFlush);
        if (full.isEmpty() && active != null && active.count() > 0) {
          retire();
        }
        flushRequested = false;
        builder = full.poll();
        if (builder == null && closing) {
          break;
        }
      }
      if (builder != null) {
        byte[] block = builder.seal(number, number - 1);
        number++;
        synchronized (this) {
          free.add(builder);
        }
        each("block", recorder -> recorder.block(block));
      }
      lastFlush = System.nanoTime();
    }
    each("close", Recorder::close);
    synchronized (this) {
      closed = true;
      notifyAll();
    }
  }

  private void awaitWork(long lastFlush) {
    try {
      while (!closing && full.isEmpty()) {
        long age = (System.nanoTime() - lastFlush) / 1_000_000;
        long left = (flushRequested ? MIN_FLUSH_MILLIS : FLUSH_MILLIS) - age;
        if (left <= 0) {
          return;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      closing = true;
    }
  }

  private interface Call {
    void on(Recorder recorder) throws Exception;
  }

  private void each(String what, Call call) {
    for (int i = 0; i < recorders.size(); i++) {
      if (failures[i] >= MAX_FAILURES) {
        continue;
      }
      try {
        call.on(recorders.get(i));
        failures[i] = 0;
      } catch (Throwable e) {
        failures[i]++;
        LOG.warn(
            "{} did not take a {}{}; training goes on.",
            recorders.get(i),
            what,
            failures[i] >= MAX_FAILURES ? " again and gets no more" : "",
            e);
      }
    }
  }
}
