package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Verdict;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The check of a law: it keeps the conditions, and what came nearest to a violation. What was
 * violated once stays so, and what does not apply does not apply any more.
 */
abstract class LawCheck implements Law.Check {

  private final List<Condition> conditions;
  private double share = -1;
  private double measured = Absent.VALUE;
  private double bound = Absent.VALUE;
  private String detail = "";
  private @Nullable Verdict last;

  LawCheck(Conditions conditions) {
    this.conditions = conditions.list();
    if (!conditions.areMet()) {
      last = Verdict.notApplicable(conditions.reasons());
    }
  }

  @Override
  public final List<Condition> conditions() {
    return conditions;
  }

  @Override
  public final void begin(TrainingStep step) {
    if (last == null) {
      before(step);
    }
  }

  @Override
  public final Verdict judge(TrainingStep step) {
    if (last == null) {
      after(step);
    }
    return last != null ? last : Verdict.holds(measured, bound, detail);
  }

  /** Takes note of a step before its update. */
  void before(TrainingStep step) {}

  /** Judges a step after its update, by {@link #note} and {@link #ends}. */
  abstract void after(TrainingStep step);

  /** Ends the check: the law does not apply, or not any more. */
  final void ends(String reason) {
    if (last == null) {
      last = Verdict.notApplicable(reason);
    }
  }

  /** Ends the check if something else than the updates has moved the parameters. */
  final boolean isMovedOtherwise(TrainingStep step) {
    String mover = step.otherMover();
    if (mover != null) {
      ends(mover);
    }
    return mover != null;
  }

  /** Returns true if nothing more needs to be judged. */
  final boolean isOver() {
    return last != null;
  }

  /** Sets what is said while the law holds. */
  final void say(String text) {
    detail = text;
  }

  /**
   * Compares a measured number with its bound.
   *
   * @param where says what was seen if the bound is exceeded
   */
  final void note(TrainingStep step, double value, double limit, Supplier<String> where) {
    if (last != null) {
      return;
    }
    if (Double.isNaN(value) || Double.isNaN(limit)) {
      ends("cannot be judged since step " + step.step() + ": what is measured is not finite");
      return;
    }
    double now = limit > 0 ? value / limit : value > 0 ? Double.POSITIVE_INFINITY : 0;
    if (now > share) {
      share = now;
      measured = value;
      bound = limit;
    }
    if (value > limit) {
      last = Verdict.violated(value, limit, where.get() + " at step " + step.step());
    }
  }

  /** Compares a residual with units of rounding of a scale; nothing where the scale is 0. */
  final void noteUnits(
      TrainingStep step, double residual, double unit, double limit, Supplier<String> where) {
    if (unit > 0) {
      note(step, residual / unit, limit, where);
    } else if (residual != 0) {
      note(step, Double.NaN, limit, where);
    }
  }
}
