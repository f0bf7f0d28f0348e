package io.github.implicitbias.core.run;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.pattern.ActivationPattern;
import io.github.implicitbias.core.pattern.FlipKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
  }

  /**
   * Takes note of the next block of the source.
   *
   * @throws BlockFormatException if it is not a block of this run, is damaged, or comes out of
   *     order; the run is then as before
   */
  public synchronized void index(byte[] encoded) throws BlockFormatException {
    RecordBlock block = RecordBlock.decode(header, encoded);
    if (!entries.isEmpty() && block.firstStep() <= lastStep()) {
      throw new BlockFormatException(
          "block " + block.number() + " begins at step " + block.firstStep() + ", not after it");
    }
    boolean follows = block.previousNumber() == lastNumber;
    if (!follows) {
      gaps.add(new Gap(entries.isEmpty() ? -1 : lastStep(), block.firstStep()));
    }
    block.visit(
        new RecordVisitor() {
          @Override
          public void record(RecordView record) {
            note(record);
          }

          @Override
          public void flip(int layer, FlipKind kind, int unit, int sample) {
            flips[layer][kind.ordinal()]++;
          }

          @Override
          public void event(Event event) {
            verdicts.event(event);
            if (events.size() < MAX_EVENTS) {
              events.add(event);
            }
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
    for (int k = 0; k < columns.length; k++) {
      latest[k] = record.value(k);
      columns[k].add(record.step(), record.value(k));
    }
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
    long[][] steps = {new long[16]};
    double[][] values = {new double[16]};
    int[] n = {0};
    visit(
        record -> {
          if (n[0] == steps[0].length) {
            steps[0] = Arrays.copyOf(steps[0], 2 * n[0]);
            values[0] = Arrays.copyOf(values[0], 2 * n[0]);
          }
          steps[0][n[0]] = record.step();
          values[0][n[0]++] = record.value(k);
        });
    return new Series(Arrays.copyOf(steps[0], n[0]), Arrays.copyOf(values[0], n[0]));
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
    long[] found = {-1};
    visit(
        index,
        record -> {
          if (record.step() <= step) {
            found[0] = record.step();
          }
        });
    return found[0];
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
    double[][] found = {null};
    visit(
        index,
        record -> {
          if (record.step() == step) {
            found[0] = record.values.clone();
          }
        });
    return found[0];
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
    int last = blockAtOrBefore(step);
    if (last < 0) {
      return null;
    }
    int first = last;
    synchronized (this) {
      while (!entries.get(first).keyframe) {
        if (first == 0 || !entries.get(first).follows) {
          return null;
        }
        first--;
      }
    }
    try {
      PatternReplay replay = new PatternReplay(number, block(first).keyframe()[number], step);
      for (int index = first; index <= last; index++) {
        replay.nextBlock(index == first);
        block(index).visit(replay);
      }
      return replay.found() ? replay.pattern() : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Applies flips to the words of one layer until a step is reached. */
  private final class PatternReplay implements RecordVisitor {
    private final int layer;
    private final long[] words;
    private final long step;
    private final int samples = header.samples();
    private final int perUnit = ActivationPattern.wordsPerUnit(samples);
    private boolean keyframeRecord;
    private boolean active;
    private boolean found;

    PatternReplay(int layer, long[] words, long step) {
      this.layer = layer;
      this.words = words;
      this.step = step;
    }

    void nextBlock(boolean startsWithKeyframe) {
      keyframeRecord = startsWithKeyframe;
    }

    @Override
    public void record(RecordView record) {
      active = record.step() <= step && !keyframeRecord;
      keyframeRecord = false;
      found |= record.step() == step;
    }

    @Override
    public void flip(int flipLayer, FlipKind kind, int unit, int sample) {
      if (active && flipLayer == layer) {
        words[unit * perUnit + (sample >>> 6)] ^= 1L << (sample & 63);
      }
    }

    boolean found() {
      return found;
    }

    ActivationPattern pattern() {
      return new ActivationPattern(header.layers().get(layer).units(), samples, words);
    }
  }

  /** Walks over all records, flips and events that are there when the call begins. */
  public void visit(RecordVisitor visitor) {
    int blocks;
    synchronized (this) {
      blocks = entries.size();
    }
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
      block = RecordBlock.decode(header, source.block(index));
      cache.put(index, block);
    }
    return block;
  }

  /**
   * Writes {@code steps.csv}, {@code patterns.csv} and {@code events.csv} into a folder.
   *
   * @throws IOException if a file cannot be written
   */
  public void writeCsv(Path folder) throws IOException {
    RunCsv.write(this, folder, RunCsv.fewEnoughForFlips(header));
  }
}
