package io.github.implicitbias.core.visit;

import io.github.implicitbias.core.pattern.PatternTranspose;
import io.github.implicitbias.run.Absent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The visits of one layer: patterns per sample, shares per unit, distinct patterns per epoch. */
final class LayerVisits {

  private static final int MOST_SIZES = 4;

  private final String name;
  private final int units;
  private final UnitBits bits;
  private final long maxBytes;
  private LastPatterns patterns;
  private final EpochTally tally;
  private final KeySet distinct = new KeySet();
  private long[] hashes = {};
  private long flips;
  private int visited;
  private boolean endless;
  private boolean letGo;
  private final List<Turns> turns = new ArrayList<>();

  /** Turns patterns of one number of samples into a row per sample. */
  private static final class Turns {
    final int units;
    final int samples;
    final PatternTranspose patterns;
    private @Nullable PatternTranspose shown;

    Turns(int units, int samples) {
      this.units = units;
      this.samples = samples;
      patterns = new PatternTranspose(units, samples);
    }

    PatternTranspose shown() {
      if (shown == null) {
        shown = new PatternTranspose(units, samples);
      }
      return shown;
    }
  }

  LayerVisits(String name, int units, UnitBits bits, long maxBytes) {
    this.name = name;
    this.units = units;
    this.bits = bits;
    this.maxBytes = maxBytes;
    this.patterns = new LastPatterns(units, bits, maxBytes);
    this.tally = new EpochTally(units);
  }

  String name() {
    return name;
  }

  int units() {
    return units;
  }

  UnitBits bits() {
    return bits;
  }

  LastPatterns patterns() {
    return patterns;
  }

  EpochTally tally() {
    return tally;
  }

  /** Returns how many bytes are kept of all samples. */
  long bytes() {
    return patterns.bytes() + distinct.bytes();
  }

  /** Returns the share of pairs of unit and sample of the last step that were on, or absent. */
  double activeFraction() {
    return visited == 0 || bits != UnitBits.EXACT
        ? Absent.VALUE
        : tally.active() / ((double) units * visited);
  }

  /** Returns how many units were off for every sample of the last step, or absent. */
  double offUnits() {
    return visited == 0 || bits != UnitBits.EXACT ? Absent.VALUE : tally.offAll();
  }

  /**
   * Returns the number of different patterns of the epoch; -1 if units are not all known, or the
   * epoch has visited its samples so often that it is none.
   */
  int distinct() {
    return bits == UnitBits.EXACT && !endless ? distinct.size() : -1;
  }

  /** Gives up counting different patterns until the next epoch. */
  void endless() {
    if (!endless) {
      endless = true;
      distinct.clear();
    }
  }

  /** Returns what turns patterns of so many samples; the usual number and that of last batches. */
  private Turns turns(int count) {
    for (int k = 0; k < turns.size(); k++) {
      if (turns.get(k).samples == count) {
        return turns.get(k);
      }
    }
    if (turns.size() == MOST_SIZES) {
      turns.remove(0);
    }
    Turns made = new Turns(units, count);
    turns.add(made);
    return made;
  }

  /** Returns how many units were on at every visit of the epoch; -1 if units are not all known. */
  int linear() {
    return bits == UnitBits.EXACT ? tally.linear() : -1;
  }

  /** Takes the patterns of the samples of a step down. */
  void visit(int layer, VisitedBatch batch, int[] samples, boolean samplesReturn) {
    boolean perSample = samplesReturn && !letGo;
    long[] words = batch.patterns(layer);
    long[] shown = batch.shown(layer);
    int count = batch.samples();
    tally.add(words, count, batch.visitedWords(), batch.visitedSamples());
    patterns.begin();
    visited = batch.visitedSamples();
    Turns turns = turns(count);
    PatternTranspose transpose = turns.patterns;
    long[] rows = transpose.apply(words);
    long[] shownRows = shown == null ? null : turns.shown().apply(shown);
    int width = transpose.wordsPerSample();
    if (perSample) {
      patterns.touch(samples, batch);
      for (int i = 0; i < count; i++) {
        if (batch.isVisited(i)) {
          int label = batch.labels()[i];
          patterns.visit(samples[i], batch.keys()[i], label, rows, shownRows, i * width);
        }
      }
    }
    if (bits == UnitBits.EXACT && !endless) {
      count(rows, width, batch);
    }
    long flipped = patterns.activations() + patterns.reactivations() + patterns.deactivations();
    flips = perSample && flips >= 0 ? flips + flipped : -1;
  }

  /** Returns how many flips the epoch has had; -1 if they cannot be counted. */
  long flips() {
    return bits == UnitBits.OFF_UNKNOWN ? -1 : flips;
  }

  /** Returns the flips of each unit in the epoch; null if they cannot be counted. */
  long @Nullable [] flipsOfUnits() {
    return flips() < 0 ? null : patterns.flipsOfUnits();
  }

  private void count(long[] rows, int width, VisitedBatch batch) {
    hashes = hashes.length < batch.samples() ? new long[batch.samples()] : hashes;
    int rowsCounted = 0;
    for (int i = 0; i < batch.samples(); i++) {
      if (batch.isVisited(i)) {
        hashes[rowsCounted++] = RowHash.of(rows, i * width, width);
      }
    }
    distinct.add(hashes, rowsCounted);
  }

  void beginEpoch() {
    tally.begin();
    distinct.empty();
    patterns.beginEpoch();
    flips = letGo ? -1 : 0;
    endless = false;
  }

  /** Keeps no pattern of a sample from now on, and gives the memory back. */
  void letGoPatterns() {
    letGo = true;
    turns.clear();
    forgetSamples();
  }

  /** Forgets the patterns of the samples and gives their memory back. */
  void forgetSamples() {
    patterns = new LastPatterns(units, bits, maxBytes);
  }
}
