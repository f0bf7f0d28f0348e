package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.PatternHistory;
import java.util.Arrays;
import java.util.List;

/** Takes what a {@link NetworkSource} reads at one observation: the pattern of each layer. */
public final class Reading {

  private final Engine engine;
  private final List<PatternHistory> patterns;
  private final int[] nanEntries;
  private final boolean[] boundaryKnown;

  Reading(Engine engine) {
    this.engine = engine;
    this.patterns = engine.patterns();
    this.nanEntries = new int[patterns.size()];
    this.boundaryKnown = new boolean[patterns.size()];
  }

  /**
   * Takes the pre-activations of a layer: an entry is on where they are above 0.
   *
   * @param layer position among the tracked layers
   * @param z one number per sample and unit, the units of a sample one after the other
   */
  public void preActivations(int layer, double[] z) {
    long[] pattern = pattern(layer);
    int units = patterns.get(layer).units();
    int samples = patterns.get(layer).samples();
    if (z.length != units * samples) {
      throw new IllegalArgumentException(
          z.length + " pre-activations of " + samples + " samples and " + units + " units");
    }
    int words = pattern.length / units;
    int nan = 0;
    Arrays.fill(pattern, 0);
    for (int i = 0; i < samples; i++) {
      for (int unit = 0; unit < units; unit++) {
        double value = z[i * units + unit];
        nan += value != value ? 1 : 0;
        if (value > 0) {
          pattern[unit * words + i / Long.SIZE] |= 1L << i;
        }
      }
    }
    written(layer, nan, false);
  }

  /** Returns where to write the pattern of a layer; all of it is to be written. */
  public long[] pattern(int layer) {
    return patterns.get(layer).next();
  }

  /** Returns where to write which entries of a layer are at the boundary. */
  public long[] boundary(int layer) {
    return engine.boundaries().get(layer).words();
  }

  /**
   * Says that the pattern of a layer has been written.
   *
   * @param nan number of entries that are not numbers
   * @param boundaryWritten true if the entries at the boundary were written, too
   */
  public void written(int layer, int nan, boolean boundaryWritten) {
    nanEntries[layer] = nan;
    boundaryKnown[layer] = boundaryWritten;
  }

  /** Only when all is read: what fails before leaves all patterns at the record before. */
  void advance() {
    for (int layer = 0; layer < nanEntries.length; layer++) {
      patterns.get(layer).advance(nanEntries[layer]);
      engine.boundaryFound(layer, boundaryKnown[layer]);
    }
  }
}
