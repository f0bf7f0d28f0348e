package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One training session as recorded: values by step, activation patterns at any recorded step,
 * events.
 *
 * <p>It keeps an index in memory, of bounded size per column, and decodes blocks when asked; blocks
 * may keep arriving while it is read, see {@link GrowingRun}. Thread-safe. Methods that read blocks
 * throw {@link UncheckedIOException} if a block cannot be read any more.
 */
public final class Run {

  private final RunHeader header;
  private final RunIndex index;
  private final RunReader reader;
  private final RunVisits visits;
  private volatile Map<String, String> provenance;

  /** Makes a run that shows what is in an index, under the lock of this run. */
  Run(RunHeader header, BlockSource source, RunIndex index, VisitIndex visits) {
    this.header = header;
    this.visits = new RunVisits(header, visits);
    this.index = index;
    this.reader = new RunReader(this, header, source, index);
    this.provenance = header.provenance();
  }

  void provenance(Map<String, String> facts) {
    provenance = facts;
  }

  /** Returns what is known about the run as a whole. */
  public RunHeader header() {
    Map<String, String> known = provenance;
    return known == header.provenance() ? header : header.withProvenance(known);
  }

  /** Returns the visits of the samples that the run was trained on; they may be none. */
  public RunVisits visits() {
    return visits;
  }

  /** Returns the number of records. */
  public synchronized long size() {
    return index.records();
  }

  /**
   * Returns the number of records at which the probe was observed. The others have what training
   * itself has shown at their steps.
   */
  public synchronized long observations() {
    return index.observations();
  }

  /** Returns the number of records that were read from the activations of training itself. */
  public synchronized long recordsInPlace() {
    return index.inPlace();
  }

  /** Returns the time that watching took in the training thread, in nanoseconds. */
  public synchronized long watchNanos() {
    return index.watchNanos();
  }

  /** Returns the time between the first and the last record, in milliseconds. */
  public synchronized long durationMillis() {
    return index.durationMillis();
  }

  /** Returns the epoch of the last record, -1 if there is none. */
  public synchronized int lastEpoch() {
    return index.lastEpoch();
  }

  /** Returns true if records were left out to stay under the cap on memory. */
  public synchronized boolean isThinned() {
    return index.isThinned();
  }

  /**
   * Returns the step from which on every record is there that was made; before it, some were left
   * out to save memory, or were lost. What is there is exact, before that step and after it. -1 if
   * there is no record.
   */
  public synchronized long exactSince() {
    return index.exactSince();
  }

  /** Returns the step of the first record, -1 if there is none. */
  public synchronized long firstStep() {
    return index.firstStep();
  }

  /** Returns the step of the last record, -1 if there is none. */
  public synchronized long lastStep() {
    return index.lastStep();
  }

  /**
   * Returns where blocks were lost on the way here. A gap at the end says that there is more which
   * cannot be read.
   */
  public synchronized List<Gap> gaps() {
    return index.gaps();
  }

  /**
   * Returns the events in order, at most the first 100,000. Of a run that is being recorded here
   * they are there as soon as their record is made; so are {@link #latest}, {@link #verdicts} and
   * {@link #summary}. All else is up to half a second behind.
   */
  public synchronized List<Event> events() {
    return index.events();
  }

  /** Returns how the training is, as far as the run says: a headline and the findings. */
  public synchronized RunSummary summary() {
    return index.summary();
  }

  /** Returns what the run says about each of its predictions, in the order of their columns. */
  public synchronized List<RunVerdict> verdicts() {
    return index.verdicts();
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
          public void record(Record record) {}

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
    return index.flips(header.layerNumber(layer), kind);
  }

  /** Returns the value of a column at the last record, absent if there is none. */
  public synchronized double latest(String column) {
    return index.latest(header.columnNumber(column));
  }

  /**
   * Returns a column over all steps, decimated if it has more points than asked for: per bucket of
   * consecutive records the least and the greatest value, at their steps.
   *
   * @param maxPoints at least 4
   */
  public synchronized Series series(String column, int maxPoints) {
    return index.series(header.columnNumber(column), maxPoints);
  }

  /** Returns the number of events so far, at most 100,000. */
  public synchronized int eventCount() {
    return index.eventCount();
  }

  /** Returns true if any record has values of a unit column. */
  public synchronized boolean hasUnitValues(int column) {
    return index.hasUnitRows(column);
  }

  /** Returns every recorded value of a column, by its name; reads all blocks. */
  public Series metric(String column) {
    return metric(header.columnNumber(column));
  }

  /** Returns every recorded value of a metric that is computed per layer; reads all blocks. */
  public Series metric(String metric, String layer) {
    return metric(header.columnNumber(metric, layer));
  }

  private Series metric(int column) {
    return reader.column(column, blocks());
  }

  /** Returns the last recorded step that is at most {@code step}, -1 if there is none. */
  public long stepAtOrBefore(long step) {
    return reader.stepAtOrBefore(step);
  }

  /**
   * Returns the last recorded step up to {@code step} at which the probe was observed: that of the
   * pattern which {@link #patternAt} gives; -1 if there is none.
   */
  public long observedAtOrBefore(long step) {
    return reader.observedAtOrBefore(step);
  }

  /** Returns the first recorded step that is greater than {@code step}, -1 if there is none. */
  public long stepAfter(long step) {
    return reader.stepAfter(step);
  }

  /**
   * Returns the values of all columns at a step.
   *
   * @return one value per column of {@link RunHeader#columns}; null if that step was not recorded
   */
  public double @Nullable [] values(long step) {
    return reader.values(step);
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
   * Rebuilds the activation pattern of a layer at a recorded step, exactly. Where the probe was not
   * observed it is that of the last step at which it was, {@link #observedAtOrBefore}.
   *
   * @return null if that step was not recorded, or a gap hides the pattern
   * @throws IllegalArgumentException if no tracked layer has that name
   */
  public @Nullable ActivationPattern patternAt(long step, String layer) {
    return patternAt(step, header.layerNumber(layer));
  }

  /**
   * Rebuilds the activation pattern of a layer, as {@link #patternAt(long, String)}.
   *
   * @param layer index among the tracked layers
   */
  public @Nullable ActivationPattern patternAt(long step, int layer) {
    Objects.checkIndex(layer, header.layers().size());
    return reader.patternAt(step, layer);
  }

  /**
   * Counts the flips of a layer; reads all blocks unless they have been counted all along, see
   * {@link GrowingRun#keepFlipHistory}.
   *
   * @throws IllegalArgumentException if no tracked layer has that name
   * @throws IllegalStateException if the layer has more units and samples than 256 MB could hold
   *     the counts of, or those of the flips there are take more than 64 MB even without entries;
   *     {@link #flipsOf} works for any size
   */
  public FlipHistory flipHistory(String layer) {
    int number = header.layerNumber(layer);
    FlipCounter counter;
    synchronized (this) {
      FlipHistory counted = index.flipHistory(number);
      if (counted != null) {
        return counted;
      }
      counter = index.flipCounter(number);
    }
    visit(counter);
    return counter.history();
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
    return collected(new FlipCollector(number, unit, -1));
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
    return collected(new FlipCollector(number, unit, sample));
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
    return collected(new FlipCollector(number, -1, sample));
  }

  /**
   * Returns the flips of a layer at a step; null if that step was not recorded.
   *
   * @throws IllegalArgumentException if no tracked layer has that name
   */
  public @Nullable Flips flipsAt(long step, String layer) {
    FlipCollector collector = new FlipCollector(header.layerNumber(layer), -1, -1);
    return reader.find(step, collector) ? collector.flips() : null;
  }

  private Flips collected(FlipCollector collector) {
    visit(collector);
    return collector.flips();
  }

  /**
   * Returns the values of a sample column at a step.
   *
   * @return one per sample; null if there are none at that step
   * @throws IllegalArgumentException if there is no such sample column
   */
  public double @Nullable [] sampleValues(String column, long step) {
    return reader.rowAt(step, false, header.sampleColumnNumber(column));
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
    return reader.entryOfRow(false, number, sample, blocks());
  }

  /**
   * Returns the values of a unit column at a step.
   *
   * @param column what the numbers are, such as {@code weightNorm}
   * @return one per unit; null if there are none at that step
   * @throws IllegalArgumentException if there is no such layer or unit column
   */
  public double @Nullable [] unitValues(String column, String layer, long step) {
    return reader.rowAt(step, true, header.unitColumnNumber(column, layer));
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
    return reader.entryOfRow(true, number, unit, blocks());
  }

  /** Walks over all records, flips and events that are there when the call begins. */
  public void visit(RecordVisitor visitor) {
    visitBlocks(blocks(), visitor);
  }

  /** Walks over the records, flips and events of the blocks that begin at a step or before it. */
  public void visitUntil(long step, RecordVisitor visitor) {
    visitBlocks(reader.blockAtOrBefore(step) + 1, visitor);
  }

  /** Returns the number of blocks that are there. */
  public synchronized int blocks() {
    return index.blocks();
  }

  /** Walks over the first blocks. */
  public void visitBlocks(int blocks, RecordVisitor visitor) {
    reader.visitBlocks(blocks, visitor);
  }

  /** Walks over the records, flips and events of one block, counted from 0. */
  public void visitBlock(int block, RecordVisitor visitor) {
    reader.visit(block, visitor);
  }

  /**
   * Writes {@code steps.csv}, {@code patterns.csv}, {@code events.csv}, if the run has sample
   * columns {@code samples.csv}, if it has unit columns {@code units.csv}, and if it has visits
   * {@code visits.csv}, {@code epochs.csv}, {@code epochUnits.csv} and {@code suspects.csv} into a
   * folder.
   *
   * @throws IOException if a file cannot be written
   */
  public void writeCsv(Path folder) throws IOException {
    writeCsv(folder, false);
  }

  /**
   * Writes the same files; {@link #writeCsv(Path)} says which.
   *
   * @param flips true to list every flip among the events; they are listed in any case if units x
   *     samples is at most 10,000
   * @throws IOException if a file cannot be written
   */
  public void writeCsv(Path folder, boolean flips) throws IOException {
    RunCsv.write(this, folder, flips || RunCsv.fewEnoughForFlips(header));
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
