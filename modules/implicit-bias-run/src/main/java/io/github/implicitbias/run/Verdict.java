package io.github.implicitbias.run;

import java.util.Objects;

/** What a prediction says of a run at a record. */
public final class Verdict {

  /** The states a verdict can have; their order is that of the numbers in the verdict's column. */
  public enum State {
    NOT_APPLICABLE("notApplicable", "not applicable"),
    HOLDS("holds", "holds so far"),
    VIOLATED("violated", "violated"),
    REACHED("reached", "reached");

    private final String id;
    private final String words;

    State(String id, String words) {
      this.id = id;
      this.words = words;
    }

    /** Returns the code of the state, which programs read. */
    public String id() {
      return id;
    }

    /** Returns the words used in files and on the page. */
    public String words() {
      return words;
    }
  }

  private final State state;
  private final double measured;
  private final double bound;
  private final String detail;

  private Verdict(State state, double measured, double bound, String detail) {
    this.state = state;
    this.measured = measured;
    this.bound = bound;
    this.detail = Objects.requireNonNull(detail);
  }

  /**
   * Returns that a condition of the prediction is not met.
   *
   * @param reason which one, with the numbers; a sentence without a full stop
   */
  public static Verdict notApplicable(String reason) {
    return new Verdict(State.NOT_APPLICABLE, Absent.VALUE, Absent.VALUE, reason);
  }

  /** Returns that nothing speaks against the prediction so far. */
  public static Verdict holds(double measured, double bound) {
    return holds(measured, bound, "");
  }

  /**
   * Returns that nothing speaks against the prediction so far.
   *
   * @param detail what was seen, may be empty
   */
  public static Verdict holds(double measured, double bound, String detail) {
    return new Verdict(State.HOLDS, measured, bound, detail);
  }

  /**
   * Returns that the prediction is wrong at this record.
   *
   * @param detail what was seen, may be empty
   */
  public static Verdict violated(double measured, double bound, String detail) {
    return new Verdict(State.VIOLATED, measured, bound, detail);
  }

  /**
   * Returns that what was predicted has come about, within the tolerance of the prediction.
   *
   * @param detail what was seen, may be empty
   */
  public static Verdict reached(double measured, double bound, String detail) {
    return new Verdict(State.REACHED, measured, bound, detail);
  }

  /** Returns the state. */
  public State state() {
    return state;
  }

  /** Returns the measured number, absent if there is none. */
  public double measured() {
    return measured;
  }

  /** Returns the number it is compared with, absent if there is none. */
  public double bound() {
    return bound;
  }

  /** Returns what was seen, or why the prediction does not apply; may be empty. */
  public String detail() {
    return detail;
  }

  @Override
  public String toString() {
    return state.words() + (detail.isEmpty() ? "" : ": " + detail);
  }
}
