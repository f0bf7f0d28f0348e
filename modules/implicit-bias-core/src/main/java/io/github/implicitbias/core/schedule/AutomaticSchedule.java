package io.github.implicitbias.core.schedule;

/** Every step in place; a budget where a forward pass of our own is needed. */
final class AutomaticSchedule implements Schedule {

  private static final long serialVersionUID = 1L;
  static final double SHARE = 0.04;

  @Override
  public boolean isDue(long step) {
    return true;
  }

  @Override
  public Pace start() {
    return new Automatic(Schedule.everyStep().overheadBudget(SHARE).start());
  }

  @Override
  public String toString() {
    return "every step in place, else at most " + SHARE + " of the CPU time of training";
  }

  private static final class Automatic implements Pace {
    private final Pace budget;
    private boolean budgeted;

    Automatic(Pace budget) {
      this.budget = budget;
    }

    @Override
    public boolean expects(long step, Progress progress) {
      return progress.isInPlace() || budget.expects(step, progress);
    }

    @Override
    public boolean isDue(long step, Progress progress) {
      budgeted = !progress.isInPlace();
      return !budgeted || budget.isDue(step, progress);
    }

    @Override
    public double distance() {
      return budgeted ? budget.distance() : 0;
    }
  }
}
