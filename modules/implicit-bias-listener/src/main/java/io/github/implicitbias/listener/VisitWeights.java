package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads masks of labels, in every shape that DL4J's output layers take. */
final class VisitWeights {

  private VisitWeights() {}

  /**
   * Returns the weights in a mask: one per row, or one per entry of the output, row {@code i *
   * positions + p} for sample i at position p.
   *
   * @param mask as the output layer has it: per sample, per position or per output, positions as
   *     axes or in the rows {@code p * samples + i}
   * @return null if all weights are 1
   * @throws IllegalStateException if the mask has another shape
   */
  static double @Nullable [] of(
      INDArray mask,
      int samples,
      int positions,
      int outputs,
      NetworkNode node,
      NativeReader reader) {
    int rank = mask.rank();
    double[] raw = new double[(int) mask.length()];
    reader.asDoubles(mask, raw);
    double[] weights;
    long rows = mask.size(0);
    boolean flat = rank <= 2 && positions > 1 && rows == (long) samples * positions;
    if (flat) {
      weights = ofRows(raw, samples, positions);
    } else if (rows != samples) {
      throw new IllegalStateException("a mask of labels has " + rows + " rows");
    } else if (raw.length == samples) {
      weights = repeated(raw, samples, positions);
    } else if (rank == 2) {
      weights = raw; // per output if there is one position, else per position
    } else {
      weights = spread(mask, raw, samples, positions, outputs, node);
    }
    boolean fits =
        weights.length == samples * positions || weights.length == samples * positions * outputs;
    if (!fits) {
      throw new IllegalStateException("a mask of labels does not have the shape of the output");
    }
    return masksNothing(weights) ? null : weights;
  }

  private static double[] ofRows(double[] raw, int samples, int positions) {
    int width = raw.length / samples / positions;
    double[] weights = new double[raw.length];
    for (int i = 0; i < samples; i++) {
      for (int p = 0; p < positions; p++) {
        int from = (p * samples + i) * width;
        System.arraycopy(raw, from, weights, (i * positions + p) * width, width);
      }
    }
    return weights;
  }

  private static double[] repeated(double[] raw, int samples, int positions) {
    double[] weights = new double[samples * positions];
    for (int k = 0; k < weights.length; k++) {
      weights[k] = raw[k / positions];
    }
    return weights;
  }

  /** Axes of length 1 stand for every place of the output along them. */
  private static double[] spread(
      INDArray mask, double[] raw, int samples, int positions, int outputs, NetworkNode node) {
    int rank = mask.rank();
    boolean last = LayerTable.channelsLast(node, rank);
    int channelAxis = last ? rank - 1 : 1;
    INDArray input = node.implementation().input();
    int width = mask.size(channelAxis) == 1 ? 1 : outputs;
    double[] weights = new double[samples * positions * width];
    long[] strides = new long[rank];
    long stride = 1;
    for (int axis = rank - 1; axis >= 0; axis--) {
      strides[axis] = mask.size(axis) == 1 ? 0 : stride;
      stride *= mask.size(axis);
    }
    for (int row = 0, at = 0; row < samples * positions; row++) {
      long index = row / positions * strides[0];
      int rest = row % positions;
      for (int axis = rank - 1; axis > 0; axis--) {
        if (axis != channelAxis) {
          int length = (int) input.size(axis);
          index += rest % length * strides[axis];
          rest /= length;
        }
      }
      for (int k = 0; k < width; k++, at++) {
        weights[at] = raw[(int) (index + k * strides[channelAxis])];
      }
    }
    return weights;
  }

  private static boolean masksNothing(double[] weights) {
    for (double weight : weights) {
      if (weight != 1) {
        return false;
      }
    }
    return true;
  }
}
