package io.github.implicitbias.listener;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/** Writes what open listeners still hold when the JVM ends without {@code close()}. */
final class ShutdownFlush {

  private static final Set<Recording> OPEN =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
  private static boolean installed;

  private ShutdownFlush() {}

  static synchronized void add(Recording recording) {
    OPEN.add(recording);
    if (!installed) {
      installed = true;
      Runtime.getRuntime().addShutdownHook(new Thread(ShutdownFlush::flush, "implicit-bias-flush"));
    }
  }

  static void remove(Recording recording) {
    OPEN.remove(recording);
  }

  private static void flush() {
    for (Recording recording : OPEN.toArray(new Recording[0])) {
      if (recording != null) {
        recording.finish(Recording.CLOSE_MILLIS);
      }
    }
  }
}
