package io.github.implicitbias.core.schedule;

/**
 * The observations that a run is given whatever they cost.
 *
 * <p>How long a run will be is not known, so they lie as on a logarithmic axis: with t the steps
 * trained, the next observation is due at a distance of max(m, t / {@value #RESOLUTION}) steps from
 * the one before. Up to {@value #RESOLUTION} m steps they are m steps apart, then they become rarer
 * as the run becomes longer, {@value #RESOLUTION} for every factor of e. A run of 4,000 steps has
 * about 290 of them with m = 3, 200 with m = 10, 150 with m = 20; one of 10,000 steps about 360,
 * 270 and 220.
 *
 * <p>m is the number of steps that take as long as one observation, from 1 to {@value #WIDEST}. So
 * the floor at most doubles the time of the first steps, unless an observation is dearer than
 * {@value #WIDEST} steps; and it begins only after {@value #BEGIN} m steps, so that a short trial
 * of a large network is not mostly observation.
 *
 * <p>Beside them the end of every epoch is observed, unless one of the {@value #WIDEST} steps
 * before it was.
 */
final class Floor {

  private static final int RESOLUTION = 75;
  private static final int WIDEST = 20;
  private static final int BEGIN = 5;

  private long firstStep = -1;
  private double stepNanos;

  /** Takes note of a step that comes next. */
  void step(long step, Progress progress) {
    if (firstStep < 0) {
      firstStep = step - 1;
    }
    long trained = step - firstStep;
    if (trained > 0) {
      stepNanos = (double) progress.trainingNanos() / trained;
    }
  }

  /** Returns the CPU time of a step of training on average, 0 while it is not known. */
  double stepNanos() {
    return stepNanos;
  }

  /**
   * Returns true if a step is to be observed because of its distance from the last one observed.
   */
  boolean isDue(long step, Progress progress) {
    long trained = step - firstStep;
    long least = least(progress);
    return trained >= BEGIN * least
        && step - progress.lastObservedStep() >= Math.max(least, trained / RESOLUTION);
  }

  /** Returns true if a step is to be observed because it is the first of an epoch. */
  boolean isDueAfterEpoch(long step, Progress progress) {
    return progress.epochEnded() && step - progress.lastObservedStep() >= WIDEST;
  }

  private long least(Progress progress) {
    double steps = stepNanos > 0 ? progress.observationNanos() / stepNanos : WIDEST;
    return (long) Math.min(WIDEST, Math.max(1, Math.ceil(steps)));
  }
}
