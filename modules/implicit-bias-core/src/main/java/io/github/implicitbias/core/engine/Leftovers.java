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

  /** Has a queue closed when an object is collected, which the queue must not hold. */
  static void of(Object object, RecordQueue queue) {
    CLEANER.register(object, () -> queue.close(0));
  }
}
