package io.github.implicitbias.run.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the user calls a run and what is in it: labels, never identity. Immutable. */
final class RunLabels {

  static final int MAX_NOTE = 1 << 16;

  final String sessionId;
  final String workerId;
  final String name;
  final String note;
  final Map<String, String> tags;
  final List<String> classNames;
  final List<String> featureNames;

  RunLabels(HeaderBuilder from) {
    sessionId = from.sessionId;
    workerId = from.workerId;
    name = from.name;
    note = from.note;
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(from.tags));
    classNames = from.classNames;
    featureNames = from.featureNames;
  }

  void check() {
    if (Math.max(tags.size(), Math.max(classNames.size(), featureNames.size()))
        > RunHeader.MAX_ENTRIES) {
      throw new IllegalArgumentException("more than " + RunHeader.MAX_ENTRIES + " tags or names");
    }
    if (note.length() > MAX_NOTE) {
      throw new IllegalArgumentException(
          "a note has " + note.length() + " characters, of which " + MAX_NOTE + " are allowed");
    }
    classNames.forEach(RunHeader::checkName);
    featureNames.forEach(RunHeader::checkName);
    tags.forEach(
        (key, value) -> {
          RunHeader.checkName(key);
          RunHeader.checkName(value);
        });
  }
}
