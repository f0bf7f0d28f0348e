package io.github.implicitbias.core.visit;

import io.github.implicitbias.core.pattern.PatternTranspose;
import java.util.ArrayList;
import java.util.List;

/** The visits of one layer: patterns per sample, shares per unit, distinct patterns per epoch. */
final class LayerVisits {

  private static final int MOST_SIZES = 4;

  private final String name;
  private final int units;
  private final LastPatterns patterns;
  private final EpochTally tally;
  private final SampleTable distinct = new SampleTable();
  private final List<PatternTranspose> transposes = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();

  LayerVisits(String name, int units, long maxBytes) {
    this.name = name;
    this.units = units;
    this.patterns = new LastPatterns((units + 63) >>> 6, maxBytes);
    this.tally = new EpochTally(units);
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

  /** Returns how many bytes are kept of all samples. */
  long bytes() {
    return patterns.bytes() + distinct.bytes();
  }

  int distinct() {
    return distinct.size();
  }

  /** Returns what turns patterns of so many samples; the usual number and that of last batches. */
  private PatternTranspose transpose(int count) {
    for (int k = 0; k < sizes.size(); k++) {
      if (sizes.get(k) == count) {
        return transposes.get(k);
      }
    }
    if (sizes.size() == MOST_SIZES) {
      sizes.remove(0);
      transposes.remove(0);
    }
    PatternTranspose made = new PatternTranspose(units, count);
    sizes.add(count);
    transposes.add(made);
    return made;
  }

  /**
   * Takes the pattern of the samples of a step down, one row of bits per unit.
   *
   * @param labels the class of each sample, or -1
   * @param perSample false if rows do not return
   */
  void visit(long[] words, int[] samples, long[] keys, int[] labels, int count, boolean perSample) {
    tally.add(words, count);
    patterns.begin();
    PatternTranspose transpose = transpose(count);
    long[] rows = transpose.apply(words);
    int width = transpose.wordsPerSample();
    for (int i = 0; i < count; i++) {
      if (perSample) {
        patterns.visit(samples[i], keys[i], labels[i], rows, i * width);
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
    distinct.empty();
  }
}
