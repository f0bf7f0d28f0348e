package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.SessionBuilder;
import io.github.implicitbias.run.format.HeaderBuilder;
import java.io.Serializable;
import java.util.LinkedHashMap;

/** What the user calls a run: a name, a note, tags. */
final class RunDescription implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 512;
  private static final int LONGEST_NOTE = 1 << 16;
  private static final int MOST = 1 << 16;

  private String name = "";
  private String note = "";
  private final LinkedHashMap<String, String> tags = new LinkedHashMap<>();

  void name(String given) {
    name = checked(given, "name", LONGEST);
  }

  void note(String given) {
    note = checked(given, "note", LONGEST_NOTE);
  }

  void tag(String key, String value) {
    Given.requireName(checked(key, "tag", LONGEST), "tag");
    tags.put(key, checked(value, "tag", LONGEST));
    if (tags.size() > MOST) {
      throw new IllegalArgumentException("tag(...): there are " + MOST + " tags already");
    }
  }

  private static String checked(String text, String call, int longest) {
    String there = Given.given(text, call);
    if (there.length() > longest) {
      throw new IllegalArgumentException(
          call + "(...): " + there.length() + " characters, of which " + longest + " are allowed");
    }
    return there;
  }

  void putInto(SessionBuilder session) {
    session.name(name).note(note);
    tags.forEach(session::tag);
  }

  void putInto(HeaderBuilder header) {
    header.name(name).note(note).tags(tags);
  }

  RunDescription copy() {
    RunDescription copy = new RunDescription();
    copy.name = name;
    copy.note = note;
    copy.tags.putAll(tags);
    return copy;
  }
}
