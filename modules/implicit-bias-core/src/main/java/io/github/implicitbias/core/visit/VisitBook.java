package io.github.implicitbias.core.visit;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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

  /** Without epochs, so many samples have to be known before that is asked. */
  private static final int MANY = 1 << 20;

  private final LayerVisits[] layers;
  private final LabelKind kind;
  private final @Nullable PerSampleLoss loss;
  private final StringBuilder status;
  private final SampleTable table = new SampleTable();
  private SampleRecords records = new SampleRecords();
  private final VisitSums step = new VisitSums();
  private final VisitSums epoch = new VisitSums();
  private final List<EpochOfVisits> epochs = new ArrayList<>();
  private boolean returns = true;
  private int[] samples = {};
  private double[] derivative = {};
  private VisitedBatch plain = new VisitedBatch(0, 0);

  /**
   * Makes a book without visits.
   *
   * @param names names of the layers whose patterns are kept
   * @param units number of units of each
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
      LabelKind kind,
      @Nullable PerSampleLoss loss,
      long maxBytes,
      String status) {
    this(names, units, exact(units.length), kind, loss, maxBytes, status);
  }

  /**
   * Makes a book without visits, of layers of which a visit may not show every unit.
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
      throw new IllegalArgumentException(
          names.size()
              + " layers, "
              + units.length
              + " sizes, "
              + maxBytes
              + " bytes: give one size per layer and no negative memory");
    }
    long all = Math.max(1, Arrays.stream(units).asLongStream().sum());
    this.layers =
        IntStream.range(0, units.length)
            .mapToObj(
                l ->
                    new LayerVisits(names.get(l), units[l], bits.get(l), maxBytes * units[l] / all))
            .toArray(LayerVisits[]::new);
    this.kind = kind;
    this.loss = loss;
    this.status = new StringBuilder(status);
  }

  private static List<UnitBits> exact(int layers) {
    return Collections.nCopies(layers, UnitBits.EXACT);
  }

  /** Returns a book that stays empty, with a sentence that says why. */
  public static VisitBook empty(String why) {
    return new VisitBook(List.of(), new int[0], LabelKind.NUMBERS, null, 0, why);
  }

  /** Returns a sentence that says what is kept, and what is not and why. */
  public synchronized String status() {
    return status.toString();
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
    if (plain.samples() != count) {
      plain = new VisitedBatch(count, layers.length);
      derivative = new double[count * outputs];
    }
    plain.clear();
    System.arraycopy(keys, 0, plain.keys(), 0, count);
    for (int l = 0; l < layers.length; l++) {
      plain.patterns(l, patterns[l], null);
    }
    kind.judge(plain, 1, z, y, outputs, null);
    if (loss != null) {
      for (int i = 0; i < count; i++) {
        plain.losses()[i] = loss.value(z, y, i * outputs, outputs);
        loss.derivative(z, y, i * outputs, outputs, derivative);
        plain.pulls()[i] = norm(derivative, i * outputs, outputs);
      }
    }
    step(number, plain);
  }

  private static double norm(double[] values, int offset, int length) {
    double squares = 0;
    for (int k = offset; k < offset + length; k++) {
      squares += values[k] * values[k];
    }
    return Math.sqrt(squares);
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
    int known = table.size();
    for (int i = 0; i < count && returns; i++) {
      if (batch.isVisited(i)) {
        samples[i] = table.number(batch.keys()[i]);
      }
    }
    step.begin();
    step.step(number, batch.visitedSamples(), table.size() - known);
    epoch.step(number, batch.visitedSamples(), table.size() - known);
    for (int l = 0; l < layers.length; l++) {
      layers[l].visit(l, batch, samples, returns);
    }
    for (int i = 0; i < count; i++) {
      if (batch.isVisited(i)) {
        visit(number, samples[i], i, batch);
      }
    }
    if (epochs.isEmpty() && table.size() > MANY && epoch.newSamples() > NEW * epoch.visits()) {
      forgetSamples();
    }
  }

  private void visit(int number, int sample, int place, VisitedBatch batch) {
    double margin = batch.margins()[place];
    double loss = batch.losses()[place];
    boolean forgot = false;
    if (returns) {
      forgot = sample < records.size() && records.isCorrect(sample) && margin <= 0;
      records.visit(
          sample,
          number,
          batch.labels()[place],
          batch.predicted()[place],
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
      forgetSamples();
    }
    epoch.begin();
    for (LayerVisits layer : layers) {
      layer.beginEpoch();
    }
  }

  /** Rows do not return: what is kept per sample would grow without ever being used. */
  private void forgetSamples() {
    returns = false;
    table.clear();
    records = new SampleRecords();
    for (LayerVisits layer : layers) {
      layer.forgetSamples();
    }
    say(
        "The rows of the samples do not return, as if they were augmented: nothing is kept per"
            + " sample from step "
            + epoch.lastStep()
            + " on.");
  }

  /** Returns false if the rows of the second epoch were mostly new: nothing is kept per sample. */
  public synchronized boolean returns() {
    return returns;
  }

  /** Returns how many samples are known. */
  public synchronized int size() {
    return records.size();
  }

  /** Returns the epochs that have ended. */
  public synchronized List<EpochOfVisits> epochs() {
    return List.copyOf(epochs);
  }

  /**
   * Returns what is known of a sample.
   *
   * @param sample number in the order of first appearance, from 0
   * @throws IllegalArgumentException if there is no such sample
   */
  public synchronized VisitedSample of(int sample) {
    if (sample < 0 || sample >= records.size()) {
      throw new IllegalArgumentException(
          "No sample " + sample + " in the visits: there are " + records.size());
    }
    return new VisitedSample(sample, records);
  }

  /** Returns the number of the sample with a key; -1 if it was not visited. */
  public synchronized int find(long key) {
    return table.find(key);
  }

  /** Returns the samples whose labels their mean margins speak against. */
  public synchronized SuspectLabels suspects() {
    return SuspectLabels.of(means());
  }

  /** Returns the numbers of the samples with the smallest mean margins, the smallest first. */
  public synchronized int[] hardest(int count) {
    double[] means = means();
    return IntStream.range(0, means.length)
        .filter(i -> !Double.isNaN(means[i]))
        .boxed()
        .sorted((a, b) -> Double.compare(means[a], means[b]))
        .limit(count)
        .mapToInt(i -> i)
        .toArray();
  }

  /** Returns the numbers of the samples that have had no positive margin so far. */
  public synchronized int[] neverLearned() {
    return IntStream.range(0, records.size()).filter(i -> records.learnedAt(i) < 0).toArray();
  }

  private double[] means() {
    return IntStream.range(0, records.size()).mapToDouble(records::meanMargin).toArray();
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
   * Returns which units of the pattern at the last visit of a sample are known.
   *
   * @return in the layout of {@link #pattern}; empty if it is not kept
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

  /** Returns what is known of every sample, in the form in which runs hold it. */
  public synchronized VisitTable.Builder table() {
    int lastStep = Math.max(0, step.lastStep());
    return StoredVisits.table(records, layers, epochs.size() - 1, lastStep, suspects())
        .status(status());
  }

  /** Returns how many bytes are kept per sample in all. */
  public synchronized long bytes() {
    return table.bytes()
        + records.bytes()
        + Arrays.stream(layers).mapToLong(l -> l.patterns().bytes()).sum();
  }
}
