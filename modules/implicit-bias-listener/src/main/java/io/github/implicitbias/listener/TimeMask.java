package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A mask of samples and positions of them, such as time steps, in an order of our own. */
final class TimeMask {

  private final NativeReader reader;
  private double[] values = {};
  private double[] raw = {};
  private int positions;

  TimeMask(NativeReader reader) {
    this.reader = reader;
  }

  /**
   * Reads a mask.
   *
   * @param given [samples, positions], or a column whose row {@code p * samples + i} is sample i at
   *     position p, as DL4J has it behind a preprocessor
   * @return false if there is none, or it has another shape
   */
  boolean read(@Nullable INDArray given, int samples, int positions) {
    if (given == null || given.length() != (long) samples * positions) {
      return false;
    }
    this.positions = positions;
    int length = (int) given.length();
    if (values.length < length) {
      values = new double[length];
      raw = new double[length];
    }
    if (given.size(0) == samples) {
      reader.asDoubles(given, values);
      return true;
    }
    if (given.size(0) != length) {
      return false;
    }
    reader.asDoubles(given, raw);
    for (int i = 0; i < samples; i++) {
      for (int p = 0; p < positions; p++) {
        values[i * positions + p] = raw[p * samples + i];
      }
    }
    return true;
  }

  double of(int sample, int position) {
    return values[sample * positions + position];
  }

  /** Returns true if a sample has another value than 1 before a position. */
  boolean masks(int sample, int before) {
    for (int p = 0; p < before; p++) {
      if (of(sample, p) != 1) {
        return true;
      }
    }
    return false;
  }

  /** Returns the position behind the last of a sample that is not masked. */
  int length(int sample) {
    int length = positions;
    while (length > 0 && of(sample, length - 1) == 0) {
      length--;
    }
    return length;
  }
}
