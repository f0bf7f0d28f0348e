package io.github.implicitbias.listener;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How the units of a layer lie in its output: which axis of DL4J's array is which of ours.
 *
 * <p>Units are ordered channel, row, column (or unit, time), whatever the order of DL4J's array.
 */
final class UnitLayout {

  private static final String[] NONE = {"unit"};
  private static final String[] TIME = {"unit", "time"};

  /** The axis that lies in the rows: row k n + i is sample i at position k. */
  private static final int ROWS = -1;

  private static final String[][] POSITIONS = {
    NONE,
    {"channel", "position"},
    {"channel", "row", "column"},
    {"channel", "depth", "row", "column"}
  };

  private final String[] names;
  private final int[] shape;
  private final int[] axes;
  private final int rowsPerSample;
  private final boolean grouped;

  private UnitLayout(String[] names, int[] shape, int[] axes, int rowsPerSample, boolean grouped) {
    this.names = names;
    this.shape = shape;
    this.axes = axes;
    this.rowsPerSample = rowsPerSample;
    this.grouped = grouped;
  }

  /** Returns the layout of a matrix, one column per unit. */
  static UnitLayout ofMatrix(int units) {
    return new UnitLayout(NONE, new int[] {units}, new int[] {1}, 1, false);
  }

  /**
   * Returns the layout of a node's output, null if it is not one that is known.
   *
   * @param ofOne the shape of the output for one sample
   */
  static @Nullable UnitLayout of(NetworkNode node, long[] ofOne) {
    int rank = ofOne.length;
    for (long length : ofOne) {
      if (length < 1 || length > Integer.MAX_VALUE) {
        return null;
      }
    }
    if (rank < 2 || rank > 5) {
      return null;
    }
    if (ofOne[0] > 1) {
      return ofRows(node, ofOne);
    }
    boolean last = rank > 2 && LayerTable.channelsLast(node, rank);
    int[] axes = new int[rank - 1];
    int[] shape = new int[rank - 1];
    for (int k = 0; k < axes.length; k++) {
      axes[k] = !last ? k + 1 : k == 0 ? rank - 1 : k;
      shape[k] = (int) ofOne[axes[k]];
    }
    boolean time = rank == 3 && !LayerTable.isConvolution1D(node);
    return new UnitLayout(time ? TIME : POSITIONS[rank - 2], shape, axes, 1, false);
  }

  /** Returns the layout of an output that has several rows for one sample. */
  private static @Nullable UnitLayout ofRows(NetworkNode node, long[] ofOne) {
    int rank = ofOne.length;
    @Nullable String axis = RowsPerSample.axis(node, ofOne[0]);
    if (axis == null || rank > 4) {
      return null;
    }
    boolean last = rank > 2 && LayerTable.channelsLast(node, rank);
    String[] names = new String[rank];
    int[] axes = new int[rank];
    int[] shape = new int[rank];
    axes[0] = last ? rank - 1 : 1;
    axes[rank - 1] = ROWS;
    for (int k = 1; k < rank - 1; k++) {
      axes[k] = last ? k : k + 1;
    }
    for (int k = 0; k < rank; k++) {
      names[k] = k == rank - 1 ? axis : POSITIONS[rank - 2][k];
      shape[k] = (int) ofOne[axes[k] == ROWS ? 0 : axes[k]];
    }
    return new UnitLayout(names, shape, axes, (int) ofOne[0], false);
  }

  /** Returns the layout in which a channel at all its positions is one unit. */
  UnitLayout perChannel() {
    return positions() == 1 ? this : new UnitLayout(names, shape, axes, rowsPerSample, true);
  }

  /** Returns the number of entries of the layer's output for one sample; may exceed an int. */
  long width() {
    long width = 1;
    for (int length : shape) {
      width *= length;
    }
    return width;
  }

  int channels() {
    return shape[0];
  }

  /** Returns the number of positions a channel has. */
  long positions() {
    return width() / shape[0];
  }

  /** Returns the number of units: channels if grouped, else channels at positions. */
  long units() {
    return grouped ? shape[0] : width();
  }

  boolean isGrouped() {
    return grouped;
  }

  /** Returns the names of the axes, as the header of a run has them. */
  String axes() {
    return grouped ? names[0] + " (any position)" : String.join(",", names);
  }

  /** Returns the lengths of the axes, as the header of a run has them. */
  int[] shape() {
    return grouped ? new int[] {shape[0]} : shape.clone();
  }

  /** Returns the lengths of channels and the (at most three) axes of positions. */
  int[] lengths() {
    int[] four = {1, 1, 1, 1};
    System.arraycopy(shape, 0, four, 0, shape.length);
    return four;
  }

  /**
   * Returns true if an array has the shape that this layout describes, for so many samples.
   *
   * @param strides where to write, if true: how far apart neighbours are, of samples first, then of
   *     channels and the axes of positions
   */
  boolean fits(INDArray array, int samples, boolean rowMajor, long[] strides) {
    Arrays.fill(strides, 0);
    long rows = (long) samples * rowsPerSample;
    int rank = array.rank();
    int expected = isInRows() ? axes.length : axes.length + 1;
    if (rank != expected || array.size(0) != rows) {
      return false;
    }
    strides[0] = rowMajor ? rowMajorStride(array, 0) : array.stride(0);
    for (int k = 0; k < axes.length; k++) {
      if (axes[k] == ROWS) {
        strides[k + 1] = strides[0] * samples;
      } else if (array.size(axes[k]) != shape[k]) {
        return false;
      } else {
        strides[k + 1] = rowMajor ? rowMajorStride(array, axes[k]) : array.stride(axes[k]);
      }
    }
    return true;
  }

  /** Returns true if a channel may have several positions: how many is up to the batch. */
  boolean hasPositions() {
    return names.length > 1;
  }

  private boolean isInRows() {
    return axes[axes.length - 1] == ROWS;
  }

  /**
   * Returns this layout with the positions that an array has, channels in one: sequences are of
   * another length in every batch.
   *
   * @return null if the array has other channels or other axes
   */
  @Nullable UnitLayout perChannelOf(INDArray array, int samples) {
    int expected = isInRows() ? axes.length : axes.length + 1;
    int rows = (int) (array.size(0) / samples);
    if (array.rank() != expected || array.size(0) != (long) rows * samples) {
      return null;
    }
    int[] lengths = new int[axes.length];
    for (int k = 0; k < axes.length; k++) {
      lengths[k] = axes[k] == ROWS ? rows : (int) array.size(axes[k]);
    }
    return lengths[0] == shape[0] && (isInRows() || rows == 1)
        ? new UnitLayout(names, lengths, axes, isInRows() ? rows : 1, false).perChannel()
        : null;
  }

  private static long rowMajorStride(INDArray array, int axis) {
    long stride = 1;
    for (int k = array.rank() - 1; k > axis; k--) {
      stride *= array.size(k);
    }
    return stride;
  }

  /**
   * Returns which entries exist under a mask of the layer's output: samples x positions.
   *
   * @param mask as DL4J hands it on; of an unknown shape it masks nothing
   */
  boolean[] existing(INDArray mask, int samples) {
    int positions = (int) positions();
    boolean[] exists = new boolean[samples * positions];
    int[] lengths = lengths();
    for (int i = 0; i < samples; i++) {
      for (int p = 0; p < positions; p++) {
        exists[i * positions + p] = isUnmasked(mask, samples, i, p, lengths);
      }
    }
    return exists;
  }

  private boolean isUnmasked(INDArray mask, int samples, int sample, int p, int[] lengths) {
    long rows = mask.size(0);
    if (rowsPerSample > 1) {
      int row = p % rowsPerSample;
      if (rows == samples && mask.rank() == 2 && mask.size(1) == rowsPerSample) {
        return mask.getDouble(sample, row) != 0;
      }
      return mask.length() != (long) samples * rowsPerSample
          || mask.getDouble(row * samples + sample) != 0;
    }
    if (rows != samples) {
      return true;
    }
    if (mask.length() == samples) {
      return mask.getDouble(sample) != 0;
    }
    if (mask.rank() == 2 && mask.size(1) == positions()) {
      return mask.getDouble(sample, p) != 0;
    }
    if (mask.rank() == 4 && axes.length == 3) {
      int row = mask.size(2) == 1 ? 0 : p / lengths[2];
      int column = mask.size(3) == 1 ? 0 : p % lengths[2];
      return mask.getDouble(sample, 0, row, column) != 0;
    }
    return true;
  }
}
