package io.github.implicitbias.run;

import io.github.implicitbias.run.format.TrackedLayer;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The flips of one tracked layer up to a record, counted: per unit, per sample and per entry (unit,
 * sample), with the steps of the first and the last. Immutable. Steps are -1 where there was no
 * flip. What happened step by step is answered by {@link Run#flipsOf}, {@link Run#flipsOfSample},
 * {@link Run#flipsAt} and {@link Run#events(EventKind, String)}.
 *
 * <p>Memory: 112 bytes per unit, 40 per sample and, up to {@value #MAX_ENTRIES} entries, 40 per
 * entry, taken where there are flips. Entries are not counted one by one if that took more than 64
 * MB.
 */
public final class FlipHistory {

  /** Entries of a layer beyond which they are not counted one by one. */
  public static final int MAX_ENTRIES = 1 << 21;

  private final TrackedLayer layer;
  private final FlipTally tally;

  FlipHistory(TrackedLayer layer, FlipTally tally) {
    this.layer = layer;
    this.tally = tally;
  }

  /** Returns the layer whose flips these are. */
  public TrackedLayer layer() {
    return layer;
  }

  /**
   * Returns true if the flips of all records are counted: none had been left out to save memory
   * before it was counted, none was lost. Otherwise a flip is a difference between the records that
   * were there, and a bit that changed and changed back between them is not counted.
   */
  public boolean isExact() {
    return tally.isWhole();
  }

  /** Returns how many flips of a kind there were. */
  public long flips(FlipKind kind) {
    return tally.total(kind);
  }

  /**
   * Returns the step of the last record with a flip, that of the first record if there was none, -1
   * without records: since then the pattern has not changed.
   */
  public long stableSince() {
    return tally.stableSince();
  }

  /** Returns how many flips of a kind a unit had. */
  public long flipsOfUnit(int unit, FlipKind kind) {
    return tally.ofUnit(unit(unit), kind);
  }

  /** Returns the step of the first flip of a unit. */
  public long firstFlipOfUnit(int unit) {
    return tally.stepOfUnit(unit(unit), false);
  }

  /** Returns the step of the last flip of a unit. */
  public long lastFlipOfUnit(int unit) {
    return tally.stepOfUnit(unit(unit), true);
  }

  /** Returns how many flips of a kind there were at a sample. */
  public long flipsOfSample(int sample, FlipKind kind) {
    return tally.ofSample(sample(sample), kind);
  }

  /** Returns the step of the first flip at a sample. */
  public long firstFlipOfSample(int sample) {
    return tally.stepOfSample(sample(sample), false);
  }

  /** Returns the step of the last flip at a sample. */
  public long lastFlipOfSample(int sample) {
    return tally.stepOfSample(sample(sample), true);
  }

  /** Returns true if the entries are counted one by one. */
  public boolean hasEntries() {
    return tally.hasEntries();
  }

  /**
   * Returns how many flips of a kind an entry had.
   *
   * @throws IllegalStateException unless {@link #hasEntries}
   */
  public int flips(int unit, int sample, FlipKind kind) {
    needEntries();
    return tally.ofEntry(unit(unit), sample(sample), kind);
  }

  /**
   * Returns the step of the first flip of an entry.
   *
   * @throws IllegalStateException unless {@link #hasEntries}
   */
  public long firstFlip(int unit, int sample) {
    needEntries();
    return tally.stepOfEntry(unit(unit), sample(sample), false);
  }

  /**
   * Returns the step of the last flip of an entry.
   *
   * @throws IllegalStateException unless {@link #hasEntries}
   */
  public long lastFlip(int unit, int sample) {
    needEntries();
    return tally.stepOfEntry(unit(unit), sample(sample), true);
  }

  /**
   * Returns the units that died, revived or became linear at least once, in increasing order.
   *
   * @param kind {@code UNIT_DIED}, {@code UNIT_REVIVED} or {@code UNIT_LINEAR}
   * @throws IllegalArgumentException if it is another kind
   */
  public int[] unitsWith(EventKind kind) {
    int number = number(kind);
    return IntStream.range(0, tally.units).filter(unit -> tally.events(unit, number) > 0).toArray();
  }

  /**
   * Returns how often a unit died, revived or became linear.
   *
   * @throws IllegalArgumentException if it is another kind
   */
  public long events(int unit, EventKind kind) {
    return tally.events(unit(unit), number(kind));
  }

  /** Returns the step at which a unit died, revived or became linear for the first time. */
  public long firstEvent(int unit, EventKind kind) {
    return tally.stepOfEvent(unit(unit), number(kind), false);
  }

  /** Returns the step at which a unit died, revived or became linear for the last time. */
  public long lastEvent(int unit, EventKind kind) {
    return tally.stepOfEvent(unit(unit), number(kind), true);
  }

  private static int number(EventKind kind) {
    int number = FlipTally.eventNumber(kind);
    if (number < 0) {
      throw new IllegalArgumentException(
          kind
              + " is no event of a unit: "
              + Arrays.asList(EventKind.UNIT_DIED, EventKind.UNIT_REVIVED, EventKind.UNIT_LINEAR));
    }
    return number;
  }

  private int unit(int unit) {
    return Objects.checkIndex(unit, tally.units);
  }

  private int sample(int sample) {
    return Objects.checkIndex(sample, tally.samples);
  }

  private void needEntries() {
    if (!tally.hasEntries()) {
      throw new IllegalStateException(
          "the entries of "
              + layer
              + " are too many to be counted one by one: ask flipsOf(layer, unit) of the run");
    }
  }

  @Override
  public String toString() {
    return "flips of " + layer;
  }
}
