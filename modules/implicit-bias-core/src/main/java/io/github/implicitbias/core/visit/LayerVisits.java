package io.github.implicitbias.core.visit;

import io.github.implicitbias.core.pattern.PatternTranspose;
import io.github.implicitbias.run.Absent;

/** The visits of one layer: patterns per sample, shares per unit, distinct patterns per epoch. */
final class LayerVisits {

  private final String name;
  private final int units;
  private final UnitBits bits;
  private final long maxBytes;
  private LastPatterns patterns;
  private final EpochTally tally;
  private final SampleTable distinct = new SampleTable();
  private PatternTranspose transpose;
  private PatternTranspose transposeOfShown;
  private int size;
  private int visited;
  private boolean endless;

  LayerVisits(String name, int units, UnitBits bits, long maxBytes) {
    this.name = name;
    this.units = units;
    this.bits = bits;
    this.maxBytes = maxBytes;
    this.patterns = new LastPatterns((units + 63) >>> 6, bits, maxBytes);
    this.tally = new EpochTally(units);
    this.transpose = new PatternTranspose(units, 0);
    this.transposeOfShown = transpose;
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

  /** Returns how many units were on at every visit of the epoch; -1 if units are not all known. */
  int linear() {
    return bits == UnitBits.EXACT ? tally.linear() : -1;
  }

  /** Takes the patterns of the samples of a step down. */
  void visit(int layer, VisitedBatch batch, int[] samples, boolean perSample) {
    long[] words = batch.patterns(layer);
    long[] shown = batch.shown(layer);
    int count = batch.samples();
    tally.add(words, count, batch.visitedWords(), batch.visitedSamples());
    patterns.begin();
    visited = batch.visitedSamples();
    if (count != size) {
      transpose = new PatternTranspose(units, count);
      transposeOfShown = shown == null ? transpose : new PatternTranspose(units, count);
      size = count;
    }
    long[] rows = transpose.apply(words);
    long[] shownRows = shown == null ? null : transposeOfShown.apply(shown);
    int width = transpose.wordsPerSample();
    for (int i = 0; i < count; i++) {
      if (batch.isVisited(i)) {
        if (perSample) {
          patterns.visit(samples[i], batch.keys()[i], rows, shownRows, i * width);
        }
        if (bits == UnitBits.EXACT && !endless) {
          distinct.number(hash(rows, i * width, width));
        }
      }
    }
  }

  private static long hash(long[] rows, int from, int width) {
    long hash = 0;
    for (int k = from; k < from + width; k++) {
      hash = RowHash.mix(hash, rows[k]);
    }
    return hash;
  }

  void beginEpoch() {
    tally.begin();
    distinct.clear();
    endless = false;
  }

  /** Forgets the patterns of the samples and gives their memory back. */
  void forgetSamples() {
    patterns = new LastPatterns((units + 63) >>> 6, bits, maxBytes);
  }
}
