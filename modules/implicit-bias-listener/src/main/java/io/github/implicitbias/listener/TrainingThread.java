package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;

/** The thread that trains a network, as last seen. */
final class TrainingThread {

  private @Nullable Thread thread;

  /** Takes note that the calling thread trains. */
  void noteCurrent() {
    thread = Thread.currentThread();
  }

  /**
   * Returns true if a thread other than the calling one is inside DL4J's training, where it changes
   * parameters, and may free the memory they are in, without any callback.
   */
  boolean isBusy() {
    if (thread == null || thread == Thread.currentThread()) {
      return false;
    }
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (frame.getClassName().startsWith("org.deeplearning4j.nn.")
          || frame.getClassName().startsWith("org.deeplearning4j.parallelism.")) {
        return true;
      }
    }
    return false;
  }
}
