package io.github.implicitbias.core.finding;

/** Which of the losses of a run tells how training does on its own data, and whether it falls. */
final class Losses {

  /** If the loss was so many times its first value over the first stretch, it has shot up. */
  private static final double SHOT_UP = 1.5;

  private Losses() {}

  /** Returns that of the batches if there is one, else that of the probe, else the score. */
  static Trend of(Course course) {
    Trend batches = course.trend("batchLoss");
    if (batches.isKnown()) {
      return batches;
    }
    Trend probe = course.trend("loss");
    return probe.isKnown() ? probe : course.trend("score");
  }

  /** Returns the loss at first: over the first stretch, or of the first record if it shot up. */
  static double before(Trend loss) {
    double mean = loss.mean(0);
    return mean > SHOT_UP * loss.first() ? loss.first() : mean;
  }

  /** Returns the loss now: the mean of the last tenth. */
  static double now(Trend loss) {
    return loss.meanOfLast(0.1);
  }

  /** Returns true if the loss is known, and has fallen by a part of what it was at first. */
  static boolean hasFallen(Trend loss, double part) {
    return loss.isKnown() && now(loss) <= before(loss) * (1 - part);
  }
}
