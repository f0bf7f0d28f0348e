package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.schedule.Pace;
import io.github.implicitbias.core.schedule.Progress;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import java.util.Locale;

/**
 * Asks the schedule of a run, and lets none of its failures pass: a step it fails at is not
 * observed, and after three failures in a row the automatic schedule takes its place.
 */
final class Pacer {

  private static final int MAX_EVENTS = 64;

  private final Progress progress;
  private final FailureLog failures;
  private final Fuse fuse = new Fuse("schedule");
  private final Schedule schedule;
  private final boolean named;
  private Pace pace;
  private long expectedStep = -1;
  private boolean expected;
  private boolean failedAtStep;
  private double saidDistance = 1;
  private int said;

  Pacer(Schedule schedule, Progress progress, FailureLog failures) {
    this.progress = progress;
    this.failures = failures;
    this.schedule = schedule;
    this.named = !schedule.getClass().isSynthetic();
    try {
      pace = schedule.start();
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable e) {
      failed(e);
    }
    if (pace == null) {
      pace = Schedule.automatic().start();
    }
  }

  private void failed(Throwable e) {
    failedAtStep = true;
    failures.failed(fuse, EventKind.OBSERVATION_FAILED, e, ", the step is not observed");
    if (fuse.isBlown()) {
      pace = Schedule.automatic().start();
    }
  }

  /** Returns true if a step will probably be observed; asks the schedule once per step. */
  boolean expects(long step) {
    if (expectedStep != step) {
      expectedStep = step;
      expected = false;
      failedAtStep = false;
      try {
        expected = pace.expects(step, progress);
      } catch (OutOfMemoryError e) {
        throw e;
      } catch (Throwable e) {
        failed(e);
      }
    }
    return expected;
  }

  /** Decides about a step. */
  boolean isDue(long step) {
    expects(step);
    if (failedAtStep) {
      return false;
    }
    try {
      boolean due = pace.isDue(step, progress);
      fuse.succeeded();
      return due;
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable e) {
      failed(e);
      return false;
    }
  }

  /** Adds an event if the distance chosen by a budget has at least doubled or halved. */
  void addEvent(EventBuffer events, double share) {
    double distance = distance();
    if (distance <= 0
        || said == MAX_EVENTS
        || (distance < 2 * saidDistance && distance > saidDistance / 2)) {
      return;
    }
    said++;
    events.add(
        EventKind.SCHEDULE_STRETCHED,
        -1,
        -1,
        -1,
        "observed about every "
            + Math.round(distance)
            + " steps, about every "
            + Math.round(saidDistance)
            + " before: watching has taken "
            + share
            + " of the CPU time of training");
    saidDistance = distance;
  }

  /** Returns in one sentence how many of the steps were observed, and why no more. */
  String observed(long observations, long steps) {
    if (observations >= steps) {
      return String.format(Locale.ROOT, "The probe was observed at all %,d steps.", steps);
    }
    return String.format(
        Locale.ROOT,
        "The probe was observed at %,d of %,d steps, because %s.",
        observations,
        steps,
        why());
  }

  private String why() {
    try {
      String why = pace.why(progress);
      if (why != null && !why.isEmpty()) {
        return why;
      }
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable e) {
      failed(e);
    }
    return "the schedule is " + (named ? "\"" + schedule + "\"" : "one of your own");
  }

  private double distance() {
    try {
      return pace.distance();
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable e) {
      failed(e);
      return 0;
    }
  }
}
