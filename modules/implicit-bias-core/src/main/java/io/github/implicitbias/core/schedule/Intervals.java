package io.github.implicitbias.core.schedule;

import java.time.Duration;

/** Observations at a distance in wall-clock time. */
final class Intervals implements Schedule {

  private static final long serialVersionUID = 1L;

  private final Duration distance;

  Intervals(Duration distance) {
    this.distance = distance;
  }

  @Override
  public boolean isDue(long step) {
    return true;
  }

  @Override
  public Pace start() {
    return new Clocked(distance.toNanos());
  }

  @Override
  public String toString() {
    return "every " + distance;
  }

  private static final class Clocked implements Pace {
    private final long nanos;
    private long decided = -1;

    Clocked(long nanos) {
      this.nanos = nanos;
    }

    @Override
    public boolean expects(long step, Progress progress) {
      if (progress.nanosSinceObservation() < nanos) {
        return false;
      }
      decided = step;
      return true;
    }

    @Override
    public boolean isDue(long step, Progress progress) {
      return decided == step;
    }
  }
}
