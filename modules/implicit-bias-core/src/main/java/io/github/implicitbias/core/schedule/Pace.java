package io.github.implicitbias.core.schedule;

/**
 * A schedule at work in one run. Called by the training thread, once per step and in order: {@link
 * #expects} for the step to come, then {@link #isDue} when it has come. The first step of a run is
 * observed without asking.
 */
public interface Pace {

  /**
   * Returns true if a step will probably be observed. Asked while the parameters of the step before
   * are still there, which are kept only if this returns true: the norm of the update between the
   * two is then known.
   */
  boolean expects(long step, Progress progress);

  /** Decides about a step when it has come. */
  boolean isDue(long step, Progress progress);

  /**
   * Returns the distance between observed steps that a budget has arrived at; 0 if the pace has no
   * budget, or nothing is known yet.
   */
  default double distance() {
    return 0;
  }

  /**
   * Returns why not every step was observed, in words that go on after "because"; empty if the
   * schedule has nothing to say beside its name.
   */
  default String why(Progress progress) {
    return "";
  }
}
