package io.github.implicitbias.core.visit;

import io.github.implicitbias.core.pattern.PatternTranspose;
import io.github.implicitbias.run.Absent;

/** The visits of one layer: patterns per sample, shares per unit, distinct patterns per epoch. */
final class LayerVisits {

  private final String name;
  private final int units;
  private final LastPatterns patterns;
  private final EpochTally tally;
  private final SampleTable distinct = new SampleTable();
  private PatternTranspose transpose;
  private int size;

  LayerVisits(String name, int units, long maxBytes) {
    this.name = name;
    this.units = units;
    this.patterns = new LastPatterns((units + 63) >>> 6, maxBytes);
    this.tally = new EpochTally(units);
    this.transpose = new PatternTranspose(units, 0);
  }

  String name() {
    return name;
  }

  int units() {
    return units;
  }

  LastPatterns patterns() {
    return patterns;
  }

  EpochTally tally() {
    return tally;
  }

  /** Returns the share of pairs of unit and sample of the last step that were on. */
  double activeFraction() {
    return size == 0 ? Absent.VALUE : tally.active() / ((double) units * size);
  }

  int distinct() {
    return distinct.size();
  }

  /** Takes the pattern of the samples of a step down, one row of bits per unit. */
  void visit(long[] words, int[] samples, long[] keys, int count, boolean perSample) {
    tally.add(words, count);
    patterns.begin();
    if (count != size) {
      transpose = new PatternTranspose(units, count);
      size = count;
    }
    long[] rows = transpose.apply(words);
    int width = transpose.wordsPerSample();
    for (int i = 0; i < count; i++) {
      if (perSample) {
        patterns.visit(samples[i], keys[i], rows, i * width);
      }
      long hash = 0;
      for (int k = i * width; k < (i + 1) * width; k++) {
        hash = RowHash.mix(hash, rows[k]);
      }
      distinct.number(hash);
    }
  }

  void beginEpoch() {
    tally.begin();
    distinct.clear();
  }
}
