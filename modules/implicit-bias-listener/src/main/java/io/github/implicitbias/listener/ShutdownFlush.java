package io.github.implicitbias.listener;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/** Writes what open listeners still hold when the JVM ends without {@code close()}. */
final class ShutdownFlush {

  private static final Set<ImplicitBiasListener> OPEN =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
  private static boolean installed;

  private ShutdownFlush() {}

  static synchronized void add(ImplicitBiasListener listener) {
    OPEN.add(listener);
    if (!installed) {
      installed = true;
      Runtime.getRuntime().addShutdownHook(new Thread(ShutdownFlush::flush, "implicit-bias-flush"));
    }
  }

  static void remove(ImplicitBiasListener listener) {
    OPEN.remove(listener);
  }

  private static void flush() {
    for (ImplicitBiasListener listener : OPEN.toArray(new ImplicitBiasListener[0])) {
      if (listener != null) {
        listener.finish();
      }
    }
  }
}
