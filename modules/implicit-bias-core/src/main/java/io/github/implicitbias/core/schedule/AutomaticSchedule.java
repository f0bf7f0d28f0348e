package io.github.implicitbias.core.schedule;

import java.util.Locale;

/**
 * Every step in place; where a forward pass of our own is needed, what a budget allows, and never
 * less than a floor.
 */
final class AutomaticSchedule implements Schedule {

  private static final long serialVersionUID = 1L;
  static final double SHARE = 0.04;

  @Override
  public boolean isDue(long step) {
    return true;
  }

  @Override
  public Pace start() {
    return new Automatic();
  }

  @Override
  public String toString() {
    return "every step in place, else at most "
        + SHARE
        + " of the CPU time of training, and about 200 times in any case";
  }

  private static final class Automatic implements Pace {

    /** A second observation that takes no longer than this is made without waiting for a budget. */
    private static final long AT_ONCE_NANOS = 100_000_000;

    private final Floor floor = new Floor();
    private boolean budgeted;
    private double distance;

    @Override
    public boolean expects(long step, Progress progress) {
      floor.step(step, progress);
      return progress.isInPlace() || floor.isDue(step, progress) || canAfford(progress);
    }

    @Override
    public boolean isDue(long step, Progress progress) {
      budgeted = !progress.isInPlace();
      if (!budgeted) {
        return true;
      }
      boolean due =
          floor.isDue(step, progress)
              || floor.isDueAfterEpoch(step, progress)
              || canAfford(progress);
      if (due && progress.observations() > 1) {
        double gap = step - progress.lastObservedStep();
        distance = distance == 0 ? gap : distance + (gap - distance) / 4;
      }
      return due;
    }

    /** The start is not charged: it is the same however long the run is. */
    private static boolean canAfford(Progress progress) {
      long next = progress.observationNanos();
      if (progress.observations() < 2 && next <= AT_ONCE_NANOS) {
        return true;
      }
      return progress.watchNanos() - progress.startNanos() + next
          <= SHARE * progress.trainingNanos();
    }

    @Override
    public double distance() {
      return budgeted ? distance : 0;
    }

    @Override
    public String why(Progress progress) {
      if (!(floor.stepNanos() > 0)) {
        return "a pass of the probe of its own is made only as often as training can afford it";
      }
      return String.format(
          Locale.ROOT,
          "one observation takes as long as %.1f steps of training, and observations are held to"
              + " %.0f %% of its CPU time, or to about 200 of a run if that is more",
          progress.observationNanos() / floor.stepNanos(),
          100 * SHARE);
    }
  }
}
