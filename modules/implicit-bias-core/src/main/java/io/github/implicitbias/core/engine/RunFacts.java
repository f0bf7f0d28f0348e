package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.format.RunHeader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is found out of a run while it is recorded: at the first record, before which no recorder
 * gets the whole header, and later. The recorders' thread holds this, and not the engine: a session
 * that nobody holds any more can go. Thread-safe.
 */
final class RunFacts {

  private final Map<String, String> facts = new LinkedHashMap<>();
  private boolean isNew;

  /** Says what was found. */
  synchronized void add(Map<String, String> found) {
    facts.putAll(found);
    isNew |= !found.isEmpty();
  }

  /** Says what was found. */
  void add(String key, String fact) {
    add(Map.of(key, fact));
  }

  /** Returns true if something was added since the last header was made. */
  synchronized boolean areNew() {
    return isNew;
  }

  /** Returns a header with these facts added to its provenance. */
  synchronized RunHeader addedTo(RunHeader header) {
    isNew = false;
    Map<String, String> all = new LinkedHashMap<>(header.provenance());
    all.putAll(facts);
    return header.withProvenance(all);
  }
}
