package io.github.implicitbias.core.schedule;

/** A function of the step, with a name. */
final class PureSchedule implements Schedule {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final Schedule steps;

  private PureSchedule(String name, Schedule steps) {
    this.name = name;
    this.steps = steps;
  }

  static Schedule of(String name, Schedule steps) {
    return new PureSchedule(name, steps);
  }

  @Override
  public boolean isDue(long step) {
    return steps.isDue(step);
  }

  @Override
  public String toString() {
    return name;
  }

  /** The pace of a schedule that depends on the step alone. */
  static final class Steps implements Pace {
    private final Schedule schedule;

    Steps(Schedule schedule) {
      this.schedule = schedule;
    }

    @Override
    public boolean expects(long step, Progress progress) {
      return schedule.isDue(step);
    }

    @Override
    public boolean isDue(long step, Progress progress) {
      return schedule.isDue(step);
    }
  }
}
