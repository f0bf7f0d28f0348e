package io.github.implicitbias.listener;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/** Writes what open listeners still hold when the JVM ends without {@code close()}. */
final class ShutdownFlush {

  private static final Set<Recording> OPEN =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
  private static boolean installed;
  private static volatile boolean begun;

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

  /** Returns true if the JVM is going down, while training may go on for a moment. */
  static boolean hasBegun() {
    return begun;
  }

  private static void flush() {
    begun = true;
    for (Recording recording : OPEN.toArray(new Recording[0])) {
      if (recording != null) {
        recording.finish(Recording.CLOSE_MILLIS);
      }
    }
  }
}
