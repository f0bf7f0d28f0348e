package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.PatternHistory;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes what a {@link NetworkSource} reads at one observation: the pattern of each layer. */
public final class Reading {

  private final Engine engine;
  private final List<PatternHistory> patterns;
  private final int[] nanEntries;
  private final boolean[] boundaryKnown;
  private final long[] @Nullable [] notNumbers;
  private final boolean[] finite;

  Reading(Engine engine) {
    this.engine = engine;
    this.patterns = engine.patterns();
    this.nanEntries = new int[patterns.size()];
    this.boundaryKnown = new boolean[patterns.size()];
    this.notNumbers = new long[patterns.size()][];
    this.finite = new boolean[patterns.size()];
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
    boolean infinite = false;
    long[] odd = null;
    Arrays.fill(pattern, 0);
    for (int i = 0; i < samples; i++) {
      for (int unit = 0; unit < units; unit++) {
        double value = z[i * units + unit];
        if (value != value) {
          nan++;
          odd = odd == null ? new long[pattern.length] : odd;
          odd[unit * words + i / Long.SIZE] |= 1L << i;
        }
        infinite |= Double.isInfinite(value);
        if (value > 0) {
          pattern[unit * words + i / Long.SIZE] |= 1L << i;
        }
      }
    }
    written(layer, nan, false);
    notFinite(layer, odd, infinite);
  }

  /** Returns where to write the pattern of a layer; all of it is to be written. */
  public long[] pattern(int layer) {
    return patterns.get(layer).next();
  }

  /** Returns where to write which entries of a layer are at the boundary. */
  public long[] boundary(int layer) {
    return engine.layerPatterns().boundaries.get(layer).words();
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
    notNumbers[layer] = null;
    finite[layer] = nan == 0;
  }

  /**
   * Says of a layer whose pattern has been written which of its entries are not finite.
   *
   * @param ofNaN the entries that are NaN, in the layout of the pattern, which keep the bits they
   *     had; null if none is
   * @param infinite true if an entry is infinite; its bit is right
   */
  public void notFinite(int layer, long @Nullable [] ofNaN, boolean infinite) {
    notNumbers[layer] = ofNaN;
    finite[layer] = ofNaN == null && !infinite;
  }

  /** Only when all is read: what fails before leaves all patterns at the record before. */
  void advance() {
    for (int layer = 0; layer < nanEntries.length; layer++) {
      patterns.get(layer).advance(nanEntries[layer], notNumbers[layer]);
      engine.layerPatterns().boundaryFound(layer, boundaryKnown[layer]);
      engine.finite().ofLayer(layer, finite[layer]);
    }
  }
}
