package io.github.implicitbias.core.schedule;

/** Leaves out steps of another schedule to stay below a share of the CPU time of training. */
final class OverheadBudget implements Schedule {

  private static final long serialVersionUID = 1L;

  private final Schedule schedule;
  private final double share;

  OverheadBudget(Schedule schedule, double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "overheadBudget(" + share + "): give a share between 0 and 1, 0.05 for 5 %");
    }
    this.schedule = schedule;
    this.share = share;
  }

  @Override
  public boolean isDue(long step) {
    return schedule.isDue(step);
  }

  @Override
  public Pace start() {
    return new Budgeted(schedule.start(), share);
  }

  @Override
  public String toString() {
    return schedule + ", at most " + share + " of the CPU time of training";
  }

  private static final class Budgeted implements Pace {
    /**
     * A second observation that takes no longer than this is made without waiting for the budget.
     */
    private static final long AT_ONCE_NANOS = 100_000_000;

    private final Pace pace;
    private final double share;
    private long decided = -1;
    private boolean affordable;
    private double distance;

    Budgeted(Pace pace, double share) {
      this.pace = pace;
      this.share = share;
    }

    @Override
    public boolean expects(long step, Progress progress) {
      if (!pace.expects(step, progress)) {
        return false;
      }
      decided = step;
      affordable = canAfford(progress);
      return affordable;
    }

    @Override
    public boolean isDue(long step, Progress progress) {
      boolean due =
          pace.isDue(step, progress) && (decided == step ? affordable : canAfford(progress));
      if (due && progress.observations() > 1) {
        double gap = step - progress.lastObservedStep();
        distance = distance == 0 ? gap : distance + (gap - distance) / 4;
      }
      return due;
    }

    private boolean canAfford(Progress progress) {
      if (progress.observations() < 2 && progress.observationNanos() <= AT_ONCE_NANOS) {
        return true;
      }
      double training = progress.trainingNanos();
      double watching = progress.watchNanos() + progress.observationNanos();
      double withoutStart = watching - progress.startNanos();
      return watching <= share * training || withoutStart <= share / 2 * training;
    }

    @Override
    public double distance() {
      return distance;
    }

    @Override
    public String why(Progress progress) {
      return "watching is held to " + share + " of the CPU time of training";
    }
  }
}
