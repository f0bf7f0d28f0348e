package io.github.implicitbias.core.schedule;

import java.io.Serializable;
import java.time.Duration;

/**
 * Decides at which steps a run is observed. The first and the last step of a run are observed
 * whatever the schedule says.
 *
 * <p>A schedule of your own is a function of the step, {@code step -> step % 10 == 3}. One that
 * depends on more than the step, such as a budget, overrides {@link #start}. A schedule itself
 * keeps no state and is serializable: every run, and every copy of a listener, starts a {@link
 * Pace} of its own.
 */
@FunctionalInterface
public interface Schedule extends Serializable {

  /**
   * Returns true if the parameters after {@code step} updates may be observed; for schedules that
   * depend on more than the step, {@link #start} has the last word.
   */
  boolean isDue(long step);

  /** Starts the schedule of one run. */
  default Pace start() {
    return new PureSchedule.Steps(this);
  }

  /**
   * Returns the schedule that observes what can be read from the activations of training itself at
   * every step, and puts a budget of 4 % of the CPU time of training on steps that need a forward
   * pass of their own. The start is not charged to that budget. This is the schedule of a listener
   * that is given none.
   *
   * <p>Where a pass is so dear that the budget would leave next to nothing, a floor holds: about
   * 200 observations of a run, and one of every epoch of at least 20 steps. After t steps the next
   * one is due at the latest max(m, t / 75) steps after the last, where m, from 1 to 20, is the
   * number of steps that take as long as an observation; the first of them comes after 5 m steps. A
   * run of 4,000 steps is so observed about 290 times with m = 3 and 150 times with m = 20.
   */
  static Schedule automatic() {
    return new AutomaticSchedule();
  }

  /** Returns the schedule that observes every step. */
  static Schedule everyStep() {
    return PureSchedule.of("every step", step -> true);
  }

  /**
   * Returns the schedule that observes steps 0, k, 2k, ...
   *
   * @throws IllegalArgumentException if {@code k < 1}
   */
  static Schedule every(long k) {
    if (k < 1) {
      throw new IllegalArgumentException("every(" + k + "): give a number of steps of at least 1");
    }
    return PureSchedule.of("every " + k + " steps", step -> step % k == 0);
  }

  /**
   * Returns the schedule that observes step 0 and the steps {@code round(ratio^j)}, each once.
   *
   * @param ratio greater than 1, for example 1.05 or 1.1
   * @throws IllegalArgumentException if it is not, or not finite
   */
  static Schedule geometric(double ratio) {
    checkRatio(ratio, "geometric(" + ratio + ")");
    return PureSchedule.of(
        "geometric, ratio " + ratio, step -> step == 0 || GeometricSteps.has(step, 1, ratio));
  }

  /**
   * Returns the schedule that observes every step up to {@code k}, then the steps {@code round(k
   * ratio^j)}, each once.
   *
   * @param k at least 1
   * @param ratio greater than 1
   * @throws IllegalArgumentException if one of them is not
   */
  static Schedule denseThenGeometric(long k, double ratio) {
    String call = "denseThenGeometric(" + k + ", " + ratio + ")";
    if (k < 1) {
      throw new IllegalArgumentException(call + ": give a number of steps of at least 1");
    }
    checkRatio(ratio, call);
    return PureSchedule.of(
        "every step up to " + k + ", then geometric, ratio " + ratio,
        step -> step <= k || GeometricSteps.has(step, k, ratio));
  }

  private static void checkRatio(double ratio, String call) {
    if (!(ratio > 1) || Double.isInfinite(ratio)) {
      throw new IllegalArgumentException(call + ": give a ratio greater than 1, such as 1.05");
    }
  }

  /**
   * Returns the schedule that observes the given steps.
   *
   * @throws IllegalArgumentException if there is none, or one is negative
   */
  static Schedule at(long... steps) {
    return new ListedSteps(steps);
  }

  /**
   * Returns the schedule that observes the parameters that each epoch leaves: the record is made
   * when the next epoch begins, the last by closing the listener. The norm of the update before it
   * is known from the third epoch on, if epochs have equally many steps. {@code fit(DataSet)} has
   * no epochs: only the first and the last step are observed then.
   */
  static Schedule onEpochEnd() {
    return new EpochEnds();
  }

  /**
   * Returns the schedule under which watching takes at most so much CPU time in all, its start
   * included: whenever half of what is left is used up, the distance between observed steps
   * doubles. The budget may be exceeded by the first and the last record, and by what one
   * observation costs more than the one before.
   *
   * @throws IllegalArgumentException if the duration is not positive
   */
  static Schedule timeBudget(Duration cpuTime) {
    return new TimeBudget(positive(cpuTime, "timeBudget"));
  }

  /**
   * Returns the schedule that observes the first step that begins at least so much wall-clock time
   * after the last observation.
   *
   * @throws IllegalArgumentException if the duration is not positive
   */
  static Schedule everyInterval(Duration wallTime) {
    return new Intervals(positive(wallTime, "everyInterval"));
  }

  private static Duration positive(Duration duration, String name) {
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + "(" + duration + "): give a positive duration");
    }
    return duration;
  }

  /**
   * Returns this schedule under a budget: steps are left out so that the CPU time of watching, that
   * of the recorders' thread included, stays below this share of the CPU time that training itself
   * takes.
   *
   * <p>The start (classes, the first two observations) is paid back from half of the budget while
   * the other half is used for observations, so the share is kept from the moment at which training
   * has taken {@code 2 / share} times what the start took.
   *
   * @param share between 0 and 1, for example 0.05
   * @throws IllegalArgumentException if it is not
   */
  default Schedule overheadBudget(double share) {
    return new OverheadBudget(this, share);
  }
}
