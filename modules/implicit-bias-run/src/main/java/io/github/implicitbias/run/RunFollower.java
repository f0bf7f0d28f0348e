package io.github.implicitbias.run;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.Frame;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.VisitBlock;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index of a run up to its log: the one way from stored blocks to a {@link Run}, for
 * files, storages, exports and the page. Blocks that are damaged are left out, and so are blocks
 * that could not be read in {@value #ATTEMPTS} attempts; what is missing then is a gap.
 * Thread-safe; one thread indexes at a time.
 */
public final class RunFollower {

  private static final Logger LOG = LoggerFactory.getLogger(RunFollower.class);

  /** A log that fails now may answer later: a disk that was away, a storage that was busy. */
  private static final int ATTEMPTS = 5;

  private static final long FIRST_PAUSE_NANOS = 2_000_000;

  /** Sees what is indexed, for histories that are kept beside the run. */
  public interface Observer {
    /** Is told that an index begins, with no block in it. */
    void begin(Run run);

    /** Returns what is to see the next block. */
    RecordVisitor block(RecordBlock block);

    /** Is told that the block has been accepted. */
    void accepted();
  }

  /** What an index is of: the blocks of the log that were accepted, in their order. */
  private static final class Accepted implements BlockSource {
    private final RunLog log;
    private volatile int[] places = new int[16];
    private int count;

    Accepted(RunLog log) {
      this.log = log;
    }

    /** Called before the run learns of the block, and again until one is accepted. */
    void next(int place) {
      int[] room = count < places.length ? places : Arrays.copyOf(places, 2 * count);
      room[count] = place;
      places = room;
    }

    void keep() {
      count++;
    }

    @Override
    public byte[] block(int index) throws IOException {
      return log.block(places[index]);
    }
  }

  private final RunLog log;
  private final Observer observer;
  private final Object following = new Object();
  private volatile GrowingRun run;
  private volatile long version;
  private volatile int unread;
  private volatile boolean stopped;
  private Accepted accepted;
  private int seen;
  private volatile int failedAttempts;
  private boolean warned;

  /** Makes a follower without an observer. */
  public RunFollower(RunLog log) {
    this(
        log,
        new Observer() {
          @Override
          public void begin(Run run) {}

          @Override
          public RecordVisitor block(RecordBlock block) {
            return record -> {};
          }

          @Override
          public void accepted() {}
        });
  }

  /** Makes a follower that has indexed nothing yet. */
  public RunFollower(RunLog log, Observer observer) {
    this.log = log;
    this.observer = observer;
    begin();
  }

  private void begin() {
    accepted = new Accepted(log);
    seen = 0;
    failedAttempts = 0;
    GrowingRun empty = new GrowingRun(log.header(), accepted);
    observer.begin(empty.run());
    run = empty;
    version++;
  }

  /** Returns the log that is followed. */
  public RunLog log() {
    return log;
  }

  /** Returns the index as it is; it grows while {@link #follow} is called. */
  public Run run() {
    return run.run();
  }

  /** Returns a number that changes whenever there is something new. */
  public long version() {
    return version;
  }

  /** Returns how many blocks are stored that were not indexed at the last look. */
  public int unread() {
    return unread;
  }

  /** Ends indexing that goes on in another thread, as soon as possible. */
  public void stop() {
    stopped = true;
  }

  /**
   * Indexes all that is stored, however long it takes. A block that cannot be read is tried again
   * after pauses that grow from a hundredth of a second to half a second.
   *
   * @throws IOException if the log cannot be read
   */
  public Run followAll() throws IOException {
    boolean caughtUp = false;
    while (!caughtUp) {
      caughtUp = follow(Long.MAX_VALUE);
      if (!caughtUp) {
        LockSupport.parkNanos(FIRST_PAUSE_NANOS << 2 * failedAttempts);
      }
    }
    return run();
  }

  /**
   * Looks for new blocks and indexes them. At a block that cannot be read it ends; the next call
   * tries again.
   *
   * @param nanos for how long at most; at least one block is read
   * @return false if it ended before all were indexed
   * @throws IOException if the log cannot be read
   */
  public boolean follow(long nanos) throws IOException {
    long begun = System.nanoTime();
    synchronized (following) {
      if (!log.look()) {
        begin();
      }
      run.inform(log.header());
      int stored = log.blocks();
      while (seen < stored && !stopped) {
        unread = stored - seen;
        if (!index(seen)) {
          break;
        }
        failedAttempts = 0;
        seen++;
        if (System.nanoTime() - begun > nanos) {
          break;
        }
      }
      unread = stored - seen;
      boolean caughtUp = unread == 0;
      if (run.endLost(caughtUp && log.isEndDamaged())) {
        version++;
      }
      return caughtUp || stopped;
    }
  }

  /** Returns false if the block is to be tried again. */
  private boolean index(int place) {
    try {
      byte[] bytes = log.block(place);
      if (Frame.isVisits(bytes)) {
        run.visits(VisitBlock.decode(run().header().id(), bytes), log, place);
      } else {
        RecordBlock block = RecordBlock.decode(run().header(), bytes);
        accepted.next(place);
        run.index(block, observer.block(block));
        observer.accepted();
        accepted.keep();
      }
      version++;
    } catch (BlockFormatException e) {
      leaveOut(place, e);
    } catch (IOException | RuntimeException e) {
      // Gone meanwhile, or not readable: sources throw what they like.
      int attempts = failedAttempts + 1;
      failedAttempts = attempts;
      if (attempts < ATTEMPTS) {
        LOG.debug("Block {} of run {} cannot be read", place, run().header().id(), e);
        return false;
      }
      leaveOut(place, e);
    }
    return true;
  }

  private void leaveOut(int place, Exception e) {
    if (warned) {
      LOG.debug("Block {} of run {} is left out", place, run().header().id(), e);
    } else {
      warned = true;
      LOG.warn("Block {} of run {} is left out: {}", place, run().header().id(), e.getMessage());
    }
  }
}
