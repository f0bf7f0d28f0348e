package io.github.implicitbias.run;

/**
 * Counts the flips and the unit events of one layer in bounded memory: {@value #UNIT_BYTES} bytes
 * per unit, {@value #SAMPLE_BYTES} per sample and, if entries are counted one by one, {@value
 * #ENTRY_BYTES} per entry, taken only where something has happened. Steps are held plus 1, so that
 * 0 is none.
 */
final class FlipTally {

  static final int ENTRY_BYTES = 40;
  static final int SAMPLE_BYTES = 40;
  static final int UNIT_BYTES = 112;

  private static final int KINDS = FlipKind.values().length;
  private static final int FIRST = KINDS;
  private static final int LAST = KINDS + 1;
  private static final int SLOTS = KINDS + 2;
  private static final int EVENT_SLOTS = 9;
  private static final int ENTRY_SLOTS = SLOTS;

  final int units;
  final int samples;
  private final Pages ofUnits;
  private final Pages ofSamples;
  private final Pages unitEvents;
  private Pages entries;
  private boolean hasEntries;
  private final long[] totals = new long[KINDS];
  private final Progress progress;
  private long lastFlip = -1;

  /** How far the records have been counted; tallies of several layers share one. */
  static final class Progress {
    private long step = -1;
    private long firstStep = -1;
    private boolean whole = true;

    /** Begins the next record. */
    void record(Record record) {
      step = record.step();
      firstStep = firstStep < 0 ? step : firstStep;
      whole &= !record.thinned();
    }

    /** Notes that records were lost before the one that comes next. */
    void gap() {
      whole = false;
    }

    private Progress copy() {
      Progress copy = new Progress();
      copy.step = step;
      copy.firstStep = firstStep;
      copy.whole = whole;
      return copy;
    }
  }

  FlipTally(int units, int samples, boolean entries, Progress progress) {
    this.progress = progress;
    this.units = units;
    this.samples = samples;
    ofUnits = new Pages((long) SLOTS * units);
    ofSamples = new Pages((long) SLOTS * samples);
    unitEvents = new Pages((long) EVENT_SLOTS * units);
    this.entries = new Pages(entries ? (long) ENTRY_SLOTS * units * samples : 0);
    hasEntries = entries;
  }

  private FlipTally(FlipTally other) {
    units = other.units;
    samples = other.samples;
    ofUnits = other.ofUnits.copy();
    ofSamples = other.ofSamples.copy();
    unitEvents = other.unitEvents.copy();
    entries = other.entries.copy();
    hasEntries = other.hasEntries;
    System.arraycopy(other.totals, 0, totals, 0, KINDS);
    progress = other.progress.copy();
    lastFlip = other.lastFlip;
  }

  FlipTally copy() {
    return new FlipTally(this);
  }

  /** Returns the memory that has been taken so far, in bytes. */
  long bytes() {
    return ofUnits.bytes() + ofSamples.bytes() + unitEvents.bytes() + entries.bytes();
  }

  /** Gives the counts per entry back. */
  void dropEntries() {
    entries = new Pages(0);
    hasEntries = false;
  }

  /** Returns the greatest memory of a tally, in bytes. */
  static long bytes(long units, long samples, boolean entries) {
    return UNIT_BYTES * units
        + SAMPLE_BYTES * samples
        + (entries ? ENTRY_BYTES * units * samples : 0);
  }

  void flip(FlipKind kind, int unit, int sample) {
    int k = kind.ordinal();
    totals[k]++;
    lastFlip = progress.step;
    count(ofUnits, (long) SLOTS * unit, k);
    count(ofSamples, (long) SLOTS * sample, k);
    if (hasEntries) {
      count(entries, entry(unit, sample), k);
    }
  }

  private long entry(int unit, int sample) {
    return ENTRY_SLOTS * ((long) unit * samples + sample);
  }

  private void count(Pages slots, long at, int kind) {
    slots.increment(at + kind);
    if (slots.get(at + FIRST) == 0) {
      slots.set(at + FIRST, progress.step + 1);
    }
    slots.set(at + LAST, progress.step + 1);
  }

  /** Counts an event of this layer if it is one of {@link #eventNumber}. */
  void event(Event event) {
    int number = eventNumber(event.kind());
    if (number >= 0 && event.unit() >= 0) {
      long at = EVENT_SLOTS * (long) event.unit() + 3L * number;
      unitEvents.increment(at);
      if (unitEvents.get(at + 1) == 0) {
        unitEvents.set(at + 1, event.step() + 1);
      }
      unitEvents.set(at + 2, event.step() + 1);
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
    return progress.whole;
  }

  boolean hasEntries() {
    return hasEntries;
  }

  long total(FlipKind kind) {
    return totals[kind.ordinal()];
  }

  long stableSince() {
    return lastFlip < 0 ? progress.firstStep : lastFlip;
  }

  long ofUnit(int unit, FlipKind kind) {
    return ofUnits.get((long) SLOTS * unit + kind.ordinal());
  }

  long stepOfUnit(int unit, boolean last) {
    return ofUnits.get((long) SLOTS * unit + (last ? LAST : FIRST)) - 1;
  }

  long ofSample(int sample, FlipKind kind) {
    return ofSamples.get((long) SLOTS * sample + kind.ordinal());
  }

  long stepOfSample(int sample, boolean last) {
    return ofSamples.get((long) SLOTS * sample + (last ? LAST : FIRST)) - 1;
  }

  int ofEntry(int unit, int sample, FlipKind kind) {
    return (int) entries.get(entry(unit, sample) + kind.ordinal());
  }

  long stepOfEntry(int unit, int sample, boolean last) {
    return entries.get(entry(unit, sample) + (last ? LAST : FIRST)) - 1;
  }

  long events(int unit, int number) {
    return unitEvents.get(EVENT_SLOTS * (long) unit + 3L * number);
  }

  long stepOfEvent(int unit, int number, boolean last) {
    return unitEvents.get(EVENT_SLOTS * (long) unit + 3L * number + (last ? 2 : 1)) - 1;
  }
}
