package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.action.TriggerWatch;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.format.RunHeader;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Observes one training session, whatever trains: {@link #begin} a step, {@link #observe} the
 * network, {@link #end} the step when the parameters have been updated, {@link #close} at last.
 *
 * <pre>{@code
 * try (Session session = Session.observing(probe).runFile(path).start(network)) {
 *   for (int step = 0; step < steps; step++) {
 *     session.begin(step, epoch);
 *     session.observe();
 *     double loss = network.train(rate);
 *     session.end(rate, loss);
 *   }
 * }
 * }</pre>
 *
 * <p>Nothing here throws: {@link #failures} are counted. Not thread-safe, except {@link
 * #requestAll}, {@link #failures}, {@link #run} and {@link #write}. One that is dropped without
 * {@code close()} writes what it has recorded when it is collected.
 */
public final class Session implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);
  private static final long CLOSE_MILLIS = 30_000;
  private final RunHeader header;
  private final MemoryRecorder memory;
  private final Engine engine;
  private final CostMeter meter;
  private final NetworkObserver network;
  private int epoch;
  private long firstStep;
  private long begunStep = -1;
  private long observedStep = -1;
  private boolean wanted;
  private boolean ended;
  private boolean epochEnded;
  private long nanos;
  private volatile boolean off;

  Session(SessionBuilder settings, NetworkSource source, RunHeader header) {
    this.header = header;
    this.memory = settings.memory;
    memory.header(header);
    this.engine = settings.engine(source, header);
    this.meter = engine.meter();
    this.network = new NetworkObserver(engine, settings.cadence(engine, source), source);
    Leftovers.of(this, engine.queue());
  }

  /** Starts the settings of a session, given the samples on which the network is observed. */
  public static SessionBuilder observing(Probe probe) {
    return new SessionBuilder(probe, probe.samples());
  }

  /** Returns what the run is known by. */
  public RunId id() {
    return header.id();
  }

  /** Returns the run as recorded so far, see {@link Run#events()}; complete when closed. */
  public Run run() {
    return Objects.requireNonNull(memory.run(), "the header comes first");
  }

  /** Returns how often each part has failed; empty if nothing has. */
  public Map<String, Integer> failures() {
    return engine.failures();
  }

  /**
   * Returns the value of a column at the newest observation, whether its record is complete yet or
   * not; absent before the first, and without such a column. To be asked in the thread that trains.
   */
  public double observed(String column) {
    return header.columnNames().contains(column)
        ? engine.observed(header.columnNumber(column))
        : Absent.VALUE;
  }

  /** Returns what metrics have last computed together; null if none has asked for it. */
  public <T extends Shared> @Nullable T result(Class<T> type) {
    return engine.lastShared(type);
  }

  /** Returns true if nothing more is recorded: closed, or switched off after failures. */
  public boolean isOff() {
    return off;
  }

  /** Returns the step that was begun last, -1 before the first. */
  public long step() {
    return begunStep;
  }

  /**
   * Returns true if the count was set back: such a step is recorded by a new session only, which
   * {@link SessionBuilder#follows} this one.
   */
  public boolean isSetBackTo(long step) {
    boolean counts = begunStep > firstStep;
    return step < begunStep || (step == begunStep && ended && counts);
  }

  /**
   * Goes on with another network of the same layers, such as the next replica that a worker trains.
   *
   * @return false if it has other layers or parameters, or its step is before one that was observed
   */
  public boolean canContinueWith(NetworkSource next, long step) {
    return !off
        && network.isThere()
        && observedStep >= 0
        && step >= observedStep
        && next.isSinglePrecision() == network.source().isSinglePrecision()
        && next.parameters() == network.source().parameters()
        && RunDimensions.areSame(header.layers(), next.layers());
  }

  /** Goes on with one that {@link #canContinueWith} has allowed, and that came at a CPU time. */
  public void continueWith(NetworkSource next, long cpuNanos) {
    meter.enterAt(cpuNanos);
    begunStep = observedStep;
    wanted = false;
    network.follow(next);
    meter.leave();
  }

  /**
   * Begins a step, while the parameters are those of the step. Calling it again for the same step
   * does nothing more.
   *
   * @param step number of updates done
   * @return true if {@link #observe} is to be called before the update
   */
  public boolean begin(long step, int inEpoch) {
    if (off) {
      return false;
    }
    if (step == begunStep) {
      return wanted;
    }
    if (step < begunStep) {
      off = true;
      LOG.warn(
          "Steps were set back from {} to {}: the run ends here, a session that follows it can go"
              + " on.",
          begunStep,
          step);
      return false;
    }
    long wall = System.nanoTime();
    boolean first = begunStep < 0;
    firstStep = first ? step : firstStep;
    begunStep = step;
    epoch = inEpoch;
    ended = false;
    wanted = false;
    try {
      begin(first);
    } catch (Throwable e) {
      failed(e);
    }
    spent(System.nanoTime() - wall);
    return wanted;
  }

  /** Returns where to say when visits are read; null without a book, or if it is off. */
  public @Nullable StepReading visits() {
    return off ? null : engine.steps().visits();
  }

  /** Returns where to say when updates are done; null without laws. */
  public @Nullable StepReading laws() {
    return off ? null : engine.steps().laws();
  }

  private void begin(boolean first) {
    engine.relief().ofRecorders();
    boolean measured = first;
    if (!first) {
      meter.enter(); // the first time began with the preparations
    }
    try {
      meter.step(epochEnded);
      epochEnded = false;
      boolean due = engine.isDue(begunStep);
      boolean room = due && engine.hasRoom(begunStep);
      boolean inPlace = room && meter.isInPlace();
      measured |= network.source().begun(inPlace) || room;
      if (inPlace) {
        observe(true);
      } else if (room) {
        wanted = true;
      } else {
        measured |= network.prepareNext(begunStep);
      }
    } finally {
      if (measured) {
        meter.leave();
      } else {
        meter.leaveUnmeasured();
      }
    }
  }

  /** Observes the step that has begun, if {@link #begin} has said so. */
  public void observe() {
    if (off || !wanted) {
      return;
    }
    wanted = false;
    long wall = System.nanoTime();
    meter.enter();
    try {
      observe(false);
    } catch (Throwable e) {
      failed(e);
    } finally {
      meter.leave();
    }
    spent(System.nanoTime() - wall);
  }

  private void observe(boolean inPlace) {
    engine.completeLast(nanos, false);
    network.observe(begunStep, epoch, inPlace, false);
    observedStep = begunStep;
    network.prepareNext(begunStep);
  }

  /**
   * Says what training knows of the step that has begun, while the parameters are still those of
   * it. Its record is judged by the triggers now, and a checkpoint has the parameters of the
   * record. Without triggers it does nothing, and nobody needs to call it who has no checkpoints.
   *
   * @param learningRate of the update that comes, {@code Double.NaN} if there is none
   * @param score as in {@link #end}, absent if it is not known yet
   */
  public void known(double learningRate, double score) {
    if (off || ended || begunStep < 0 || engine.steps().triggers() == null) {
      return;
    }
    long wall = System.nanoTime();
    boolean observed = observedStep == begunStep;
    meter.enter();
    try {
      engine.known(begunStep, epoch, observed, learningRate, score);
    } catch (Throwable e) {
      failed(e);
    } finally {
      meter.leave(observed);
    }
    spent(System.nanoTime() - wall);
  }

  /** Returns true if a trigger has asked training to stop, by {@code Action.stop()}. */
  public boolean stopRequested() {
    TriggerWatch triggers = engine.steps().triggers();
    return triggers != null && triggers.isStopRequested();
  }

  /**
   * Ends the step that has begun: the parameters are those of the next. Calling it again for the
   * same step does nothing.
   *
   * @param learningRate of the update, {@code Double.NaN} if there is none
   * @param score the loss that training itself has computed, of the parameters before the update
   * @return false if the step had ended already
   */
  public boolean end(double learningRate, double score) {
    if (off || begunStep < 0) {
      return true;
    }
    if (ended) {
      return false;
    }
    ended = true;
    boolean observed = observedStep == begunStep;
    if (observed || (observedStep < begunStep && engine.steps().areAll())) {
      long wall = System.nanoTime();
      meter.enter();
      try {
        long spent = nanos;
        nanos = 0;
        if (observed) {
          engine.complete(learningRate, score, spent);
        } else {
          engine.steps().record(engine, begunStep, epoch, learningRate, score, spent);
        }
      } catch (Throwable e) {
        failed(e);
      } finally {
        meter.leave(observed);
      }
      spent(System.nanoTime() - wall);
    }
    engine.advanceTime(learningRate);
    return true;
  }

  /** Says that an epoch has ended. */
  public void epochEnded() {
    epochEnded = true;
    engine.queue().requestFlush();
  }

  /** Returns what takes the visits of the samples into the run. */
  public VisitRecorder recorderOfVisits() {
    return engine.queue().visits();
  }

  /** Observes the parameters that the last update has left, unless they were observed already. */
  public void last(long step, int inEpoch) {
    observeNow(step, inEpoch, true);
  }

  /**
   * Observes the network as it is now, whatever the schedule says, unless the step was observed.
   * The step may be ended with {@link #end}, and need not be.
   */
  public void observeNow(long step, int inEpoch) {
    observeNow(step, inEpoch, false);
  }

  private void observeNow(long step, int inEpoch, boolean last) {
    if (off || step <= observedStep) {
      return;
    }
    begunStep = step;
    epoch = inEpoch;
    ended = false;
    wanted = false;
    if (observedStep >= 0) {
      meter.enter(); // The first time began with the preparations.
    }
    try {
      engine.completeLast(nanos, false);
      engine.steps().lastComes(last);
      network.observe(begunStep, epoch, false, last);
      observedStep = begunStep;
      if (!last) {
        network.prepareNext(begunStep);
      }
    } catch (Throwable e) {
      if (!last) {
        failed(e);
      } else {
        LOG.warn("The last record could not be made.", e);
      }
    } finally {
      meter.leave();
    }
  }

  /** Asks for the next record to be complete. */
  public void requestAll() {
    engine.requestAll();
  }

  /** Adds wall-clock time that watching has taken outside of this session. */
  public void spent(long nanoseconds) {
    nanos += nanoseconds;
  }

  /**
   * Takes note that showing the network has failed: the step has no record. After three in a row
   * nothing is recorded any more.
   */
  public void failed(Throwable cause) {
    boolean fatal;
    wanted = false;
    try {
      network.forget();
      boolean lasts =
          FailureLog.isFatal(cause) && !(FailureLog.isOutOfMemory(cause) && engine.relief().next());
      fatal = engine.observationFailed(begunStep, cause) || lasts;
    } catch (Throwable again) {
      fatal = true;
    }
    if (fatal) {
      off = true;
      try {
        engine.relief().endAfter(cause);
        LOG.warn("Watching failed and is switched off; training goes on.", cause);
      } catch (Throwable evenThat) {
        // Out of memory, say: training is worth more than our message.
      }
    }
  }

  /** Ends recording: completes the last record and lets the network go. */
  public void finish() {
    off = true;
    try {
      engine.completeLast(nanos, true);
    } catch (Throwable e) {
      LOG.warn("The last record could not be completed.", e);
    }
    if (network.isThere() && observedStep >= 0) {
      LOG.info(engine.observed(begunStep - firstStep + 1));
    }
    network.release();
  }

  /**
   * Writes what was recorded and closes the recorders, and waits for actions that are still being
   * done; may wait while other threads go on.
   *
   * @return false if that took longer than the time allowed; it goes on in its own thread then
   */
  public boolean write(long timeoutMillis) {
    long begun = System.nanoTime();
    boolean written = engine.close(timeoutMillis);
    TriggerWatch triggers = engine.steps().triggers();
    if (triggers != null) {
      triggers.close(Math.max(1, timeoutMillis - (System.nanoTime() - begun) / 1_000_000));
    }
    return written;
  }

  /** Makes the record of the parameters that the last update has left, and writes everything. */
  @Override
  public void close() {
    if (ended) {
      last(begunStep + 1, epoch);
    }
    finish();
    if (!write(CLOSE_MILLIS)) {
      LOG.warn("Storage did not take all records within {} s.", CLOSE_MILLIS / 1000);
    }
  }
}
