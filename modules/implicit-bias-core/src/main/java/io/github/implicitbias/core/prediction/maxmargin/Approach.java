package io.github.implicitbias.core.prediction.maxmargin;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Verdict;

/** A number that is to fall to a bound, and not to rise above a limit afterwards. */
final class Approach {

  private final String what;
  private final double bound;
  private final double limit;
  private long reachedAt = -1;

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
    String seen = what + " is " + Conditions.number(value) + " at step " + step;
    if (value <= bound) {
      reachedAt = reachedAt < 0 ? step : reachedAt;
      return Verdict.reached(value, bound, seen);
    }
    if (reachedAt >= 0 && value > limit) {
      return Verdict.violated(
          value,
          limit,
          seen + ", although it was at most " + Conditions.number(bound) + " at step " + reachedAt);
    }
    return Verdict.holds(value, bound);
  }

  /** Returns true if the bound has been reached. */
  boolean isReached() {
    return reachedAt >= 0;
  }
}
