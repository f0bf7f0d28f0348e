package io.github.implicitbias.core.visit;

import io.github.implicitbias.core.pattern.PatternTranspose;

/** The visits of one layer: patterns per sample, shares per unit, distinct patterns per epoch. */
final class LayerVisits {

  private final String name;
  private final int units;
  private final UnitBits bits;
  private final long maxBytes;
  private LastPatterns patterns;
  private final EpochTally tally;
  private final SampleTable distinct = new SampleTable();
  private long flips;
  private PatternTranspose transpose;
  private PatternTranspose transposeOfShown;
  private int size;

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

  /** Returns the number of different patterns of the epoch; -1 if units are not all known. */
  int distinct() {
    return bits == UnitBits.EXACT ? distinct.size() : -1;
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
        if (bits == UnitBits.EXACT) {
          distinct.number(hash(rows, i * width, width));
        }
      }
    }
    long flipped = patterns.activations() + patterns.reactivations() + patterns.deactivations();
    flips = perSample && flips >= 0 ? flips + flipped : -1;
  }

  /** Returns how many flips the epoch has had; -1 if they cannot be counted. */
  long flips() {
    return bits == UnitBits.OFF_UNKNOWN ? -1 : flips;
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
    flips = 0;
  }

  /** Forgets the patterns of the samples and gives their memory back. */
  void forgetSamples() {
    patterns = new LastPatterns((units + 63) >>> 6, bits, maxBytes);
  }
}
