package io.github.implicitbias.core.schedule;

import java.time.Duration;

/** An amount of CPU time for all observations of a run. */
final class TimeBudget implements Schedule {

  private static final long serialVersionUID = 1L;

  private final Duration budget;

  TimeBudget(Duration budget) {
    this.budget = budget;
  }

  @Override
  public boolean isDue(long step) {
    return true;
  }

  @Override
  public Pace start() {
    return new Halving(budget.toNanos());
  }

  @Override
  public String toString() {
    return "CPU time of " + budget + " in all";
  }

  private static final class Halving implements Pace {
    private static final long MAX_DISTANCE = 1L << 40;

    private final long budget;
    private long usedAtDoubling;
    private long distance = 1;
    private long decided = -1;

    Halving(long budget) {
      this.budget = budget;
    }

    @Override
    public boolean expects(long step, Progress progress) {
      long used = progress.watchNanos();
      while (used - usedAtDoubling >= (budget - usedAtDoubling) / 2
          && usedAtDoubling < budget
          && distance < MAX_DISTANCE) {
        usedAtDoubling += Math.max(1, (budget - usedAtDoubling) / 2);
        distance *= 2;
      }
      boolean due =
          used + progress.observationNanos() <= budget
              && step - progress.lastObservedStep() >= distance;
      decided = due ? step : decided;
      return due;
    }

    @Override
    public boolean isDue(long step, Progress progress) {
      return decided == step;
    }

    @Override
    public double distance() {
      return distance;
    }

    @Override
    public String why(Progress progress) {
      return "watching is held to " + budget / 1_000_000 + " ms of CPU time in all";
    }
  }
}
