package io.github.implicitbias.core.schedule;

/**
 * Decides at which steps a run is observed. Implementations are pure functions of the step and
 * serializable; the first and the last step of a run are observed whatever the schedule says.
 */
@FunctionalInterface
public interface Schedule extends java.io.Serializable {

  /** Returns true if the parameters after {@code step} updates are to be observed. */
  boolean isDue(long step);

  /** Returns the schedule that observes every step. */
  static Schedule everyStep() {
    return step -> true;
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
    return step -> step % k == 0;
  }
}
