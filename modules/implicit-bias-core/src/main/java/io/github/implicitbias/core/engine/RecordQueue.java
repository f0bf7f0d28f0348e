package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries records from the training thread to the recorders: the training thread encodes into a
 * block, a daemon thread takes blocks away, twice a second or when they are full, and offers them
 * to an {@link Outlet} for each recorder; the run in memory gets them directly. The training thread
 * waits only while two references are exchanged. After {@link #handOverAtOnce} the training thread
 * does all that itself.
 */
final class RecordQueue {

  private static final Logger LOG = LoggerFactory.getLogger(RecordQueue.class);

  private static final int BUILDERS = 8;
  private static final long FLUSH_MILLIS = 500;
  private static final long MIN_FLUSH_MILLIS = 100;
  private static final int SPARES = 2;

  private final RunHeader header;
  private Supplier<RunHeader> whole;
  private final RunFacts facts;
  private RunHeader known;
  private final List<PatternHistory> patterns;
  private final Recipients recipients;
  private final FailureLog failures;
  private final Fuse encoding = new Fuse("encoding of records");
  private final BlockSize size;
  private final Object handingOver = new Object();
  private final ArrayDeque<BlockBuilder> free = new ArrayDeque<>();
  private final ArrayDeque<BlockBuilder> full = new ArrayDeque<>();
  private final VisitRecorder visits = new VisitRecorder(this);
  private @Nullable BlockBuilder active;
  private boolean startAnew;
  private boolean flushRequested;
  private boolean closing;
  private boolean closed;
  private boolean atOnce;
  private boolean begun;
  private long lastStep = -1;
  private long number;
  private long lastRecords = -1; // number of the last block of records
  private @Nullable Thread thread;
  private volatile long cpuNanos;
  private volatile long startNanos;

  RecordQueue(
      RunHeader header,
      Supplier<RunHeader> whole,
      RunFacts facts,
      List<PatternHistory> patterns,
      List<Recorder> recorders,
      FailureLog failures) {
    this.header = header;
    this.whole = whole;
    this.facts = facts;
    this.known = header;
    this.patterns = patterns;
    this.failures = failures;
    this.recipients = new Recipients(recorders, failures, this::startAnew);
    this.size = new BlockSize(patterns);
    long numbers = IntStream.range(0, header.rows()).mapToLong(header::rowLength).sum();
    if (numbers > BlockBuilder.MAX_ROW_NUMBERS) {
      LOG.warn(
          "{} columns with one value for each of {} samples, or each unit, are too much for a"
              + " record: of those due at the same record the first with {} values together are"
              + " kept. Use a smaller probe.",
          header.rows(),
          header.samples(),
          BlockBuilder.MAX_ROW_NUMBERS);
    }
    for (int i = 0; i < BUILDERS; i++) {
      free.add(new BlockBuilder(header.id()));
    }
  }

  /** Returns the CPU time of the daemon threads so far. */
  long cpuNanos() {
    return cpuNanos + recipients.cpuNanos();
  }

  /** Returns the part of it that was needed before the first block. */
  long startNanos() {
    return startNanos;
  }

  /**
   * Makes records go to the recorders in the thread that adds them, before {@link #add} returns. To
   * be called before the first.
   */
  synchronized void handOverAtOnce() {
    atOnce = true;
    recipients.handOverAtOnce();
  }

  /** Makes the next record begin a block with a full pattern: its flips may not be all. */
  synchronized void startAnew() {
    startAnew = true;
  }

  /** Returns true if one more record can be taken. Called by the training thread. */
  synchronized boolean hasRoom() {
    return !free.isEmpty() || (active != null && !size.isReachedBy(active));
  }

  /**
   * Takes one record. Without room, as for the last record of a run, the present block grows beyond
   * its size. Called by the training thread.
   *
   * @throws IllegalArgumentException if the steps do not increase
   */
  void add(Record record) {
    append(record);
    if (atOnce) {
      handOver();
    }
  }

  private synchronized void append(Record record) {
    if (closing) {
      return;
    }
    if (record.step() <= lastStep) {
      throw new IllegalArgumentException("step " + record.step() + " after step " + lastStep);
    }
    if (active != null && (startAnew || size.isReachedBy(active)) && !free.isEmpty()) {
      retire(active);
      notifyAll();
    }
    if (active != null && startAnew) {
      throw new IllegalStateException("storage is slower than training");
    }
    BlockBuilder builder = active == null ? start(record.millis()) : active;
    boolean whole = false;
    try {
      builder.add(record, patterns);
      whole = true;
    } finally {
      if (!whole && builder.count() == 0) {
        free.addFirst(builder);
        active = null;
      }
    }
    lastStep = record.step();
    recipients.recorded(record);
    if (!atOnce) {
      tryToStart();
    }
  }

  /** Starts the thread; without memory for one now, the next record tries again. */
  private void tryToStart() {
    try {
      start();
    } catch (OutOfMemoryError e) {
      failures.failed(encoding, EventKind.RECORDER_FAILED, e, ", records wait");
    }
  }

  VisitRecorder visits() {
    return visits;
  }

  /** Says that there are visits to be handed over, which they are with the next flush. */
  void wake() {
    synchronized (this) {
      if (!closing && !atOnce) {
        tryToStart();
        requestFlush();
      }
    }
    if (atOnce) {
      handOver();
    }
  }

  private BlockBuilder start(long now) {
    BlockBuilder builder = free.removeFirst();
    active = builder;
    boolean keyframe = startAnew || size.isKeyframeDue();
    boolean ready = false;
    try {
      size.prepare(builder);
      builder.reset(now, keyframe ? patterns : null);
      ready = true;
    } finally {
      if (!ready) {
        free.addFirst(builder);
        active = null;
      }
    }
    if (keyframe) {
      startAnew = false;
      size.keyframe();
    }
    return builder;
  }

  /** Prepares the builders that will be used next, if memory allows. By the daemon thread. */
  private void prepareSpares() {
    List<BlockBuilder> spares = new ArrayList<>();
    synchronized (this) {
      while (spares.size() < SPARES && free.size() > 1) {
        spares.add(free.removeFirst());
      }
    }
    try {
      spares.forEach(size::prepare);
    } catch (OutOfMemoryError e) {
      failures.failed(encoding, EventKind.RECORDER_FAILED, e, "");
    } finally {
      synchronized (this) {
        spares.forEach(free::addFirst);
      }
    }
  }

  private void start() {
    if (thread == null) {
      Thread worker = new Thread(this::work, "implicit-bias-recorder");
      worker.setDaemon(true);
      worker.start();
      thread = worker;
    }
  }

  private void retire(BlockBuilder builder) {
    size.completed(builder);
    full.add(builder);
    active = null;
  }

  /** Asks for what is there to be written soon; returns at once. */
  synchronized void requestFlush() {
    if (!flushRequested) {
      flushRequested = true;
      notifyAll();
    }
  }

  /**
   * Writes everything and closes the recorders, which then have the header at least.
   *
   * @return false if that took longer than the time allowed
   */
  boolean close(long timeoutMillis) {
    visits.end(failures);
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return awaitClosed(deadline);
        } catch (InterruptedException e) {
          // What was recorded is written all the same; the time is bounded.
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends what nobody closes; who was handed everything at once expects no other thread. */
  void abandon() {
    if (!atOnce) {
      close(0);
    }
  }

  private boolean awaitClosed(long deadline) throws InterruptedException {
    synchronized (this) {
      closing = true;
      start();
      notifyAll();
      while (!closed) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
    }
    return recipients.awaitClosed(deadline);
  }

  /** Hands over what is there, in the thread that added it. */
  private void handOver() {
    synchronized (handingOver) {
      begin();
      for (BlockBuilder builder = next(); builder != null; builder = next()) {
        give(builder);
      }
      giveVisits();
    }
  }

  private void work() {
    synchronized (handingOver) {
      long begin = CpuClock.nanos();
      try {
        begin();
      } catch (Throwable e) {
        survived(e);
      }
      startNanos = CpuClock.nanos() - begin;
      cpuNanos = startNanos;
      long lastFlush = System.nanoTime();
      while (true) {
        BlockBuilder builder;
        synchronized (this) {
          awaitWork(lastFlush);
          builder = next();
          if (builder == null && closing && visits.isEmpty()) {
            break;
          }
        }
        try {
          if (builder != null) {
            give(builder);
          }
          giveVisits();
        } catch (Throwable e) {
          survived(e);
        }
        lastFlush = System.nanoTime();
        cpuNanos = CpuClock.nanos() - begin;
      }
      try {
        recipients.beginClose();
      } finally {
        synchronized (this) {
          closed = true;
          notifyAll();
        }
      }
    }
  }

  /** Whatever happens, the thread goes on: without it nothing would be recorded any more. */
  private void survived(Throwable e) {
    startAnew();
    failures.failed(encoding, EventKind.RECORDER_FAILED, e, ", some records are lost");
  }

  /** Gives everybody the header, and once more when what takes long to find out is known. */
  private void begin() {
    if (begun) {
      return;
    }
    begun = true;
    recipients.header(header);
    try {
      known = whole.get();
      if (known != header || facts.areNew()) {
        recipients.header(facts.addedTo(known));
      }
    } catch (Throwable e) {
      failures.failed(
          new Fuse("provenance"), EventKind.RECORDER_FAILED, e, ", the header says less");
    }
    whole = () -> header; // lets go what it holds
  }

  private synchronized @Nullable BlockBuilder next() {
    if (full.isEmpty() && active != null && active.count() > 0) {
      retire(active);
    }
    flushRequested = false;
    return full.poll();
  }

  private void giveVisits() {
    while (!visits.isEmpty()) {
      Outlet.Block block = visits.next(header.id(), number++, failures);
      if (block != null) {
        recipients.block(block);
      }
    }
  }

  private void give(BlockBuilder builder) {
    Outlet.Block block = seal(builder);
    if (!atOnce) {
      prepareSpares();
    }
    if (block != null) {
      recipients.block(block);
    }
    if (facts.areNew()) {
      recipients.header(facts.addedTo(known));
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
      // Only a recorder can have done this: no reason to end.
    }
  }

  /** Returns the block and frees its builder; null if memory was out, which leaves a gap. */
  private Outlet.@Nullable Block seal(BlockBuilder builder) {
    try {
      return new Outlet.Block(
          builder.seal(number, lastRecords),
          builder.hasKeyframe(),
          builder.firstStep(),
          builder.lastStep());
    } catch (Throwable e) {
      failures.failed(
          encoding,
          EventKind.RECORDER_FAILED,
          e,
          ", records up to step " + builder.lastStep() + " are lost");
      return null;
    } finally {
      lastRecords = number;
      number++;
      synchronized (this) {
        // The one used last is large enough already.
        free.addFirst(builder);
      }
    }
  }
}
