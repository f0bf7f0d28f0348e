package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Event;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is done at the record at which a {@link Trigger} begins to hold. No action throws into
 * training, holds it up or changes it, but {@link #stop}, which asks it to end: each is done in a
 * daemon thread of its own, behind a queue of bounded length. What fails, and what the queue has no
 * room for, is counted among the failures of the run and said once.
 */
public abstract class Action {

  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** The model that is trained, for {@link #checkpoint}. */
  public interface Model {

    /**
     * Copies the model as it is now. Called in the training thread.
     *
     * @throws Exception if it cannot be copied
     */
    Copy copy() throws Exception;
  }

  /** A copy of a model. */
  @FunctionalInterface
  public interface Copy {

    /** Writes the copy into a file, which is there and empty; not in the training thread. */
    void write(Path file) throws IOException;

    /** Frees what the copy holds. It is called once, from any thread, when nobody will write it. */
    default void close() {}
  }

  /** What is left to do in the thread of the action. */
  interface Work {
    void run() throws Exception;

    /** There was no room for it: it will not be done. */
    default void dropped() {}
  }

  Action() {}

  /** Writes one line into the log. */
  public static Action log() {
    return new LogAction();
  }

  /**
   * Writes the model into a folder, which is made if it is not there: its parameters are those of
   * the record, so that its loss is the record's. The file has step and run in its name, {@code
   * step-80-1a2b3c4d.zip}, and is there whole or not at all. The parameters are copied in the
   * training thread; the copy is written in another. At most two copies wait to be written.
   */
  public static Action checkpoint(Path folder) {
    return new CheckpointAction(folder);
  }

  /**
   * Asks training to stop. Nothing is interrupted: whoever trains asks whether it is to stop, see
   * {@code stopRequested()}.
   */
  public static Action stop() {
    return new StopAction();
  }

  /**
   * Calls something of your own, in another thread, with what has triggered it: an event of the
   * kind {@link io.github.implicitbias.run.EventKind#TRIGGERED}. At most 64 events wait for it.
   */
  public static Action call(Consumer<Event> receiver) {
    return new CallAction(Objects.requireNonNull(receiver, "receiver"));
  }

  /**
   * Sends a POST request with a JSON object: {@code run}, {@code session}, {@code name}, {@code
   * step}, {@code trigger}, {@code detail}. Any answer but 2xx is a failure, and so is none within
   * ten seconds.
   */
  public static Action webhook(URI address) {
    return webhook(address, ANSWER);
  }

  /** Sends a request as {@link #webhook(URI)}, and waits as long as said for the answer. */
  public static Action webhook(URI address, Duration timeout) {
    return new WebhookAction(address, timeout);
  }

  /**
   * Prepares what is to be done, in the training thread.
   *
   * @return null if nothing is left to do
   * @throws Exception if it cannot be done
   */
  abstract @Nullable Work prepare(Occasion occasion) throws Exception;

  /** Returns how many occasions may wait. */
  int capacity() {
    return 64;
  }

  /** Returns how long the end of a run waits for what is left, in milliseconds. */
  long graceMillis() {
    return 5_000;
  }

  /** Returns true if the parameters of the record are needed. */
  boolean needsModel() {
    return false;
  }

  /**
   * Checks what can be known before training.
   *
   * @throws IllegalArgumentException if it could never be done
   */
  void check(boolean modelIsKnown) {}
}
