package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.format.RunHeader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was found at the first record, before which no recorder gets the whole header. The
 * recorders' thread holds this, and not the engine: a session that nobody holds any more can go.
 */
final class FirstFacts {

  private volatile Map<String, String> facts = Map.of();

  /** Says what was found. */
  void are(Map<String, String> found, Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(found);
    all.putAll(more);
    facts = all;
  }

  /** Returns a header with these facts added to its provenance. */
  RunHeader addedTo(RunHeader header) {
    Map<String, String> all = new LinkedHashMap<>(header.provenance());
    all.putAll(facts);
    return header.withProvenance(all);
  }
}
