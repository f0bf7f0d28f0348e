package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way to one recorder: blocks wait here until it has taken them. Whatever the recorder does,
 * throw, block, or fail for hours, concerns nobody else.
 *
 * <p>A header or block that is not taken is offered again, after a pause that doubles from {@value
 * #FIRST_PAUSE_MILLIS} ms to {@value #LONGEST_PAUSE_MILLIS} ms, for as long as the run goes on. At
 * most {@value #MAX_BYTES} bytes of records wait; beyond that the oldest blocks are dropped, up to
 * the next that begins with whole patterns, so that what comes behind the gap can be read. As many
 * bytes of visits may wait; the newest of them is never dropped. It has a daemon thread of its own,
 * unless it is told to hand over at once.
 */
final class Outlet {

  static final long MAX_BYTES = 16L << 20;
  static final long FIRST_PAUSE_MILLIS = 100;
  static final long LONGEST_PAUSE_MILLIS = 30_000;

  /** A sealed block, and what has to be known of it without decoding it. */
  static final class Block {
    final byte[] bytes;
    final boolean keyframe;
    final long firstStep;
    final long lastStep;
    final boolean visits;

    /** Makes a block of records. */
    Block(byte[] bytes, boolean keyframe, long firstStep, long lastStep) {
      this(bytes, keyframe, firstStep, lastStep, false);
    }

    private Block(byte[] bytes, boolean keyframe, long firstStep, long lastStep, boolean visits) {
      this.bytes = bytes;
      this.keyframe = keyframe;
      this.firstStep = firstStep;
      this.lastStep = lastStep;
      this.visits = visits;
    }

    /** Makes a block about visits, up to a step. */
    static Block ofVisits(byte[] bytes, long lastStep) {
      return new Block(bytes, false, lastStep, lastStep, true);
    }
  }

  private interface Call {
    void on(Recorder recorder) throws Exception;
  }

  private final Recorder recorder;
  private final String name;
  private final FailureLog failures;
  private final Runnable keyframeWanted;
  private final long maxBytes;
  private final Object handing = new Object();
  private final ArrayDeque<Block> waiting = new ArrayDeque<>();
  private long bytes;
  private long visitBytes;
  private @Nullable Block inFlight;
  private @Nullable RunHeader header;
  private @Nullable RunHeader given;
  private boolean closing;
  private boolean closed;
  private boolean atOnce;
  private boolean failing;
  private long pauseMillis;
  private long retryAt;
  private long lost;
  private long lostFrom;
  private long lostTo;
  private long lostVisits;
  private @Nullable Thread thread;
  private volatile long cpuNanos;

  /**
   * Makes the way to a recorder.
   *
   * @param keyframeWanted asks for whole patterns in the next block, as what comes next follows a
   *     gap
   * @param maxBytes of blocks that wait
   */
  Outlet(Recorder recorder, FailureLog failures, Runnable keyframeWanted, long maxBytes) {
    this.recorder = recorder;
    this.failures = failures;
    this.keyframeWanted = keyframeWanted;
    this.maxBytes = maxBytes;
    name = "recorder " + name(recorder);
  }

  private static String name(Recorder recorder) {
    try {
      return recorder.toString();
    } catch (Throwable e) {
      return recorder.getClass().getName();
    }
  }

  /** Makes blocks go to the recorder in the thread that offers them; to be called before any. */
  void handOverAtOnce() {
    atOnce = true;
  }

  /** Returns the CPU time of its own thread so far. */
  long cpuNanos() {
    return cpuNanos;
  }

  /** Sets the header that the recorder is to have before the next block. */
  void offer(RunHeader newest) {
    synchronized (this) {
      header = newest;
      begin();
    }
    if (atOnce) {
      giveNow();
    }
  }

  /** Adds a block. */
  void offer(Block block) {
    synchronized (this) {
      if (closing) {
        return;
      }
      waiting.add(block);
      count(block, 1);
      if (bytes > maxBytes) {
        drop();
      }
      if (visitBytes > maxBytes) {
        dropVisits();
      }
      begin();
    }
    if (atOnce) {
      giveNow();
    }
  }

  private void begin() {
    if (!atOnce && thread == null) {
      thread = new Thread(this::work, "implicit-bias-outlet");
      thread.setDaemon(true);
      thread.start();
    }
    notifyAll();
  }

  private void count(Block block, int sign) {
    if (block.visits) {
      visitBytes += sign * (long) block.bytes.length;
    } else {
      bytes += sign * (long) block.bytes.length;
    }
  }

  /** Makes room: the records that are left begin with whole patterns, or there are none. */
  private void drop() {
    for (Iterator<Block> blocks = waiting.iterator(); blocks.hasNext(); ) {
      Block oldest = blocks.next();
      if (oldest.visits) {
        continue;
      }
      if (bytes <= maxBytes / 2 && oldest.keyframe) {
        return;
      }
      blocks.remove();
      count(oldest, -1);
      lostFrom = lost == 0 ? oldest.firstStep : lostFrom;
      lostTo = oldest.lastStep;
      lost++;
    }
    keyframeWanted.run();
  }

  private void dropVisits() {
    for (Iterator<Block> blocks = waiting.iterator(); visitBytes > maxBytes / 2; ) {
      Block oldest = blocks.next();
      if (oldest.visits && !blocks.hasNext()) {
        return; // the newest, which has just come
      }
      if (oldest.visits) {
        blocks.remove();
        count(oldest, -1);
        lostVisits++;
      }
    }
  }

  /** Returns how many blocks are here, that which the recorder has in hand included. */
  synchronized int blocks() {
    return waiting.size() + (inFlight == null ? 0 : 1);
  }

  private void giveNow() {
    synchronized (handing) {
      // Somebody may want to interrupt training, but nobody wants to interrupt a recorder.
      boolean interrupted = Thread.interrupted();
      try {
        while (isDue() && step()) {
          // the next
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private synchronized boolean isDue() {
    boolean something = header != given || !waiting.isEmpty();
    return something && (!failing || closing || System.nanoTime() - retryAt >= 0);
  }

  private void work() {
    long begun = CpuClock.nanos();
    synchronized (handing) {
      while (awaitWork()) {
        step();
        cpuNanos = CpuClock.nanos() - begun;
      }
      close();
    }
    cpuNanos = CpuClock.nanos() - begun;
  }

  /** Waits until something can be handed over; returns false when nothing will come any more. */
  private synchronized boolean awaitWork() {
    while (!isDue()) {
      if (closing) {
        return false;
      }
      try {
        if (failing && (header != given || !waiting.isEmpty())) {
          long left = TimeUnit.NANOSECONDS.toMillis(retryAt - System.nanoTime());
          wait(Math.max(1, left));
        } else {
          wait();
        }
      } catch (InterruptedException e) {
        // Only a recorder can have done this: no reason to end.
      }
    }
    // When closing, what is refused once more is lost.
    return !(closing && failing && pauseMillis < 0);
  }

  /** Hands one thing over; returns false if it was not taken. */
  private boolean step() {
    RunHeader due;
    Block head;
    synchronized (this) {
      due = header != given ? header : null;
      head = due == null ? waiting.poll() : null;
      inFlight = head;
    }
    boolean taken;
    if (due != null) {
      taken = attempt(r -> r.header(due));
    } else if (head != null) {
      // A recorder that changes the bytes changes its own.
      taken = attempt(r -> r.block(head.bytes.clone()));
    } else {
      return false;
    }
    synchronized (this) {
      inFlight = null;
      if (taken && due != null) {
        given = due;
      } else if (taken && head != null) {
        count(head, -1);
      } else if (head != null) {
        waiting.addFirst(head);
      }
      if (!taken && closing) {
        pauseMillis = -1;
      }
    }
    return taken;
  }

  /** The boundary that no failure of a recorder passes. */
  private boolean attempt(Call call) {
    try {
      call.on(recorder);
      recovered();
      return true;
    } catch (Throwable e) {
      refused(e);
      return false;
    } finally {
      // An interrupt that a recorder leaves behind would disturb what comes next.
      Thread.interrupted();
    }
  }

  private void refused(Throwable cause) {
    boolean first;
    synchronized (this) {
      first = !failing;
      failing = true;
      pauseMillis = first ? FIRST_PAUSE_MILLIS : Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
      retryAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
    }
    failures.refused(name, cause, first);
  }

  private void recovered() {
    long blocks;
    long from;
    long to;
    long visits;
    boolean was;
    synchronized (this) {
      was = failing;
      failing = false;
      blocks = lost;
      from = lostFrom;
      to = lostTo;
      visits = lostVisits;
      lost = 0;
      lostVisits = 0;
    }
    if (was || blocks > 0) {
      String steps = blocks == 0 ? "" : "steps " + from + " to " + to + " are lost";
      String ofVisits = visits == 0 ? "" : visits + " blocks about visits are lost";
      String both = steps + (steps.isEmpty() || ofVisits.isEmpty() ? "" : ", ") + ofVisits;
      failures.recovered(name, both.isEmpty() ? "nothing is lost" : both);
    }
  }

  /**
   * Hands over what is there and closes the recorder, which has the header at least. Does not wait:
   * see {@link #awaitClosed}.
   */
  void beginClose() {
    boolean here;
    synchronized (this) {
      closing = true;
      here = atOnce || thread == null;
      notifyAll();
    }
    if (here) {
      giveNow();
      synchronized (handing) {
        close();
      }
    }
  }

  private void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    long left;
    synchronized (this) {
      left = waiting.size();
    }
    try {
      recorder.close();
    } catch (Throwable e) {
      failures.refused(name, e, true);
    } finally {
      Thread.interrupted();
    }
    if (left > 0) {
      failures.gaveUp(name, left);
    }
    synchronized (this) {
      closed = true;
      waiting.clear();
      notifyAll();
    }
  }

  /**
   * Waits until the recorder is closed.
   *
   * @param deadline by {@link System#nanoTime}
   * @return false if it is not by then
   * @throws InterruptedException if the calling thread is interrupted
   */
  synchronized boolean awaitClosed(long deadline) throws InterruptedException {
    while (!closed) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
