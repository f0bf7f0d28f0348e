package io.github.implicitbias.run;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a run says about one prediction: violated if it ever was, else what the last record that
 * judged it says. Immutable.
 */
public final class RunVerdict {

  private final Statement statement;
  private final Verdict.@Nullable State state;
  private final long step;
  private final double measured;
  private final double bound;
  private final String detail;
  private final List<Condition> conditions;
  private final boolean applied;

  /**
   * Puts together what is known.
   *
   * @param state null if no record has judged the prediction
   * @param step at which it was first violated, reached or found not to apply, -1 for none
   * @param applied true if some record has judged it otherwise than not applicable
   */
  public RunVerdict(
      Statement statement,
      Verdict.@Nullable State state,
      long step,
      double measured,
      double bound,
      String detail,
      List<Condition> conditions,
      boolean applied) {
    this.statement = Objects.requireNonNull(statement);
    this.state = state;
    this.step = step;
    this.measured = measured;
    this.bound = bound;
    this.detail = Objects.requireNonNull(detail);
    this.conditions = List.copyOf(conditions);
    this.applied = applied;
  }

  /** Returns the name of the prediction. */
  public String id() {
    return statement.id();
  }

  /** Returns the statement, one sentence. */
  public String statement() {
    return statement.text();
  }

  /** Returns where the statement comes from. */
  public String source() {
    return statement.source();
  }

  /** Returns within what the measured number may miss the bound; may be empty. */
  public String tolerance() {
    return statement.tolerance();
  }

  /** Returns in words what the measured number is; may be empty. */
  public String measuredWords() {
    return statement.measured();
  }

  /** Returns in words what the measured number is compared with; may be empty. */
  public String boundWords() {
    return statement.bound();
  }

  /** Returns what it is good for, one sentence for whoever trains a network; may be empty. */
  public String advice() {
    return statement.advice();
  }

  /** Returns true if the prediction has applied at some record, whatever the last one says. */
  public boolean hasApplied() {
    return applied;
  }

  /** Returns the conditions of the prediction, as found at the first record; may be empty. */
  public List<Condition> conditions() {
    return conditions;
  }

  /** Returns the state; null if no record has judged the prediction. */
  public Verdict.@Nullable State state() {
    return state;
  }

  /**
   * Returns the step at which the prediction was first violated, was first reached, or turned out
   * not to apply; -1 while it holds.
   */
  public long step() {
    return step;
  }

  /** Returns the measured number, that of the first violation, or the last; absent if none. */
  public double measured() {
    return measured;
  }

  /** Returns the number that goes with {@link #measured}; absent if there is none. */
  public double bound() {
    return bound;
  }

  /** Returns what was seen, or the reason why the prediction does not apply; may be empty. */
  public String detail() {
    return detail;
  }

  @Override
  public String toString() {
    return id()
        + ": "
        + (state == null ? "not judged" : state.words())
        + (step < 0 ? "" : " at step " + step)
        + (detail.isEmpty() ? "" : ", " + detail);
  }
}
