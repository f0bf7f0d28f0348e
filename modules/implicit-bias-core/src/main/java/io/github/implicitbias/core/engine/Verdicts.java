package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Verdict;
import java.util.List;

/**
 * What statements have said so far: the state of each as its number, the measured number and the
 * bound in three columns, an event when one turns out not to apply, is violated or reached. While
 * nothing has been measured, nothing is said: the columns are absent.
 */
final class Verdicts {

  private static final int MAX_EVENTS = 32;

  private final int first;
  private final Verdict.State[] states;
  private final int[] said;
  private final boolean[] measured;

  /**
   * Makes one that has heard nothing.
   *
   * @param first place of the first statement among the predictions of the run
   */
  Verdicts(int count, int first) {
    this.first = first;
    this.states = new Verdict.State[count];
    this.said = new int[count];
    this.measured = new boolean[count];
  }

  /** Says that nothing is known at a record. */
  static void clear(double[] values, int column) {
    values[column] = Absent.VALUE;
    values[column + 1] = Absent.VALUE;
    values[column + 2] = Absent.VALUE;
  }

  /** Says that a statement has failed at a record. */
  static void fail(double[] values, int column) {
    values[column] = Double.NaN;
    values[column + 1] = Double.NaN;
    values[column + 2] = Double.NaN;
  }

  /** Adds the conditions of a statement, as they were found. */
  void conditions(int i, long step, List<Condition> conditions, EventBuffer events) {
    if (!conditions.isEmpty()) {
      events.add(
          Event.ofPrediction(
              step,
              EventKind.PREDICTION_CONDITIONS,
              first + i,
              Absent.VALUE,
              Absent.VALUE,
              "",
              conditions));
    }
  }

  /**
   * Takes a verdict down.
   *
   * @return false if the statement does not apply, and need not be asked again
   */
  boolean note(int i, long step, Verdict given, double[] values, int column, EventBuffer events) {
    Verdict verdict = guarded(step, given);
    Verdict.State state = verdict.state();
    measured[i] |= !Absent.is(verdict.measured());
    if (state == Verdict.State.HOLDS && !measured[i]) {
      return true;
    }
    values[column] = state.ordinal();
    values[column + 1] = verdict.measured();
    values[column + 2] = verdict.bound();
    EventKind kind = state == states[i] ? null : EventKind.of(state);
    states[i] = state;
    if (kind != null && said[i] < MAX_EVENTS) {
      said[i]++;
      events.add(
          Event.ofPrediction(
              step,
              kind,
              first + i,
              verdict.measured(),
              verdict.bound(),
              verdict.detail(),
              List.of()));
    }
    return state != Verdict.State.NOT_APPLICABLE;
  }

  /** A verdict whose numbers are not finite says nothing, now or later. */
  private static Verdict guarded(long step, Verdict verdict) {
    boolean unknown =
        Absent.is(verdict.measured())
            && (verdict.state() == Verdict.State.VIOLATED
                || verdict.state() == Verdict.State.REACHED);
    boolean noBound = !Absent.is(verdict.bound()) && Double.isNaN(verdict.bound());
    if (unknown || noBound || isOdd(verdict.measured())) {
      return Verdict.notApplicable(
          "cannot be judged since step " + step + ": what is measured is not finite");
    }
    return verdict;
  }

  private static boolean isOdd(double number) {
    return !Absent.is(number) && !Double.isFinite(number);
  }
}
