package io.github.implicitbias.core.pattern;

import io.github.implicitbias.run.ActivationPattern;

/*
 * Kernel. Blocks of 64 units x 64 samples are turned by exchanging quarters of halving size: 32 x 32
 * bits, then 16 x 16, ..., 1 x 1, each time for all 64 words with shifts and masks (the method of
 * Hacker's Delight, section 7-3, for 64 bits, lowest bit first). Missing rows count as 0.
 */

/**
 * Turns a pattern from one row of bits per unit into one row of bits per sample.
 *
 * <p>Layout of the result: per sample {@code ceil(units / 64)} longs; bit {@code j % 64} of word
 * {@code j / 64} is unit {@code j}; bits beyond the last unit are 0.
 */
public final class PatternTranspose {

  private static final long[] MASKS = {
    0x00000000ffffffffL,
    0x0000ffff0000ffffL,
    0x00ff00ff00ff00ffL,
    0x0f0f0f0f0f0f0f0fL,
    0x3333333333333333L,
    0x5555555555555555L
  };

  private final int units;
  private final int samples;
  private final int wordsPerUnit;
  private final int wordsPerSample;
  private final long[] rows;
  private final long[] block = new long[64];

  /**
   * Makes a transposition for patterns of one shape.
   *
   * @throws IllegalArgumentException if the result has 2^31 words or more
   */
  public PatternTranspose(int units, int samples) {
    this.units = units;
    this.samples = samples;
    this.wordsPerUnit = ActivationPattern.wordsPerUnit(samples);
    this.wordsPerSample = ActivationPattern.wordsPerUnit(units);
    long words = (long) samples * wordsPerSample;
    if (words > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(units + " units x " + samples + " samples are too many");
    }
    this.rows = new long[(int) words];
  }

  /** Returns the number of longs per sample. */
  public int wordsPerSample() {
    return wordsPerSample;
  }

  /**
   * Turns a pattern. Cost O(units x samples / 10); allocates nothing.
   *
   * @param words in the layout of {@link ActivationPattern}
   * @return the rows, overwritten by the next call; the caller must not write to them
   */
  public long[] apply(long[] words) {
    for (int firstUnit = 0, column = 0; firstUnit < units; firstUnit += 64, column++) {
      int unitsHere = Math.min(64, units - firstUnit);
      for (int word = 0; word < wordsPerUnit; word++) {
        for (int j = 0; j < unitsHere; j++) {
          block[j] = words[(firstUnit + j) * wordsPerUnit + word];
        }
        for (int j = unitsHere; j < 64; j++) {
          block[j] = 0;
        }
        turn(block);
        int firstSample = word << 6;
        int samplesHere = Math.min(64, samples - firstSample);
        for (int i = 0; i < samplesHere; i++) {
          rows[(firstSample + i) * wordsPerSample + column] = block[i];
        }
      }
    }
    return rows;
  }

  private static void turn(long[] block) {
    for (int round = 0, width = 32; width > 0; round++, width >>>= 1) {
      long mask = MASKS[round];
      for (int start = 0; start < 64; start += 2 * width) {
        for (int k = start; k < start + width; k++) {
          long exchanged = (block[k] >>> width ^ block[k + width]) & mask;
          block[k + width] ^= exchanged;
          block[k] ^= exchanged << width;
        }
      }
    }
  }
}
