package io.github.implicitbias.run.history;

import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.format.RecordView;

/**
 * Counts the flips and the unit events of one layer in fixed memory: {@value #UNIT_BYTES} bytes per
 * unit, {@value #SAMPLE_BYTES} per sample and, if entries are counted one by one, {@value
 * #ENTRY_BYTES} per entry. Steps are held plus 1, so that 0 is none.
 */
public final class FlipTally {

  static final int ENTRY_BYTES = 28;
  static final int SAMPLE_BYTES = 40;
  static final int UNIT_BYTES = 112;

  private static final int KINDS = FlipKind.values().length;
  private static final int FIRST = KINDS;
  private static final int LAST = KINDS + 1;
  private static final int SLOTS = KINDS + 2;
  private static final int EVENT_SLOTS = 9;

  final int units;
  final int samples;
  private final long[] ofUnits;
  private final long[] ofSamples;
  private final long[] unitEvents;
  private final long[] entrySteps;
  private final int[] entryCounts;
  private final long[] totals = new long[KINDS];
  private long step = -1;
  private long firstStep = -1;
  private long lastFlip = -1;
  private boolean whole = true;

  public FlipTally(int units, int samples, boolean entries) {
    this.units = units;
    this.samples = samples;
    ofUnits = new long[SLOTS * units];
    ofSamples = new long[SLOTS * samples];
    unitEvents = new long[EVENT_SLOTS * units];
    entrySteps = entries ? new long[2 * units * samples] : null;
    entryCounts = entries ? new int[KINDS * units * samples] : null;
  }

  private FlipTally(FlipTally other) {
    units = other.units;
    samples = other.samples;
    ofUnits = other.ofUnits.clone();
    ofSamples = other.ofSamples.clone();
    unitEvents = other.unitEvents.clone();
    entrySteps = other.entrySteps == null ? null : other.entrySteps.clone();
    entryCounts = other.entryCounts == null ? null : other.entryCounts.clone();
    System.arraycopy(other.totals, 0, totals, 0, KINDS);
    step = other.step;
    firstStep = other.firstStep;
    lastFlip = other.lastFlip;
    whole = other.whole;
  }

  public FlipTally copy() {
    return new FlipTally(this);
  }

  /** Returns the memory of a tally, in bytes. */
  public static long bytes(long units, long samples, boolean entries) {
    return UNIT_BYTES * units
        + SAMPLE_BYTES * samples
        + (entries ? ENTRY_BYTES * units * samples : 0);
  }

  /** Begins the next record. */
  public void record(RecordView record) {
    step = record.step();
    firstStep = firstStep < 0 ? step : firstStep;
    whole &= !record.thinned();
  }

  /** Notes that records were lost before the one that comes next. */
  public void gap() {
    whole = false;
  }

  public void flip(FlipKind kind, int unit, int sample) {
    int k = kind.ordinal();
    totals[k]++;
    lastFlip = step;
    count(ofUnits, SLOTS * unit, k);
    count(ofSamples, SLOTS * sample, k);
    if (entrySteps != null) {
      int entry = unit * samples + sample;
      if (entrySteps[2 * entry] == 0) {
        entrySteps[2 * entry] = step + 1;
      }
      entrySteps[2 * entry + 1] = step + 1;
      entryCounts[KINDS * entry + k]++;
    }
  }

  private void count(long[] slots, int at, int kind) {
    slots[at + kind]++;
    if (slots[at + FIRST] == 0) {
      slots[at + FIRST] = step + 1;
    }
    slots[at + LAST] = step + 1;
  }

  /** Counts an event of this layer if it is one of {@link #eventNumber}. */
  public void event(Event event) {
    int number = eventNumber(event.kind());
    if (number >= 0 && event.unit() >= 0) {
      int at = EVENT_SLOTS * event.unit() + 3 * number;
      unitEvents[at]++;
      if (unitEvents[at + 1] == 0) {
        unitEvents[at + 1] = step + 1;
      }
      unitEvents[at + 2] = step + 1;
    }
  }

  /** Returns 0, 1, 2 for what a unit can do, -1 for other events. */
  static int eventNumber(EventKind kind) {
    switch (kind) {
      case UNIT_DIED:
        return 0;
      case UNIT_REVIVED:
        return 1;
      case UNIT_LINEAR:
        return 2;
      default:
        return -1;
    }
  }

  boolean isWhole() {
    return whole;
  }

  boolean hasEntries() {
    return entrySteps != null;
  }

  long total(FlipKind kind) {
    return totals[kind.ordinal()];
  }

  long stableSince() {
    return lastFlip < 0 ? firstStep : lastFlip;
  }

  long ofUnit(int unit, FlipKind kind) {
    return ofUnits[SLOTS * unit + kind.ordinal()];
  }

  long stepOfUnit(int unit, boolean last) {
    return ofUnits[SLOTS * unit + (last ? LAST : FIRST)] - 1;
  }

  long ofSample(int sample, FlipKind kind) {
    return ofSamples[SLOTS * sample + kind.ordinal()];
  }

  long stepOfSample(int sample, boolean last) {
    return ofSamples[SLOTS * sample + (last ? LAST : FIRST)] - 1;
  }

  int ofEntry(int unit, int sample, FlipKind kind) {
    return entryCounts[KINDS * (unit * samples + sample) + kind.ordinal()];
  }

  long stepOfEntry(int unit, int sample, boolean last) {
    return entrySteps[2 * (unit * samples + sample) + (last ? 1 : 0)] - 1;
  }

  long events(int unit, int number) {
    return unitEvents[EVENT_SLOTS * unit + 3 * number];
  }

  long stepOfEvent(int unit, int number, boolean last) {
    return unitEvents[EVENT_SLOTS * unit + 3 * number + (last ? 2 : 1)] - 1;
  }
}
