package io.github.implicitbias.ui;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where this module catches everything.
 *
 * <p>An exception that leaves a {@code UIModule} ends the thread that feeds the whole training UI.
 * The first failure is a warning, the following ones are logged at debug level.
 */
final class Guard {

  private static final Logger log = LoggerFactory.getLogger(Guard.class);

  private final AtomicBoolean warned = new AtomicBoolean();

  /** Runs something; whatever it throws is logged, not thrown. */
  void run(String what, Runnable action) {
    try {
      action.run();
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
      report(what, e);
    }
  }

  /** Logs a failure: a warning the first time. */
  void report(String what, Throwable thrown) {
    if (warned.compareAndSet(false, true)) {
      log.warn("The page \"Implicit bias\" failed to {}; training is not affected", what, thrown);
    } else {
      log.debug("The page \"Implicit bias\" failed to {}", what, thrown);
    }
  }
}
