package io.github.implicitbias.predictions;

import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;

/** A number that is to fall to a bound, and not to rise above a limit afterwards. */
final class Approach {

  private final String what;
  private final double bound;
  private final double limit;
  private long reachedAt = -1;
  private Verdict.State state = Verdict.State.HOLDS;

  /** What was seen when the state began: texts are not made at every record. */
  private String detail = "";

  /** Names the number, as it begins a phrase. */
  Approach(String what, double bound, double limit) {
    this.what = what;
    this.bound = bound;
    this.limit = limit;
  }

  /** Judges the number at a step; one that is not finite says nothing. */
  Verdict judge(long step, double value) {
    if (!Double.isFinite(value)) {
      return Verdict.holds(Absent.VALUE, bound);
    }
    if (value <= bound) {
      if (state != Verdict.State.REACHED) {
        state = Verdict.State.REACHED;
        detail = seen(step, value);
        reachedAt = reachedAt < 0 ? step : reachedAt;
      }
      return Verdict.reached(value, bound, detail);
    }
    if (reachedAt >= 0 && value > limit) {
      if (state != Verdict.State.VIOLATED) {
        state = Verdict.State.VIOLATED;
        detail =
            seen(step, value)
                + ", although it was at most "
                + Conditions.number(bound)
                + " at step "
                + reachedAt;
      }
      return Verdict.violated(value, limit, detail);
    }
    state = Verdict.State.HOLDS;
    return Verdict.holds(value, bound);
  }

  private String seen(long step, double value) {
    return what + " is " + Conditions.number(value) + " at step " + step;
  }

  /** Returns true if the bound has been reached. */
  boolean isReached() {
    return reachedAt >= 0;
  }
}
