package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions of one listener before the present one, as far as they are still being written. */
final class FormerRuns {

  private final List<Session> writing = new ArrayList<>();
  private final Map<String, Integer> failures = new LinkedHashMap<>();

  /** Ends a session; what it has recorded is written in its own thread. */
  void end(Session session) {
    session.finish();
    session.failures().forEach((part, times) -> failures.merge(part, times, Integer::sum));
    writing.removeIf(one -> one.write(0));
    if (!session.write(0)) {
      writing.add(session);
    }
  }

  /** Returns the failures of all that have ended, and of the present one. */
  Map<String, Integer> failuresAnd(@Nullable Session present) {
    Map<String, Integer> all = new LinkedHashMap<>(failures);
    if (present != null) {
      present.failures().forEach((part, times) -> all.merge(part, times, Integer::sum));
    }
    return all;
  }

  /** Returns those that are still being written, and lets them go. */
  List<Session> take() {
    List<Session> taken = new ArrayList<>(writing);
    writing.clear();
    return taken;
  }
}
