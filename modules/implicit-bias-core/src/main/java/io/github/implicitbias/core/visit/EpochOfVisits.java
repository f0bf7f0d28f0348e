package io.github.implicitbias.core.visit;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.format.VisitEpoch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What holds over all visits of one epoch. Each sample was met with the parameters of its own step.
 * Numbers that are not known are {@link Absent}.
 */
public final class EpochOfVisits {

  /** Parts of the samples at which {@link #margins()} and {@link #confidences()} are given. */
  private static final double[] PARTS = {0.01, 0.1, 0.5, 0.9, 0.99};

  private final int epoch;
  private final int firstStep;
  private final int lastStep;
  private final long visits;
  private final int samples;
  private final int newSamples;
  private final double accuracy;
  private final double meanLoss;
  private final int learned;
  private final int forgotten;
  private final int neverLearned;
  private final double[] margins;
  private final double[] confidences;
  private final double pullOfLargestHundredth;
  private final double pullOfLargestTenth;
  private final String[] layers;
  private final float[][] shares;
  private final int[] dead;
  private final int[] linear;
  private final int[] distinct;
  private final long[] flips;
  private final long[] @Nullable [] flipsOfUnits;
  private final UnitBits[] bits;

  EpochOfVisits(int epoch, VisitSums sums, SampleRecords records, LayerVisits[] visited) {
    this.epoch = epoch;
    firstStep = sums.firstStep();
    lastStep = sums.lastStep();
    visits = sums.visits();
    newSamples = sums.newSamples();
    accuracy = sums.accuracy();
    meanLoss = sums.meanLoss();
    forgotten = sums.forgotten();
    int size = records.size();
    double[] margin = new double[size];
    double[] confidence = new double[size];
    double[] pull = new double[size];
    int met = 0;
    int learnedNow = 0;
    int never = 0;
    for (int i = 0; i < size; i++) {
      never += records.isNeverLearned(i) ? 1 : 0;
      if (records.lastStep(i) >= firstStep) {
        margin[met] = records.lastMargin(i);
        confidence[met] = records.lastConfidence(i);
        pull[met] = records.lastPull(i);
        learnedNow += records.learnedAt(i) >= firstStep ? 1 : 0;
        met++;
      }
    }
    samples = met;
    learned = learnedNow;
    neverLearned = never;
    margins = quantiles(margin, met);
    confidences = quantiles(confidence, met);
    int pulled = Ranks.finiteFirst(pull, met);
    int hundredth = fromLargest(pulled, 0.01);
    int tenth = fromLargest(pulled, 0.1);
    Ranks.settle(pull, pulled, tenth, hundredth);
    pullOfLargestHundredth = share(pull, pulled, hundredth);
    pullOfLargestTenth = share(pull, pulled, tenth);
    layers = new String[visited.length];
    shares = new float[visited.length][];
    dead = new int[visited.length];
    linear = new int[visited.length];
    distinct = new int[visited.length];
    flips = new long[visited.length];
    flipsOfUnits = new long[visited.length][];
    bits = new UnitBits[visited.length];
    for (int l = 0; l < visited.length; l++) {
      layers[l] = visited[l].name();
      shares[l] = visited[l].tally().shares();
      dead[l] = visited[l].tally().dead();
      linear[l] = visited[l].linear();
      bits[l] = visited[l].bits();
      distinct[l] = visited[l].distinct();
      flips[l] = visited[l].flips();
      flipsOfUnits[l] = visited[l].flipsOfUnits();
    }
  }

  /** Returns quantiles of the finite values; moves all. */
  private static double[] quantiles(double[] values, int count) {
    int finite = Ranks.finiteFirst(values, count);
    if (finite == 0) {
      double[] absent = new double[PARTS.length];
      Arrays.fill(absent, Absent.VALUE);
      return absent;
    }
    return Ranks.quantiles(values, finite, PARTS);
  }

  /** Returns where the largest part of sorted values begins, which is at least one of them. */
  private static int fromLargest(int count, double part) {
    return Math.max(0, count - (int) Math.max(1, Math.round(part * count)));
  }

  /** Returns which part of the sum is that of the values from a place on. */
  private static double share(double[] values, int count, int from) {
    double sum = Arrays.stream(values, 0, count).sum();
    return sum > 0 ? Arrays.stream(values, from, count).sum() / sum : Absent.VALUE;
  }

  /** Returns the number of the epoch, from 0. */
  public int epoch() {
    return epoch;
  }

  /** Returns the first step of the epoch. */
  public int firstStep() {
    return firstStep;
  }

  /** Returns the last step of the epoch. */
  public int lastStep() {
    return lastStep;
  }

  /** Returns the number of visits. */
  public long visits() {
    return visits;
  }

  /** Returns how many different samples were visited, of those that are kept. */
  public int samples() {
    return samples;
  }

  /** Returns how many samples were visited for the first time. */
  public int newSamples() {
    return newSamples;
  }

  /** Returns the share of the visits with a margin at which it was positive. */
  public double accuracy() {
    return accuracy;
  }

  /** Returns the mean of the samples' own losses over the visits. */
  public double meanLoss() {
    return meanLoss;
  }

  /** Returns how many samples had their first positive margin in this epoch. */
  public int learned() {
    return learned;
  }

  /** Returns how often a sample lost its positive margin between two visits. */
  public int forgotten() {
    return forgotten;
  }

  /** Returns how many visited samples have margins and have had no positive one so far. */
  public int neverLearned() {
    return neverLearned;
  }

  /** Returns the quantiles of the margins at the last visits, at .01, .1, .5, .9 and .99. */
  public double[] margins() {
    return margins.clone();
  }

  /** Returns the quantiles of the confidences at the last visits, at .01, .1, .5, .9 and .99. */
  public double[] confidences() {
    return confidences.clone();
  }

  /** Returns which part of the summed pulls the largest hundredth of the samples carries. */
  public double pullOfLargestHundredth() {
    return pullOfLargestHundredth;
  }

  /** Returns which part of the summed pulls the largest tenth of the samples carries. */
  public double pullOfLargestTenth() {
    return pullOfLargestTenth;
  }

  /** Returns the names of the layers, in the order of the network. */
  public String[] layers() {
    return layers.clone();
  }

  /**
   * Returns what a unit that was not seen to be on says: unless that is {@link UnitBits#EXACT},
   * {@link #shares} are lower bounds and {@link #deadUnits} is an upper bound.
   *
   * @throws IllegalArgumentException if there is no such layer
   */
  public UnitBits bits(String layer) {
    return bits[place(layer)];
  }

  /**
   * Returns, per unit, the share of the visits at which it was on.
   *
   * @throws IllegalArgumentException if there is no such layer
   */
  public float[] shares(String layer) {
    return shares[place(layer)].clone();
  }

  /**
   * Returns how many units were on at no visit of the epoch.
   *
   * @throws IllegalArgumentException if there is no such layer
   */
  public int deadUnits(String layer) {
    return dead[place(layer)];
  }

  /**
   * Returns how many units were on at every visit of the epoch; -1 where dropout hides units.
   *
   * @throws IllegalArgumentException if there is no such layer
   */
  public int linearUnits(String layer) {
    return linear[place(layer)];
  }

  /**
   * Returns how many different activation patterns there were; -1 where dropout hides units.
   *
   * @throws IllegalArgumentException if there is no such layer
   */
  public int distinctPatterns(String layer) {
    return distinct[place(layer)];
  }

  /**
   * Returns how often a unit flipped between two visits of the same sample; -1 if that cannot be
   * counted. Where the patterns of a part of the samples are kept it is that of this part.
   *
   * @throws IllegalArgumentException if there is no such layer
   */
  public long flips(String layer) {
    return flips[place(layer)];
  }

  /**
   * Returns the same for each unit; null if that cannot be counted. They add up to {@link #flips}.
   *
   * @throws IllegalArgumentException if there is no such layer
   */
  public long @Nullable [] flipsOfUnits(String layer) {
    long[] found = flipsOfUnits[place(layer)];
    return found == null ? null : found.clone();
  }

  /** Returns the epoch in the form in which runs hold it. */
  public VisitEpoch stored() {
    return StoredVisits.of(this);
  }

  private int place(String layer) {
    int place = Arrays.asList(layers).indexOf(layer);
    if (place < 0) {
      throw new IllegalArgumentException(
          "No layer " + layer + " in the visits: there are " + String.join(", ", layers));
    }
    return place;
  }
}
