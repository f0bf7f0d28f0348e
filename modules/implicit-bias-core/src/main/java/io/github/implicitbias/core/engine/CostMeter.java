package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.schedule.Progress;
import io.github.implicitbias.run.Absent;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures what watching costs: the CPU time of the training thread between {@link #enter} and
 * {@link #leave}, and that of the recorders' thread, against what the training thread uses
 * otherwise. Allocates nothing.
 *
 * <p>The start is what the first two observations took, with all that is done once. What one more
 * observation will take is the greatest of the last, of half of what was expected of it plus half
 * of what it took, and of what the present one has taken so far; and the mean of the recorders.
 */
final class CostMeter implements Progress {

  private static final int OF_START = 2;

  private final LongSupplier cpu;
  private final LongSupplier wall;
  private final LongSupplier recorders;
  private final LongSupplier recordersStart;
  private BooleanSupplier inPlaceNow = () -> false;
  private boolean asked;
  private boolean inPlace;
  private boolean epochEnded;
  private @Nullable Thread thread;
  private long entered;
  private long left;
  private boolean inside;
  private boolean observing;
  private long watching;
  private long visiting;
  private long training;
  private long start;
  private long atObservation;
  private long expected;
  private long firstRead;
  private long steps;
  private long observations;
  private long lastStep = -1;
  private long lastWall;

  /**
   * Makes a meter.
   *
   * @param cpu clock of the calling thread
   * @param wall the wall clock
   * @param recorders CPU time of the recorders' thread
   * @param recordersStart that part of it which was needed before the first block
   */
  CostMeter(
      LongSupplier cpu, LongSupplier wall, LongSupplier recorders, LongSupplier recordersStart) {
    this.cpu = cpu;
    this.wall = wall;
    this.recorders = recorders;
    this.recordersStart = recordersStart;
  }

  /** Begins a callback. */
  void enter() {
    enterAt(cpu.getAsLong());
  }

  /** Begins a callback that began at the given time of the CPU clock of this thread. */
  void enterAt(long now) {
    Thread current = Thread.currentThread();
    if (current == thread) {
      training += Math.max(0, now - left);
    }
    thread = current;
    entered = now;
    inside = true;
  }

  /** Ends a callback in which something was done. */
  void leave() {
    lap();
    left = entered;
    inside = false;
  }

  /** Ends a callback in which nothing was done that is worth a look at the clock. */
  void leaveUnmeasured() {
    left = entered;
    inside = false;
  }

  /** Ends a callback in which a step was recorded, observed or only visited. */
  void leave(boolean observed) {
    if (observed) {
      leave();
    } else {
      leaveVisits();
    }
  }

  /** Goes on with the callback that has just ended, for the visits of the samples of a step. */
  void enterVisitsAtOnce() {
    entered = left;
    inside = true;
  }

  /** Ends what was done for the visits: it is part of the share, and of no schedule's budget. */
  void leaveVisits() {
    long now = cpu.getAsLong();
    visiting += Math.max(0, now - entered);
    left = now;
    inside = false;
  }

  private void lap() {
    long now = cpu.getAsLong();
    watching += Math.max(0, now - entered);
    entered = now;
    observing = false;
  }

  /** Says what it took to read the network at an observation; of the first, what the next takes. */
  void read(long nanos) {
    if (observations == 1) {
      expected = nanos;
      firstRead = nanos;
    }
  }

  /** Returns what it took to read the network at the first observation. */
  long firstReadNanos() {
    return firstRead;
  }

  /** Returns the CPU time of a step of training so far, on average; 0 before the first. */
  double stepNanos() {
    return steps > 1 ? (double) training / (steps - 1) : 0;
  }

  /** Begins an observation. */
  void observing(long step) {
    lastWall = wall.getAsLong();
    lastStep = step;
    if (observations == OF_START) {
      start = watching;
    }
    if (observations > 1) {
      long took = watching - atObservation;
      expected = Math.max(took, (expected + took) / 2);
    }
    atObservation = watching;
    observations++;
    observing = inside;
  }

  /** Sets what tells whether a step can be observed in place; asked at most once per step. */
  void inPlace(BooleanSupplier now) {
    inPlaceNow = now;
  }

  /** Begins a step. */
  void step(boolean anEpochEnded) {
    asked = false;
    steps++;
    epochEnded = anEpochEnded;
  }

  @Override
  public long watchNanos() {
    if (observing) {
      lap();
    }
    return watching + recorders.getAsLong();
  }

  @Override
  public long startNanos() {
    if (observations <= OF_START) {
      return watchNanos();
    }
    return start + recordersStart.getAsLong();
  }

  @Override
  public long trainingNanos() {
    return training;
  }

  @Override
  public long observationNanos() {
    if (observations < OF_START) {
      return expected;
    }
    long own = Math.max(expected, watching - atObservation);
    long ofRecorders = Math.max(0, recorders.getAsLong() - recordersStart.getAsLong());
    return own + ofRecorders / observations;
  }

  /**
   * Returns watching, visits included, / training, absent before training has taken any time or
   * without clock.
   */
  double share() {
    return CpuClock.isThere() && training > 0
        ? (double) (watching + visiting + recorders.getAsLong()) / training
        : Absent.VALUE;
  }

  @Override
  public long observations() {
    return observations;
  }

  @Override
  public long lastObservedStep() {
    return lastStep;
  }

  @Override
  public long nanosSinceObservation() {
    return wall.getAsLong() - lastWall;
  }

  @Override
  public boolean epochEnded() {
    return epochEnded;
  }

  @Override
  public boolean isInPlace() {
    if (!asked) {
      asked = true;
      inPlace = inPlaceNow.getAsBoolean();
    }
    return inPlace;
  }
}
