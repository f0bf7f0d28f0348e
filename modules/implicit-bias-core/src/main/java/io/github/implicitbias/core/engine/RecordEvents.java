package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.PatternHistory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds the events that follow from what is observed: units, plateaus, failures, steps left out. */
final class RecordEvents {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final EventBuffer events;
  private final List<PatternHistory> patterns;
  private final FailureLog failures;
  private final PlateauDetector plateaus = new PlateauDetector();
  private @Nullable String continues;
  private long leftOutFrom = -1;
  private long leftOutTo;
  private boolean saidLeftOut;

  RecordEvents(EventBuffer events, List<PatternHistory> patterns, FailureLog failures) {
    this.events = events;
    this.patterns = patterns;
    this.failures = failures;
  }

  /** Makes the next record say which run this one goes on from. */
  void continues(String detail) {
    continues = detail;
  }

  /** Takes note of a step for which there was no room. */
  void leftOut(long step) {
    leftOutFrom = leftOutFrom < 0 ? step : leftOutFrom;
    leftOutTo = step;
    if (!saidLeftOut) {
      saidLeftOut = true;
      LOG.warn("Storage is slower than training: some steps are left out, events say which.");
    }
  }

  /** Adds which steps were left out before a step that is observed. */
  void addLeftOut(long step) {
    if (continues != null) {
      events.add(EventKind.RUN_CONTINUES, -1, -1, -1, continues);
    }
    // A step for which there was no room at first, but then was, is not left out.
    leftOutTo = Math.min(leftOutTo, step - 1);
    if (leftOutFrom >= 0 && leftOutFrom <= leftOutTo) {
      String detail =
          "records left out from step "
              + leftOutFrom
              + " to step "
              + leftOutTo
              + ": storage is slower than training";
      events.add(EventKind.SCHEDULE_STRETCHED, -1, -1, -1, detail);
    }
    leftOutFrom = -1;
  }

  /**
   * Adds what became of units since the record before; nothing of a layer with entries that are not
   * numbers, and neither on nor off; nothing at the first record.
   */
  void addUnits(boolean first) {
    if (first) {
      return;
    }
    for (int layer = 0; layer < patterns.size(); layer++) {
      PatternHistory pattern = patterns.get(layer);
      int units = pattern.nanEntries() > 0 ? 0 : pattern.units();
      for (int unit = 0; unit < units; unit++) {
        int now = pattern.activeSamples(unit);
        int before = pattern.activeSamplesBefore(unit);
        if (now != before) {
          if (now == 0) {
            events.add(EventKind.UNIT_DIED, layer, unit, -1, "");
          } else if (before == 0) {
            events.add(EventKind.UNIT_REVIVED, layer, unit, -1, "");
          }
          if (pattern.isLinear(unit)) {
            events.add(EventKind.UNIT_LINEAR, layer, unit, -1, "");
          }
        }
      }
    }
  }

  /** Adds that a plateau of the loss has begun or ended. */
  void addPlateaus(long step, double loss) {
    switch (plateaus.accept(step, loss)) {
      case BEGAN:
        events.add(
            EventKind.PLATEAU_BEGAN,
            -1,
            -1,
            -1,
            "loss " + plateaus.level() + " since step " + plateaus.since());
        break;
      case ENDED:
        events.add(EventKind.PLATEAU_ENDED, -1, -1, -1, "loss " + loss);
        break;
      default:
    }
  }

  /** Adds what has failed since the record before. */
  void addFailures() {
    if (failures.hasPending()) {
      for (FailureLog.Note note : failures.takePending()) {
        events.add(note.kind, -1, -1, -1, note.detail);
      }
    }
  }

  /** Says that the events have gone into a record. */
  void recorded() {
    continues = null;
    events.clear();
  }

  /** Says that the events will go into no record. */
  void dropped() {
    events.clear();
  }
}
