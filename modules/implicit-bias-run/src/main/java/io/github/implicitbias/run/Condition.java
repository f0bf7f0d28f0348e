package io.github.implicitbias.run;

import java.util.Objects;

/** One of the conditions under which a prediction applies, and whether a run meets it. */
public final class Condition {

  private final boolean met;
  private final String text;

  /**
   * Describes a condition as judged.
   *
   * @param text what was found, with the numbers: one phrase in one line, without a full stop
   * @throws IllegalArgumentException if the text is empty or has several lines
   */
  public Condition(boolean met, String text) {
    this.met = met;
    this.text = Objects.requireNonNull(text);
    if (text.isEmpty() || text.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("give a condition a text of one line");
    }
  }

  /** Returns true if the run meets the condition. */
  public boolean isMet() {
    return met;
  }

  /** Returns what was found. */
  public String text() {
    return text;
  }

  @Override
  public String toString() {
    return (met ? "met: " : "not met: ") + text;
  }
}
