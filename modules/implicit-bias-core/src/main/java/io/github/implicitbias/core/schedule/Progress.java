package io.github.implicitbias.core.schedule;

/**
 * What a {@link Pace} may look at. CPU times are wall-clock times where threads have no CPU clock.
 */
public interface Progress {

  /** Returns the CPU time that watching has taken so far, in all threads, in nanoseconds. */
  long watchNanos();

  /** Returns the part of {@link #watchNanos} that the start took, with its two observations. */
  long startNanos();

  /** Returns the CPU time of the training thread without watching, in nanoseconds. */
  long trainingNanos();

  /**
   * Returns the CPU time that one more observation will probably take; after the first, what it
   * took to read the network then; 0 if nothing is known.
   */
  long observationNanos();

  /** Returns the number of observations made. */
  long observations();

  /** Returns the step of the last observation, -1 before the first. */
  long lastObservedStep();

  /** Returns the wall-clock time since the last observation, in nanoseconds. */
  long nanosSinceObservation();

  /** Returns true if an epoch has ended between the step before and this one. */
  boolean epochEnded();

  /**
   * Returns true if this step can be observed from the activations of training itself; before the
   * step has come, whether the one before could.
   */
  boolean isInPlace();
}
