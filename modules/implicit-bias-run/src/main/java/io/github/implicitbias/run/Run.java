package io.github.implicitbias.run;

import io.github.implicitbias.run.export.JsonExport;
import io.github.implicitbias.run.export.RunCsv;
import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordView;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RowVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.history.Decimation;
import io.github.implicitbias.run.history.FlipHistory;
import io.github.implicitbias.run.history.FlipTally;
import io.github.implicitbias.run.history.Flips;
import io.github.implicitbias.run.history.Series;
import io.github.implicitbias.run.history.SeriesBuilder;
import io.github.implicitbias.run.history.VerdictIndex;
import io.github.implicitbias.run.log.BlockSource;
import io.github.implicitbias.run.log.Thinning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One training session as recorded: values by step, activation patterns at any recorded step,
 * events.
 *
 * <p>It keeps an index in memory, of bounded size per column, and decodes blocks when asked; blocks
 * may keep arriving while it is read. Thread-safe. Methods that read blocks throw {@link
 * UncheckedIOException} if a block cannot be read any more.
 */
public final class Run {

  private static final int MAX_EVENTS = 100_000;
  private static final int CACHED_BLOCKS = 8;
  private static final long MAX_TALLY_BYTES = 1L << 28;

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
  private final BlockSource source;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();
  private final Decimation[] columns;
  private final double[] latest;
  private final long[][] flips;
  private final VerdictIndex verdicts;
  private final Map<Integer, RecordBlock> cache =
      new LinkedHashMap<Integer, RecordBlock>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, RecordBlock> eldest) {
          return size() > CACHED_BLOCKS;
        }
      };
  private long records;
  private long inPlace;
  private long watchNanos;
  private long firstMillis;
  private long lastMillis;
  private long lastNumber = -1;
  private int lastEpoch;
  private boolean thinned;
  private long completeSince = -1;
  private FlipTally[] tallies;
  private final Replay[] replays;

  /**
   * Makes an empty run.
   *
   * @param source gives back the blocks that {@link #index} is told of
   */
  public Run(RunHeader header, BlockSource source) {
    this.header = header;
    this.source = source;
    this.columns = new Decimation[header.columns().size()];
    Arrays.setAll(columns, k -> new Decimation());
    this.latest = new double[columns.length];
    this.flips = new long[header.layers().size()][FlipKind.values().length];
    this.verdicts = new VerdictIndex(header);
    this.replays = new Replay[header.layers().size()];
  }

  /**
   * Takes note of the next block of the source.
   *
   * @throws BlockFormatException if it is not a block of this run, is damaged, or comes out of
   *     order; the run is then as before
   */
  public void index(byte[] encoded) throws BlockFormatException {
    index(RecordBlock.decode(header, encoded), record -> {});
  }

  /**
   * Takes note of the next block of the source, as {@link #index(byte[])}.
   *
   * @param block decoded with the header of this run
   * @param also sees what is in the block too, if it is accepted
   */
  public synchronized void index(RecordBlock block, RecordVisitor also)
      throws BlockFormatException {
    if (!entries.isEmpty() && block.firstStep() <= lastStep()) {
      throw new BlockFormatException(
          "block " + block.number() + " begins at step " + block.firstStep() + ", not after it");
    }
    boolean follows = block.previousNumber() == lastNumber;
    if (!follows) {
      gaps.add(new Gap(entries.isEmpty() ? -1 : lastStep(), block.firstStep()));
    }
    boolean lost = !follows;
    if (lost || entries.isEmpty()) {
      completeSince = block.firstStep();
    }
    block.visit(
        new RecordVisitor() {
          private boolean gapBefore = lost;

          @Override
          public void record(RecordView record) {
            note(record);
            for (int layer = 0; tallies != null && layer < tallies.length; layer++) {
              if (tallies[layer] != null) {
                tallies[layer].record(record);
                if (gapBefore) {
                  tallies[layer].gap();
                }
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
            if (tallies != null && event.layer() >= 0 && tallies[event.layer()] != null) {
              tallies[event.layer()].event(event);
            }
            if (events.size() < MAX_EVENTS) {
              events.add(event);
            }
            also.event(event);
          }
        });
    entries.add(new Entry(block, follows));
    lastNumber = block.number();
  }

  private void note(RecordView record) {
    if (records == 0) {
      firstMillis = record.millis();
    }
    records++;
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
   * Counts flips per unit, sample and entry as blocks are indexed from now on, so that {@link
   * #flipHistory} reads no blocks and stays exact when blocks are thinned later ({@link
   * #replacedBy}). Layers are served in order while the memory lasts: with their entries one by one
   * if that fits, else without, else not at all.
   *
   * @param maxBytes greatest memory to use
   * @return the memory used, in bytes
   * @throws IllegalStateException if there are blocks already
   */
  public synchronized long keepFlipHistory(long maxBytes) {
    if (!entries.isEmpty()) {
      throw new IllegalStateException("flips are counted from the first block on, or not at all");
    }
    FlipTally[] kept = new FlipTally[header.layers().size()];
    long used = 0;
    for (int layer = 0; layer < kept.length; layer++) {
      int units = header.layers().get(layer).units();
      for (boolean one : new boolean[] {true, false}) {
        long bytes = FlipTally.bytes(units, header.samples(), one);
        boolean few = !one || (long) units * header.samples() <= FlipHistory.MAX_ENTRIES;
        if (kept[layer] == null && few && used + bytes <= maxBytes) {
          kept[layer] = new FlipTally(units, header.samples(), one);
          used += bytes;
        }
      }
    }
    tallies = kept;
    return used;
  }

  /**
   * Gives the memory of {@link #keepFlipHistory} back; flips are counted by reading blocks then.
   */
  public synchronized void dropFlipHistory() {
    tallies = null;
  }

  /**
   * Returns a run over thinned blocks of this one, see {@link Thinning}. The counts of flips that
   * this run has kept go over to it, and go on to be those of all records.
   *
   * @param blocks those that replace this run's
   * @param newSource gives them back
   * @throws BlockFormatException if they are not blocks of this run; this run is then as before
   */
  public synchronized Run replacedBy(List<byte[]> blocks, BlockSource newSource)
      throws BlockFormatException {
    Run next = new Run(header, newSource);
    for (byte[] block : blocks) {
      next.index(block);
    }
    for (int layer = 0; layer < flips.length; layer++) {
      System.arraycopy(flips[layer], 0, next.flips[layer], 0, flips[layer].length);
    }
    next.tallies = tallies;
    tallies = null;
    return next;
  }

  /** Returns what is known about the run as a whole. */
  public RunHeader header() {
    return header;
  }

  /** Returns the number of records. */
  public synchronized long size() {
    return records;
  }

  /** Returns the number of records that were read from the activations of training itself. */
  public synchronized long recordsInPlace() {
    return inPlace;
  }

  /** Returns the time that watching took in the training thread, in nanoseconds. */
  public synchronized long watchNanos() {
    return watchNanos;
  }

  /** Returns the time between the first and the last record, in milliseconds. */
  public synchronized long durationMillis() {
    return lastMillis - firstMillis;
  }

  /** Returns the epoch of the last record. */
  public synchronized int lastEpoch() {
    return lastEpoch;
  }

  /** Returns true if records were left out to stay under the cap on memory. */
  public synchronized boolean isThinned() {
    return thinned;
  }

  /**
   * Returns the step from which on every record is there that was made; before it, some were left
   * out to save memory, or were lost. What is there is exact, before that step and after it. -1 if
   * there is no record.
   */
  public synchronized long exactSince() {
    return completeSince;
  }

  /** Returns the step of the first record, -1 if there is none. */
  public synchronized long firstStep() {
    return entries.isEmpty() ? -1 : entries.get(0).firstStep;
  }

  /** Returns the step of the last record, -1 if there is none. */
  public synchronized long lastStep() {
    return entries.isEmpty() ? -1 : entries.get(entries.size() - 1).lastStep;
  }

  /** Returns where blocks were lost on the way here. */
  public synchronized List<Gap> gaps() {
    return List.copyOf(gaps);
  }

  /** Returns the events in order, at most the first 100,000. */
  public synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /** Returns what the run says about each of its predictions, in the order of their columns. */
  public synchronized List<RunVerdict> verdicts() {
    return verdicts.verdicts();
  }

  /**
   * Returns all events of a kind in a layer, in order; reads all blocks.
   *
   * @throws IllegalArgumentException if no tracked layer has that name
   */
  public List<Event> events(EventKind kind, String layer) {
    int number = header.layerNumber(layer);
    List<Event> found = new ArrayList<>();
    visit(
        new RecordVisitor() {
          @Override
          public void record(RecordView record) {}

          @Override
          public void event(Event event) {
            if (event.kind() == kind && event.layer() == number) {
              found.add(event);
            }
          }
        });
    return found;
  }

  /** Returns how many flips of a kind a layer had in all recorded steps. */
  public synchronized long flips(String layer, FlipKind kind) {
    return flips[header.layerNumber(layer)][kind.ordinal()];
  }

  /** Returns the value of a column at the last record. */
  public synchronized double latest(String column) {
    return latest[header.columnNumber(column)];
  }

  /**
   * Returns a column over all steps, decimated if it has more points than asked for: per bucket of
   * consecutive records the least and the greatest value, at their steps.
   *
   * @param maxPoints at least 4
   */
  public synchronized Series series(String column, int maxPoints) {
    return columns[header.columnNumber(column)].series(maxPoints);
  }

  /** Returns every recorded value of a column; reads all blocks. */
  public Series metric(String column) {
    int k = header.columnNumber(column);
    SeriesBuilder series = new SeriesBuilder();
    visit(record -> series.add(record.step(), record.value(k)));
    return series.series();
  }

  /** Returns every recorded value of a metric that is computed per layer. */
  public Series metric(String id, String layer) {
    return metric(id + "[" + layer + "]");
  }

  /** Returns the last recorded step that is at most {@code step}, -1 if there is none. */
  public long stepAtOrBefore(long step) {
    int index = blockAtOrBefore(step);
    if (index < 0) {
      return -1;
    }
    synchronized (this) {
      if (entries.get(index).lastStep <= step) {
        return entries.get(index).lastStep;
      }
    }
    try {
      RecordBlock block = block(index);
      int record = block.recordAtOrBefore(step);
      return record < 0 ? -1 : block.step(record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the first recorded step that is greater than {@code step}, -1 if there is none. */
  public long stepAfter(long step) {
    int index = blockAtOrBefore(step);
    synchronized (this) {
      if (index < 0 || entries.get(index).lastStep <= step) {
        return index + 1 < entries.size() ? entries.get(index + 1).firstStep : -1;
      }
    }
    try {
      RecordBlock block = block(index);
      return block.step(block.recordAtOrBefore(step) + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the values of all columns at a step, null if that step was not recorded.
   *
   * @return one value per column of {@link RunHeader#columns}
   */
  public double[] values(long step) {
    int index = blockAtOrBefore(step);
    if (index < 0) {
      return null;
    }
    try {
      RecordBlock block = block(index);
      int record = block.recordAtOrBefore(step);
      return record < 0 || block.step(record) != step ? null : block.values(record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the value of a column at a step, absent if that step was not recorded.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public double value(String column, long step) {
    int k = header.columnNumber(column);
    double[] values = values(step);
    return values == null ? Absent.VALUE : values[k];
  }

  /**
   * Rebuilds the activation pattern of a layer at a recorded step, exactly.
   *
   * @return null if that step was not recorded, or a gap hides the pattern
   * @throws IllegalArgumentException if no tracked layer has that name
   */
  public ActivationPattern patternAt(long step, String layer) {
    int number = header.layerNumber(layer);
    int block = blockAtOrBefore(step);
    if (block < 0) {
      return null;
    }
    Replay replay;
    synchronized (this) {
      if (replays[number] == null) {
        replays[number] = new Replay(number);
      }
      replay = replays[number];
    }
    try {
      return replay.at(block, step);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The pattern of a layer at one record, moved from record to record by the flips in between: the
   * next to be asked for is often near the last.
   */
  private final class Replay {
    private final int layer;
    private long[] words;
    private int block = -1; // of the record whose pattern the words are, -1 for none
    private int record;

    Replay(int layer) {
      this.layer = layer;
    }

    /** Returns null if the step was not recorded, or a gap hides its pattern. */
    synchronized ActivationPattern at(int wantedBlock, long step) throws IOException {
      RecordBlock wanted = block(wantedBlock);
      int wantedRecord = wanted.recordAtOrBefore(step);
      if (wantedRecord < 0 || wanted.step(wantedRecord) != step) {
        return null;
      }
      int keyframe = keyframeAtOrBefore(wantedBlock);
      if (keyframe < 0) {
        return null;
      }
      int from = block;
      block = -1; // what is read next may be gone
      if (from < keyframe || from > wantedBlock) {
        from = keyframe;
        words = block(from).keyframe()[layer];
        record = 0;
      }
      for (; from < wantedBlock; from++) {
        RecordBlock passed = block(from);
        passed.toggle(layer, record + 1, passed.count(), words);
        record = -1;
      }
      if (record <= wantedRecord) {
        wanted.toggle(layer, record + 1, wantedRecord + 1, words);
      } else {
        wanted.toggle(layer, wantedRecord + 1, record + 1, words);
      }
      record = wantedRecord;
      block = wantedBlock;
      return new ActivationPattern(header.layers().get(layer).units(), header.samples(), words);
    }
  }

  /** Returns the last block with full patterns from which on none is lost, -1 if there is none. */
  private synchronized int keyframeAtOrBefore(int block) {
    int first = block;
    while (!entries.get(first).keyframe) {
      if (first == 0 || !entries.get(first).follows) {
        return -1;
      }
      first--;
    }
    return first;
  }

  /**
   * Counts the flips of a layer; reads all blocks unless they have been counted all along, see
   * {@link #keepFlipHistory}.
   *
   * @throws IllegalArgumentException if no tracked layer has that name
   * @throws IllegalStateException if the layer has more units or samples than can be counted in 256
   *     MB; {@link #flipsOf} works for any size
   */
  public FlipHistory flipHistory(String layer) {
    int number = header.layerNumber(layer);
    TrackedLayer tracked = header.layers().get(number);
    FlipTally tally = null;
    synchronized (this) {
      if (tallies != null && tallies[number] != null) {
        return new FlipHistory(tracked, tallies[number].copy());
      }
      long entryCount = (long) tracked.units() * header.samples();
      if (FlipTally.bytes(tracked.units(), header.samples(), false) > MAX_TALLY_BYTES) {
        throw new IllegalStateException(
            tracked + " with " + header.samples() + " samples is too large to count its flips");
      }
      tally =
          new FlipTally(tracked.units(), header.samples(), entryCount <= FlipHistory.MAX_ENTRIES);
      if (!gaps.isEmpty()) {
        tally.gap();
      }
    }
    FlipTally counted = tally;
    visit(
        new RecordVisitor() {
          @Override
          public void record(RecordView record) {
            counted.record(record);
          }

          @Override
          public void flip(int flipLayer, FlipKind kind, int unit, int sample) {
            if (flipLayer == number) {
              counted.flip(kind, unit, sample);
            }
          }

          @Override
          public void event(Event event) {
            if (event.layer() == number) {
              counted.event(event);
            }
          }
        });
    return new FlipHistory(tracked, counted);
  }

  /**
   * Returns the flips of a unit, at all samples; reads all blocks.
   *
   * @throws IllegalArgumentException if no tracked layer has that name
   * @throws IndexOutOfBoundsException if the layer has no such unit
   */
  public Flips flipsOf(String layer, int unit) {
    int number = header.layerNumber(layer);
    Objects.checkIndex(unit, header.layers().get(number).units());
    return collected(new Flips.Collector(number, unit, -1));
  }

  /**
   * Returns the flips of one entry; reads all blocks.
   *
   * @throws IllegalArgumentException if no tracked layer has that name
   * @throws IndexOutOfBoundsException if there is no such unit or sample
   */
  public Flips flipsOf(String layer, int unit, int sample) {
    int number = header.layerNumber(layer);
    Objects.checkIndex(unit, header.layers().get(number).units());
    Objects.checkIndex(sample, header.samples());
    return collected(new Flips.Collector(number, unit, sample));
  }

  /**
   * Returns the flips at a sample, of all units of a layer; reads all blocks.
   *
   * @throws IllegalArgumentException if no tracked layer has that name
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public Flips flipsOfSample(String layer, int sample) {
    int number = header.layerNumber(layer);
    Objects.checkIndex(sample, header.samples());
    return collected(new Flips.Collector(number, -1, sample));
  }

  /**
   * Returns the flips of a layer at a step, null if that step was not recorded.
   *
   * @throws IllegalArgumentException if no tracked layer has that name
   */
  public Flips flipsAt(long step, String layer) {
    Flips.Collector collector = new Flips.Collector(header.layerNumber(layer), -1, -1);
    AtStep atStep = new AtStep(step, collector);
    return find(step, atStep) ? collector.flips() : null;
  }

  private Flips collected(Flips.Collector collector) {
    visit(collector);
    return collector.flips();
  }

  /**
   * Returns the values of a sample column at a step.
   *
   * @return one per sample, null if there are none at that step
   * @throws IllegalArgumentException if there is no such sample column
   */
  public double[] sampleValues(String column, long step) {
    return valuesAt(step, false, header.sampleColumnNumber(column));
  }

  /**
   * Returns every recorded value of a sample column for one sample; reads all blocks.
   *
   * @throws IllegalArgumentException if there is no such sample column
   * @throws IndexOutOfBoundsException if there is no such sample
   */
  public Series sampleSeries(String column, int sample) {
    int number = header.sampleColumnNumber(column);
    Objects.checkIndex(sample, header.samples());
    return seriesOf(false, number, sample);
  }

  /**
   * Returns the values of a unit column at a step.
   *
   * @param column what the numbers are, such as {@code weightNorm}
   * @return one per unit, null if there are none at that step
   * @throws IllegalArgumentException if there is no such layer or unit column
   */
  public double[] unitValues(String column, String layer, long step) {
    return valuesAt(step, true, header.unitColumnNumber(column, layer));
  }

  /**
   * Returns every recorded value of a unit column for one unit; reads all blocks.
   *
   * @throws IllegalArgumentException if there is no such layer or unit column
   * @throws IndexOutOfBoundsException if there is no such unit
   */
  public Series unitSeries(String column, String layer, int unit) {
    int number = header.unitColumnNumber(column, layer);
    Objects.checkIndex(unit, header.layers().get(header.layerNumber(layer)).units());
    return seriesOf(true, number, unit);
  }

  private double[] valuesAt(long step, boolean ofUnits, int number) {
    double[][] found = {null};
    find(
        step,
        new AtStep(
            step, new RowVisitor(ofUnits, number, (at, values) -> found[0] = values.clone())));
    return found[0];
  }

  private Series seriesOf(boolean ofUnits, int number, int entry) {
    SeriesBuilder series = new SeriesBuilder();
    visit(new RowVisitor(ofUnits, number, (step, values) -> series.add(step, values[entry])));
    return series.series();
  }

  /** Lets a visitor see the record of one step and no other. */
  private static final class AtStep implements RecordVisitor {
    private final long step;
    private final RecordVisitor visitor;
    private boolean here;
    private boolean found;

    AtStep(long step, RecordVisitor visitor) {
      this.step = step;
      this.visitor = visitor;
    }

    @Override
    public void record(RecordView record) {
      here = record.step() == step;
      if (here) {
        found = true;
        visitor.record(record);
      }
    }

    @Override
    public void sampleValues(int column, double[] values) {
      if (here) {
        visitor.sampleValues(column, values);
      }
    }

    @Override
    public void unitValues(int column, double[] values) {
      if (here) {
        visitor.unitValues(column, values);
      }
    }

    @Override
    public void flip(int layer, FlipKind kind, int unit, int sample) {
      if (here) {
        visitor.flip(layer, kind, unit, sample);
      }
    }
  }

  private boolean find(long step, AtStep visitor) {
    int index = blockAtOrBefore(step);
    if (index >= 0) {
      visit(index, visitor);
    }
    return visitor.found;
  }

  /** Walks over all records, flips and events that are there when the call begins. */
  public void visit(RecordVisitor visitor) {
    visitBlocks(blocks(), visitor);
  }

  /** Walks over the records, flips and events of the blocks that begin at a step or before it. */
  public void visitUntil(long step, RecordVisitor visitor) {
    visitBlocks(blockAtOrBefore(step) + 1, visitor);
  }

  /** Returns the number of blocks that are there. */
  public synchronized int blocks() {
    return entries.size();
  }

  /** Walks over the first blocks. */
  public void visitBlocks(int blocks, RecordVisitor visitor) {
    for (int index = 0; index < blocks; index++) {
      visit(index, visitor);
    }
  }

  private void visit(int index, RecordVisitor visitor) {
    try {
      block(index).visit(visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized int blockAtOrBefore(long step) {
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

  private synchronized RecordBlock block(int index) throws IOException {
    RecordBlock block = cache.get(index);
    if (block == null) {
      block = RecordBlock.open(header, source.block(index));
      cache.put(index, block);
    }
    return block;
  }

  /**
   * Writes {@code steps.csv}, {@code patterns.csv}, {@code events.csv}, if the run has sample
   * columns {@code samples.csv}, and if it has unit columns {@code units.csv} into a folder.
   *
   * @throws IOException if a file cannot be written
   */
  public void writeCsv(Path folder) throws IOException {
    RunCsv.write(this, folder, RunCsv.fewEnoughForFlips(header));
  }

  /**
   * Writes everything as one JSON object (docs/format.md), except patterns.
   *
   * @throws IOException if the file cannot be written
   */
  public void writeJson(Path file) throws IOException {
    writeJson(file, false);
  }

  /**
   * Writes everything as one JSON object (docs/format.md).
   *
   * @param patterns true to write patterns too, in hexadecimal, at every step at which they change
   * @throws IOException if the file cannot be written
   */
  public void writeJson(Path file, boolean patterns) throws IOException {
    JsonExport.write(this, file, patterns);
  }
}
