package io.github.implicitbias.run;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a run without reading its blocks again: where they begin, what was lost, counts,
 * events, verdicts, and every column in bounded memory. Not thread-safe: {@link
 * io.github.implicitbias.run.Run} guards it.
 */
final class RunIndex {

  /** Greatest number of events that are held, each of their conditions counted as one too. */
  private static final int MAX_EVENTS = 100_000;

  private static final int MAX_BUCKETS = 4096;
  private static final int MIN_BUCKETS = 64;

  /** Buckets of all columns together: 64 MB of them. */
  private static final int ALL_BUCKETS = 1 << 21;

  private static final class Entry {
    final long firstStep;
    final long lastStep;
    final boolean keyframe;
    final boolean follows;

    Entry(RecordBlock block, boolean follows) {
      this.firstStep = block.firstStep();
      this.lastStep = block.lastStep();
      this.keyframe = block.hasKeyframe();
      this.follows = follows;
    }
  }

  private final RunHeader header;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final Envelope[] columns;
  private final double[] latest;
  private final long[][] flips;
  private final boolean[] unitRows;
  private final VerdictIndex verdicts;
  private final FindingIndex findings = new FindingIndex();
  private long records;
  private long observations;
  private long inPlace;
  private long watchNanos;
  private long firstMillis;
  private long lastMillis;
  private long lastNumber = -1;
  private int lastEpoch = -1;
  private boolean thinned;
  private long completeSince = -1;
  private boolean endLost;
  private @Nullable FlipTally @Nullable [] tallies;
  private FlipTally.Progress progress = new FlipTally.Progress();
  private int heldConditions;
  private @Nullable Newest newest;

  /** Makes the index of a run before its first block. */
  public RunIndex(RunHeader header) {
    this.header = header;
    int count = header.columns().size();
    int buckets = Math.max(MIN_BUCKETS, Math.min(MAX_BUCKETS, ALL_BUCKETS / Math.max(1, count)));
    columns = new Envelope[count];
    Arrays.setAll(columns, k -> new Envelope(buckets, 1));
    latest = new double[count];
    Arrays.fill(latest, Absent.VALUE);
    flips = new long[header.layers().size()][FlipKind.values().length];
    unitRows = new boolean[header.unitColumns().size()];
    verdicts = new VerdictIndex(header);
  }

  /** Has what is said of now include what is in no block yet; null for blocks only. */
  void follow(@Nullable Newest later) {
    newest = later;
  }

  /**
   * Takes note of the next block.
   *
   * @param also sees what is in the block too, if it is accepted
   * @throws BlockFormatException if it comes out of order; the index is then as before
   */
  public void add(RecordBlock block, RecordVisitor also) throws BlockFormatException {
    if (!entries.isEmpty() && block.firstStep() <= lastStep()) {
      throw new BlockFormatException(
          "block " + block.number() + " begins at step " + block.firstStep() + ", not after it");
    }
    boolean follows = block.previousNumber() == lastNumber;
    if (!follows) {
      gaps.add(new Gap(entries.isEmpty() ? -1 : lastStep(), block.firstStep()));
    }
    if (!follows || entries.isEmpty()) {
      completeSince = block.firstStep();
    }
    block.visit(new Noter(also, !follows));
    entries.add(new Entry(block, follows));
    lastNumber = block.number();
    if (newest != null) {
      newest.isInBlocks(block.lastStep());
    }
  }

  private List<Event> later() {
    return newest == null ? List.of() : newest.eventsAfter(lastStep());
  }

  /** Sees the records of a block that is added. */
  private final class Noter implements RecordVisitor {
    private final RecordVisitor also;
    private boolean gapBefore;

    Noter(RecordVisitor also, boolean gapBefore) {
      this.also = also;
      this.gapBefore = gapBefore;
    }

    @Override
    public void begin(RecordBlock block) {
      also.begin(block);
    }

    @Override
    public void record(Record record) {
      note(record);
      if (tallies != null) {
        progress.record(record);
        if (gapBefore) {
          progress.gap();
        }
      }
      gapBefore = false;
      also.record(record);
    }

    @Override
    public void sampleValues(int column, double[] values) {
      also.sampleValues(column, values);
    }

    @Override
    public void unitValues(int column, double[] values) {
      unitRows[column] = true;
      also.unitValues(column, values);
    }

    @Override
    public void endOfLayer(int layer) {
      also.endOfLayer(layer);
    }

    @Override
    public void flip(int layer, FlipKind kind, int unit, int sample) {
      flips[layer][kind.ordinal()]++;
      if (tallies != null && tallies[layer] != null) {
        tallies[layer].flip(kind, unit, sample);
      }
      also.flip(layer, kind, unit, sample);
    }

    @Override
    public void event(Event event) {
      verdicts.event(event);
      findings.event(event);
      if (tallies != null && event.layer() >= 0 && tallies[event.layer()] != null) {
        tallies[event.layer()].event(event);
      }
      if (events.size() + heldConditions + event.conditions().size() < MAX_EVENTS) {
        events.add(event);
        heldConditions += event.conditions().size();
      }
      also.event(event);
    }
  }

  private void note(Record record) {
    if (records == 0) {
      firstMillis = record.millis();
    }
    records++;
    observations += record.isObserved() ? 1 : 0;
    inPlace += record.inPlace() ? 1 : 0;
    watchNanos += record.watchNanos();
    lastMillis = record.millis();
    lastEpoch = record.epoch();
    thinned |= record.thinned();
    verdicts.record(record);
    completeSince = record.thinned() ? record.step() : completeSince;
    for (int k = 0; k < columns.length; k++) {
      latest[k] = record.value(k);
      columns[k].add(record.step(), record.value(k));
    }
  }

  /**
   * Counts flips per unit, sample and entry from now on, layers in order while the memory lasts:
   * with their entries one by one if that fits, else without, else not at all.
   *
   * @param maxBytes greatest memory to use
   * @return the memory that may be used, in bytes
   * @throws IllegalStateException if there are blocks already
   */
  public long countFlips(long maxBytes) {
    if (!entries.isEmpty()) {
      throw new IllegalStateException("flips are counted from the first block on, or not at all");
    }
    @Nullable FlipTally[] kept = new FlipTally[header.layers().size()];
    progress = new FlipTally.Progress();
    long used = 0;
    for (int layer = 0; layer < kept.length; layer++) {
      int units = header.layers().get(layer).units();
      for (boolean one : new boolean[] {true, false}) {
        long bytes = FlipTally.bytes(units, header.samples(), one);
        boolean few = !one || (long) units * header.samples() <= FlipHistory.MAX_ENTRIES;
        if (kept[layer] == null && few && used + bytes <= maxBytes) {
          kept[layer] = new FlipTally(units, header.samples(), one, progress);
          used += bytes;
        }
      }
    }
    tallies = kept;
    return used;
  }

  /** Gives the memory of {@link #countFlips} back. */
  public void forgetFlips() {
    tallies = null;
  }

  /** Lets another index go on with the counts of flips of this one, which are those of all. */
  public void handFlipsTo(RunIndex next) {
    for (int layer = 0; layer < flips.length; layer++) {
      System.arraycopy(flips[layer], 0, next.flips[layer], 0, flips[layer].length);
    }
    next.tallies = tallies;
    next.progress = progress;
    tallies = null;
  }

  /** Returns the counted flips of a layer as they are now; null if they are not counted. */
  public @Nullable FlipHistory flipHistory(int layer) {
    return tallies == null || tallies[layer] == null
        ? null
        : new FlipHistory(header.layers().get(layer), tallies[layer].copy());
  }

  /**
   * Returns a counter of the flips of a layer, for a reader of all blocks.
   *
   * @throws IllegalStateException if the layer has more units or samples than can be counted
   */
  public FlipCounter flipCounter(int layer) {
    TrackedLayer tracked = header.layers().get(layer);
    return new FlipCounter(tracked, layer, header.samples(), !gaps.isEmpty());
  }

  /** Returns how many flips of a kind a layer had. */
  public long flips(int layer, FlipKind kind) {
    return flips[layer][kind.ordinal()];
  }

  /** Returns true if any record has values of a unit column. */
  public boolean hasUnitRows(int column) {
    return unitRows[column];
  }

  /** Returns the number of records. */
  public long records() {
    return records;
  }

  /** Returns the number of records at which the probe was observed. */
  public long observations() {
    return observations;
  }

  /** Returns the number of records that were read in place. */
  public long inPlace() {
    return inPlace;
  }

  /** Returns the time that watching took in the training thread, in nanoseconds. */
  public long watchNanos() {
    return watchNanos;
  }

  /** Returns the time between the first and the last record, in milliseconds. */
  public long durationMillis() {
    return lastMillis - firstMillis;
  }

  /** Returns the epoch of the last record, -1 if there is none. */
  public int lastEpoch() {
    return lastEpoch;
  }

  /** Returns true if records were left out to stay under the cap on memory. */
  public boolean isThinned() {
    return thinned;
  }

  /** Returns the step from which on every record is there, -1 without records. */
  public long exactSince() {
    return completeSince;
  }

  /** Returns the step of the first record, -1 if there is none. */
  public long firstStep() {
    return entries.isEmpty() ? -1 : entries.get(0).firstStep;
  }

  /** Returns the step of the last record, -1 if there is none. */
  public long lastStep() {
    return entries.isEmpty() ? -1 : entries.get(entries.size() - 1).lastStep;
  }

  /** Returns where blocks were lost. */
  public List<Gap> gaps() {
    List<Gap> all = new ArrayList<>(gaps);
    if (endLost) {
      all.add(new Gap(lastStep(), -1));
    }
    return List.copyOf(all);
  }

  /** Says whether there is more behind the last block that cannot be read; true if that is new. */
  public boolean endLost(boolean moreIsThere) {
    boolean isNew = endLost != moreIsThere;
    endLost = moreIsThere;
    return isNew;
  }

  /** Returns the events in order, at most the first 100,000. */
  public List<Event> events() {
    List<Event> all = new ArrayList<>(events);
    List<Event> later = later();
    all.addAll(later.subList(0, Math.min(later.size(), MAX_EVENTS - events.size())));
    return List.copyOf(all);
  }

  /** Returns the number of {@link #events}. */
  public int eventCount() {
    return Math.min(MAX_EVENTS, events.size() + later().size());
  }

  /** Returns how the training is, as far as the run says. */
  RunSummary summary() {
    FindingIndex now = findings.copy();
    later().forEach(now::event);
    return new RunSummary(now.findings());
  }

  /** Returns what the run says about each of its predictions. */
  public List<RunVerdict> verdicts() {
    Record last = newest == null ? null : newest.after(lastStep());
    if (last == null) {
      return verdicts.verdicts();
    }
    VerdictIndex now = verdicts.copy();
    now.record(last);
    later().forEach(now::event);
    return now.verdicts();
  }

  /** Returns the value of a column at the last record, absent before there is one. */
  public double latest(int column) {
    return newest == null ? latest[column] : newest.value(column, lastStep(), latest[column]);
  }

  /** Returns the values of a column, decimated if it has more points than asked for. */
  public Series series(int column, int maxPoints) {
    return columns[column].series(0, maxPoints);
  }

  /** Returns the number of blocks. */
  public int blocks() {
    return entries.size();
  }

  /** Returns the step of the first record of a block. */
  public long firstStep(int block) {
    return entries.get(block).firstStep;
  }

  /** Returns the step of the last record of a block. */
  public long lastStep(int block) {
    return entries.get(block).lastStep;
  }

  /** Returns the last block that begins at or before a step, -1 if there is none. */
  public int blockAtOrBefore(long step) {
    int low = 0;
    int high = entries.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (entries.get(middle).firstStep <= step) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** Returns the last block with full patterns from which on none is lost, -1 if there is none. */
  public int keyframeAtOrBefore(int block) {
    int first = block;
    while (!entries.get(first).keyframe) {
      if (first == 0 || !entries.get(first).follows) {
        return -1;
      }
      first--;
    }
    return first;
  }
}
