package io.github.implicitbias.core.visit;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All visits of a training: what training itself computed for the samples of each step, kept per
 * sample, per step and per epoch. It is given the keys of the samples, their activation patterns,
 * outputs and labels as plain arrays, and makes no pass through a network. Thread-safe; one step at
 * a time.
 *
 * <p>If fewer than half of the visits of the second epoch (without epochs, of the first 2^20
 * samples) are of samples that were known, rows do not return (augmented data): {@link #returns()}
 * is false from then on, nothing is kept per sample, and what is counted per unit, step and epoch
 * goes on.
 */
public final class VisitBook {

  /** Share of new samples from which on rows count as not returning. */
  private static final double NEW = 0.5;

  private static final String AUGMENTED =
      "The rows of the samples do not return, as if they were augmented";

  /** Without epochs, so many samples have to be known before that is asked. */
  private static final int MANY = 1 << 20;

  /**
   * Where training has no epochs, different patterns would be counted, and kept, for ever: not when
   * each sample has been visited this often, beyond some thousands of visits.
   */
  private static final int OFTEN = 4;

  private static final int MANY_PATTERNS = 1 << 10;

  private final LayerVisits[] layers;
  private final StringBuilder status;
  private final SampleTable table = new SampleTable();
  private SampleRecords records = new SampleRecords();
  private final VisitSums step = new VisitSums();
  private final VisitSums epoch = new VisitSums();
  private final List<EpochOfVisits> epochs = new ArrayList<>();
  private @Nullable SampleIndex index;
  private int equalInIndex;
  private int fresh;
  private int seen;
  private boolean returns = true;
  private boolean comparable = true;
  private int[] samples = {};
  private final PlainBatches plain;

  /**
   * Makes a book without visits.
   *
   * @param names names of the layers whose patterns are kept
   * @param units number of units of each
   * @param bits what a 0 in the pattern of each says
   * @param kind what the labels say
   * @param loss the loss of one sample; null if it is not known
   * @param maxBytes how much memory the patterns of all layers may take; beyond it those of a part
   *     of the samples are kept
   * @param status a sentence that says what is kept, and what is not and why
   * @throws IllegalArgumentException if there is not one size per name, or the memory is negative
   */
  public VisitBook(
      List<String> names,
      int[] units,
      List<UnitBits> bits,
      LabelKind kind,
      @Nullable PerSampleLoss loss,
      long maxBytes,
      String status) {
    if (names.size() != units.length || bits.size() != units.length || maxBytes < 0) {
      String given = names.size() + " layers, " + units.length + " sizes, " + maxBytes + " bytes";
      throw new IllegalArgumentException(given + ": give one size per layer and no less than 0");
    }
    long all = Math.max(1, Arrays.stream(units).asLongStream().sum());
    this.layers =
        IntStream.range(0, units.length)
            .mapToObj(
                l ->
                    new LayerVisits(names.get(l), units[l], bits.get(l), maxBytes * units[l] / all))
            .toArray(LayerVisits[]::new);
    this.plain = new PlainBatches(kind, loss);
    this.status = new StringBuilder(status);
  }

  /** Returns a book that stays empty, with a sentence that says why. */
  public static VisitBook empty(String why) {
    return new VisitBook(List.of(), new int[0], List.of(), LabelKind.NUMBERS, null, 0, why);
  }

  /**
   * Makes the samples of a training set those with the numbers 0, 1, 2, ...: they keep them,
   * visited or not. Others are numbered after them as they come. To be called before the first
   * step.
   *
   * @throws IllegalStateException if there was a step
   */
  public synchronized void number(SampleIndex samplesInOrder) {
    if (table.size() > 0) {
      throw new IllegalStateException("the samples of the steps so far are numbered already");
    }
    index = samplesInOrder;
    equalInIndex = table.list(samplesInOrder.keys());
    records.reserve(samplesInOrder.size());
  }

  /** Returns in some sentences what is kept, and what is not and why. */
  public synchronized String status() {
    StringBuilder words = new StringBuilder(status);
    if (!returns) {
      return words.toString();
    }
    if (index != null) {
      words.append(index.status(table.size(), equalInIndex));
    }
    for (LayerVisits layer : layers) {
      String part = layer.patterns().status();
      if (!part.isEmpty()) {
        words.append(" Of layer ").append(layer.name()).append(' ').append(part).append('.');
      }
    }
    return words.toString();
  }

  /** Returns false if the losses of the samples were found not to add up to what is trained on. */
  public synchronized boolean areLossesComparable() {
    return comparable;
  }

  /** Says that the losses of the samples do not add up to what is trained on. */
  public synchronized void lossesAreNotComparable() {
    comparable = false;
  }

  /** Adds a sentence to what {@link #status} says, once. */
  public synchronized void say(String sentence) {
    if (status.indexOf(sentence) < 0) {
      status.append(' ').append(sentence);
    }
  }

  /** Returns the names of the layers whose patterns are kept. */
  public List<String> layers() {
    return Arrays.stream(layers).map(LayerVisits::name).collect(Collectors.toUnmodifiableList());
  }

  /**
   * Takes down the visits of one step.
   *
   * @param number the step
   * @param count how many samples, at least 1
   * @param keys a key per sample
   * @param patterns per layer, one row of bits per unit over the samples of the step
   * @param z outputs before the output layer's activation function, row-major
   * @param y labels, same layout
   * @param outputs number of outputs
   */
  public synchronized void step(
      int number, int count, long[] keys, long[][] patterns, double[] z, double[] y, int outputs) {
    step(number, plain.batch(count, keys, patterns, z, y, outputs));
  }

  /**
   * Takes down the visits of one step.
   *
   * @param number the step
   * @param batch its samples, with a pattern of every layer
   */
  public synchronized void step(int number, VisitedBatch batch) {
    int count = batch.samples();
    if (samples.length < count) {
      samples = new int[count];
    }
    fresh = 0;
    if (returns) {
      table.number(batch, samples);
    }
    step.begin();
    for (int l = 0; l < layers.length; l++) {
      layers[l].visit(l, batch, samples, returns);
    }
    if (returns) {
      records.touch(samples, batch);
    }
    for (int i = 0; i < count; i++) {
      if (batch.isVisited(i)) {
        visit(number, samples[i], i, batch);
      }
    }
    step.step(number, batch.visitedSamples(), fresh);
    epoch.step(number, batch.visitedSamples(), fresh);
    if (epoch.visits() > (returns ? OFTEN * Math.max(records.size(), MANY_PATTERNS) : MANY)) {
      for (LayerVisits layer : layers) {
        layer.endless();
      }
    }
    if (epochs.isEmpty() && table.size() > MANY && epoch.newSamples() > NEW * epoch.visits()) {
      forgetSamples(AUGMENTED);
    }
  }

  private void visit(int number, int sample, int place, VisitedBatch batch) {
    double margin = batch.margins()[place];
    double loss = batch.losses()[place];
    boolean forgot = false;
    if (returns) {
      seen += records.isNew(sample) ? 1 : 0;
      fresh += records.isNew(sample) ? 1 : 0;
      forgot = records.isCorrect(sample) && margin <= 0;
      records.visit(
          sample,
          number,
          batch.labels()[place],
          batch.instead()[place],
          margin,
          batch.confidences()[place],
          loss,
          batch.pulls()[place]);
    }
    step.visit(margin, loss, forgot);
    epoch.visit(margin, loss, forgot);
  }

  /** Ends an epoch; without visits since the last there is nothing to end. */
  public synchronized void endEpoch() {
    if (epoch.visits() == 0) {
      return;
    }
    epochs.add(new EpochOfVisits(epochs.size(), epoch, records, layers));
    if (epochs.size() == 2 && epoch.newSamples() > NEW * epoch.visits()) {
      forgetSamples(AUGMENTED);
    }
    epoch.begin();
    Arrays.stream(layers).forEach(LayerVisits::beginEpoch);
  }

  /** Lets go of what is kept per sample, and says why; what needs no memory per sample goes on. */
  public synchronized void forgetSamples(String why) {
    returns = false;
    table.clear();
    records = new SampleRecords();
    Arrays.stream(layers).forEach(LayerVisits::forgetSamples);
    say(why + ": nothing is kept per sample from step " + epoch.lastStep() + " on.");
  }

  /** Frees the patterns of the samples at their last visits; no flips are counted from then on. */
  public synchronized void letGoPatterns() {
    Arrays.stream(layers).forEach(LayerVisits::letGoPatterns);
    say("Patterns of the samples, and flips between visits, are not kept: memory ran out.");
  }

  /** Returns false if nothing is kept per sample, as {@link #status} says. */
  public synchronized boolean returns() {
    return returns;
  }

  /**
   * Returns how many samples are known: all that were visited, and all of a training set that gave
   * them their numbers.
   */
  public synchronized int size() {
    return records.size();
  }

  /** Returns how many samples were visited; 0 if rows do not return. */
  public synchronized int visited() {
    return returns ? seen : 0;
  }

  /** Returns the epochs that have ended. */
  public synchronized List<EpochOfVisits> epochs() {
    return List.copyOf(epochs);
  }

  /**
   * Returns an epoch that has ended, from 0 on.
   *
   * @throws IllegalArgumentException if there is no such epoch
   */
  public synchronized EpochOfVisits epoch(int number) {
    if (number < 0 || number >= epochs.size()) {
      throw new IllegalArgumentException(
          "No epoch " + number + " in the visits: " + epochs.size() + " have ended");
    }
    return epochs.get(number);
  }

  /**
   * Returns what is known of a sample.
   *
   * @param sample its number: its place in the training set that was given, otherwise in the order
   *     of first appearance, from 0
   * @throws IllegalArgumentException if there is no such sample
   */
  public synchronized VisitedSample of(int sample) {
    if (sample < 0 || sample >= records.size()) {
      throw new IllegalArgumentException(
          "No sample " + sample + " in the visits: there are " + records.size());
    }
    return new VisitedSample(sample, id(sample), records);
  }

  /**
   * Returns what is known of the sample with an id.
   *
   * @throws IllegalArgumentException if no sample has it
   */
  public synchronized VisitedSample of(String id) {
    Integer named = index == null ? null : index.find(id);
    if (named == null) {
      throw new IllegalArgumentException(
          "No sample with the id '" + id + "' in the visits: " + SampleIndex.ids(index));
    }
    return of(named);
  }

  private String id(int sample) {
    return index == null ? Integer.toString(sample) : index.id(sample);
  }

  /** Returns the number of the sample with a key; -1 if it is not known. */
  public synchronized int find(long key) {
    return table.find(key);
  }

  /** Returns the mean margin of the sample with a key; NaN if it has none. */
  public synchronized double meanMargin(long key) {
    int sample = table.find(key);
    return sample < 0 ? Double.NaN : records.meanMargin(sample);
  }

  /** Returns the samples whose labels their mean margins speak against. */
  public synchronized SuspectLabels suspects() {
    return SuspectLabels.of(SampleLists.meanMargins(records), visited());
  }

  /** Returns the numbers of the samples with the smallest mean margins, the smallest first. */
  public synchronized int[] hardest(int count) {
    return SampleLists.hardest(records, count);
  }

  /**
   * Returns the numbers of the visited samples that have had no positive margin so far, where their
   * labels have margins.
   */
  public synchronized int[] neverLearned() {
    return SampleLists.neverLearned(records);
  }

  /**
   * Returns the numbers of the samples that were forgotten most often, the most often first; none
   * that never was.
   */
  public synchronized int[] forgottenMost(int count) {
    return SampleLists.forgottenMost(records, count);
  }

  /**
   * Returns, per unit of a layer, the share of the visits of the epoch that is not over at which it
   * was on; NaN before the first. Epochs that are over have {@link EpochOfVisits#shares}.
   *
   * @throws IllegalArgumentException if there is no such layer
   */
  public synchronized float[] sharesSoFar(String layer) {
    for (LayerVisits one : layers) {
      if (one.name().equals(layer)) {
        return one.tally().shares();
      }
    }
    throw new IllegalArgumentException(
        "No layer " + layer + " in the visits: there are " + String.join(", ", layers()));
  }

  /**
   * Returns how often the units of a layer flipped between the visits of a sample.
   *
   * @return -1 if the pattern of this sample is not kept
   */
  public synchronized int flips(int layer, int sample) {
    return layers[layer].patterns().flips(sample);
  }

  /**
   * Returns the activation pattern of a layer at the last visit of a sample.
   *
   * @return bit {@code j % 64} of long {@code j / 64} is unit j; empty if it is not kept
   */
  public synchronized long[] pattern(int layer, int sample) {
    return layers[layer].patterns().pattern(sample);
  }

  /**
   * Returns which units of the pattern at the last visit of a sample are known, in the layout of
   * {@link #pattern}; empty if it is not kept.
   */
  public synchronized long[] known(int layer, int sample) {
    return layers[layer].patterns().known(sample);
  }

  /** Returns the mean loss over the samples of the last step; absent if it is not known. */
  public synchronized double stepLoss() {
    return step.meanLoss();
  }

  /** Returns the share of the samples of the last step whose margin was positive, or absent. */
  public synchronized double stepAccuracy() {
    return step.accuracy();
  }

  /** Returns the smallest margin of the last step, or absent. */
  public synchronized double stepSmallestMargin() {
    return step.smallestMargin();
  }

  /**
   * Returns what is known of every sample, in the form in which runs hold it.
   *
   * @param end true for the table of the end of a run, false for that of the end of an epoch
   */
  public synchronized VisitTable table(boolean end) {
    int size = records.size();
    VisitTable.Builder table =
        new VisitTable.Builder(size, epochs.size() - 1, Math.max(0, step.lastStep()))
            .status(status());
    if (end && index != null && index.hasIds()) {
      table.ids(index.ids(size));
    }
    return StoredVisits.table(records, layers, table, suspects(), end);
  }

  LayerVisits layer(int number) {
    return layers[number];
  }

  /** Returns how many bytes are kept, of all samples and epochs' patterns together. */
  public synchronized long bytes() {
    return table.bytes()
        + records.bytes()
        + Arrays.stream(layers).mapToLong(LayerVisits::bytes).sum();
  }
}
