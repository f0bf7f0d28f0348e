package io.github.implicitbias.core.action;

import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Verdict;
import java.util.Objects;

/**
 * A condition on what was just recorded. It is judged in the training thread, right after the
 * record of the step it speaks of, and its {@link Action} is done at the record at which it begins
 * to hold: once for as long as it goes on holding, and again when it begins to hold once more. An
 * event holds at its own record only, so that each record with such an event counts.
 *
 * <p>A value that is absent at a record says nothing: what held before still does. Immutable; a run
 * has its own state of it.
 */
public abstract class Trigger {

  Trigger() {}

  /**
   * Holds where a column is above a limit.
   *
   * @param column name of a column, as in {@code steps.csv}; or an id that several layers have, for
   *     any of them
   */
  public static Trigger above(String column, double limit) {
    return new ColumnTrigger(column, limit, true);
  }

  /** Holds where a column is below a limit; for the rest see {@link #above}. */
  public static Trigger below(String column, double limit) {
    return new ColumnTrigger(column, limit, false);
  }

  /** Holds where a prediction is violated. */
  public static Trigger violated(String prediction) {
    return new VerdictTrigger(prediction, Verdict.State.VIOLATED);
  }

  /** Holds where what a prediction says has come about. */
  public static Trigger reached(String prediction) {
    return new VerdictTrigger(prediction, Verdict.State.REACHED);
  }

  /**
   * Holds at every record that has an event of a kind.
   *
   * @throws IllegalArgumentException for the events that triggers themselves make
   */
  public static Trigger event(EventKind kind) {
    if (kind == EventKind.TRIGGERED) {
      throw new IllegalArgumentException(
          "event(TRIGGERED): a trigger cannot wait for triggers, combine them with and, or");
    }
    return new EventTrigger(kind);
  }

  /** Holds while a rule finds something that needs attention, or a problem. */
  public static Trigger finding(String rule) {
    return new FindingTrigger(rule, null);
  }

  /** Holds while what a rule says is of a level. */
  public static Trigger finding(String rule, Finding.Level level) {
    return new FindingTrigger(rule, Objects.requireNonNull(level, "level"));
  }

  /** Holds while the loss, the score, or another number that is observed, is NaN or infinite. */
  public static Trigger notFinite() {
    return new NotFiniteTrigger();
  }

  /**
   * Holds where something has not changed for a number of steps.
   *
   * @param what {@code "pattern"} for all activation patterns of the probe, or a column as in
   *     {@link #above}
   * @param steps at least 1
   */
  public static Trigger stableFor(String what, long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "stableFor(\"" + what + "\", " + steps + "): give at least 1 step");
    }
    return what.equals(StableTrigger.PATTERN)
        ? new StableTrigger(steps)
        : new StableColumnTrigger(what, steps);
  }

  /** Holds where both do; it begins where one begins and the other holds. */
  public final Trigger and(Trigger other) {
    return new BothTrigger(this, Objects.requireNonNull(other, "other"), true);
  }

  /** Holds where one of two does; it begins where one begins. */
  public final Trigger or(Trigger other) {
    return new BothTrigger(this, Objects.requireNonNull(other, "other"), false);
  }

  /**
   * Holds as this does, but begins at most so often in a run.
   *
   * @param most at least 1
   */
  public final Trigger times(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("times(" + most + "): give at least 1");
    }
    return new FewTimesTrigger(this, most);
  }

  /** Begins to hold once in a run, and never again. */
  public final Trigger once() {
    return times(1);
  }

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if there is no such column, prediction or rule; the sentence
   *     has the nearest there is
   */
  abstract void check(KnownNames names);

  /**
   * Begins to judge the records of a run.
   *
   * @throws IllegalArgumentException if the run has no such column
   */
  abstract Judge start(Seen seen);
}
