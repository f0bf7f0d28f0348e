package io.github.implicitbias.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Follows what the rules of a run have found while its blocks are indexed. */
final class FindingIndex {

  /** A run has that many rules at most; what a damaged file says of more is left out. */
  private static final int MOST_RULES = 1000;

  private final Map<String, Finding> newest = new LinkedHashMap<>();

  FindingIndex copy() {
    FindingIndex copy = new FindingIndex();
    copy.newest.putAll(newest);
    return copy;
  }

  void event(Event event) {
    Finding finding = event.finding();
    if (finding != null && (newest.size() < MOST_RULES || newest.containsKey(finding.rule()))) {
      newest.put(finding.rule(), finding);
    }
  }

  List<Finding> findings() {
    return new ArrayList<>(newest.values());
  }
}
