package io.github.implicitbias.core.action;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * The thread of one action, and the queue before it. The thread begins with the first occasion and
 * ends when there was none for a second, so that one that nobody closes is not left behind.
 */
final class ActionThread {

  private static final long IDLE_MILLIS = 1_000;

  private final String name;
  private final Action action;
  private final BiConsumer<String, Throwable> failed;
  private final ThreadPoolExecutor executor;

  ActionThread(String name, Action action, BiConsumer<String, Throwable> failed) {
    this.name = name;
    this.action = action;
    this.failed = failed;
    this.executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(action.capacity()),
            ActionThread::thread);
    executor.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "implicit-bias-action");
    thread.setDaemon(true);
    return thread;
  }

  /** Does what an action does on an occasion; throws nothing and waits for nothing. */
  void take(Occasion occasion) {
    Action.Work work = null;
    try {
      work = action.prepare(occasion);
      if (work != null) {
        Action.Work prepared = work;
        executor.execute(() -> run(prepared));
      }
    } catch (RejectedExecutionException e) {
      if (work != null) {
        work.dropped();
      }
      failed.accept(
          name,
          new IllegalStateException(
              action.capacity()
                  + " wait already, that of step "
                  + occasion.event.step()
                  + " is"
                  + " left out"));
    } catch (Throwable e) {
      failed.accept(name, e);
    }
  }

  private void run(Action.Work work) {
    try {
      work.run();
    } catch (Throwable e) {
      failed.accept(name, e);
    }
  }

  /** Takes nothing more. */
  void beginClose() {
    executor.shutdown();
  }

  /**
   * Waits for what is left, for as long as the action may take, and ends it then.
   *
   * @param deadline by {@link System#nanoTime}, at which it ends in any case
   */
  void close(long begun, long deadline) {
    long own = begun + TimeUnit.MILLISECONDS.toNanos(action.graceMillis());
    long left = Math.min(own, deadline) - System.nanoTime();
    boolean ended = false;
    boolean interrupted = false;
    try {
      ended = executor.awaitTermination(Math.max(0, left), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (!ended) {
      int waiting = executor.shutdownNow().size();
      failed.accept(
          name,
          new TimeoutException(
              "it has not ended when the run was closed, and " + waiting + " more wait for it"));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
