package io.github.implicitbias.core.engine;

import java.lang.ref.Cleaner;

/** Does what is left to do for objects that nobody holds any more, in a daemon thread. */
final class Leftovers {

  private static final Cleaner CLEANER =
      Cleaner.create(
          work -> {
            Thread thread = new Thread(work, "cleaner of implicit-bias");
            thread.setDaemon(true);
            return thread;
          });

  private Leftovers() {}

  /** Has something done when an object is collected, which {@code work} must not hold. */
  static void of(Object object, Runnable work) {
    CLEANER.register(object, work);
  }
}
