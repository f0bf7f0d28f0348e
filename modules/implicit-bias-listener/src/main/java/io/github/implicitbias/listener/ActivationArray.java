package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What feeds a layer, or what it puts out, as a matrix of doubles that is read when asked for. */
final class ActivationArray {

  /** Where the array is found among the activations of an observation; null if it is not there. */
  interface Source {
    @Nullable INDArray of(Activations activations);
  }

  private final Source source;
  private final int samples;
  private final int width;
  private final boolean constant;
  private final NativeReader reader;
  private double @Nullable [] values;
  private long readAt = -1;
  private boolean matrix;

  /**
   * Describes an array.
   *
   * @param width number of columns expected
   * @param constant true if it is the same at every observation
   */
  ActivationArray(Source source, int samples, int width, boolean constant, NativeReader reader) {
    this.source = source;
    this.samples = samples;
    this.width = width;
    this.constant = constant;
    this.reader = reader;
  }

  /** Lets the values go. */
  void letGo() {
    values = null;
    readAt = -1;
  }

  /**
   * Returns the values, row-major, samples x width; null if the array is not such a matrix.
   *
   * @param observation its number, greater than that of any before
   */
  double @Nullable [] values(Activations activations, long observation) {
    if (readAt != observation && !(constant && readAt >= 0)) {
      INDArray array = source.of(activations);
      matrix = false;
      if (array != null
          && array.rank() == 2
          && array.size(0) == samples
          && array.size(1) == width) {
        matrix = true;
        if (values == null) {
          values = new double[samples * width];
        }
        reader.asDoubles(array, values);
      }
      readAt = observation;
    }
    return matrix ? values : null;
  }
}
