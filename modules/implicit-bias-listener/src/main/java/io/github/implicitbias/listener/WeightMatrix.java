package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The weights of a layer as a matrix with one row per unit, and its biases. */
final class WeightMatrix {

  private static final String WEIGHTS = "W";
  private static final String BIASES = "b";

  private final NetworkNode node;
  private final NativeReader reader;
  private final LayerTable.Weights lie;
  private final int units;
  private final int inputs;
  private final boolean hasBias;
  private @Nullable INDArray asStored;
  private @Nullable INDArray byUnit;
  private double @Nullable [] weights;
  private double @Nullable [] biases;

  WeightMatrix(NetworkNode node, NativeReader reader) {
    this.node = node;
    this.reader = reader;
    INDArray stored = node.parameter(WEIGHTS);
    this.lie = LayerTable.weights(node.layer());
    this.units = (int) stored.size(axisOfUnits(lie, stored.rank()));
    this.inputs = (int) (stored.length() / units);
    this.hasBias = node.hasParameter(BIASES);
  }

  /** Returns true if a layer has weights that are known to be such a matrix. */
  static boolean isIn(NetworkNode node) {
    if (!node.isLayer() || node.parameters() == 0) {
      return false;
    }
    LayerTable.Weights lie = LayerTable.weights(node.layer());
    if (lie == LayerTable.Weights.NONE || !node.hasParameter(WEIGHTS)) {
      return false;
    }
    INDArray weights = node.parameter(WEIGHTS);
    if (lie == LayerTable.Weights.INPUTS_FIRST && weights.rank() != 2) {
      return false;
    }
    return !node.hasParameter(BIASES)
        || node.parameter(BIASES).length() == weights.size(axisOfUnits(lie, weights.rank()));
  }

  int units() {
    return units;
  }

  int inputs() {
    return inputs;
  }

  boolean hasBias() {
    return hasBias;
  }

  /** Lets the arrays of the network go. */
  void release() {
    asStored = null;
    byUnit = null;
  }

  /** Lets the numbers go that were read. */
  void letGo() {
    weights = null;
  }

  /** Reads the weights, row-major, units x inputs; a kernel is flattened as it is stored. */
  double[] readWeights() {
    INDArray stored = node.parameter(WEIGHTS);
    if (byUnit == null || stored != asStored) {
      asStored = stored;
      byUnit = byUnit(stored);
    }
    if (weights == null) {
      weights = new double[units * inputs];
    }
    reader.asDoubles(byUnit, weights);
    return weights;
  }

  private static int axisOfUnits(LayerTable.Weights lie, int rank) {
    switch (lie) {
      case UNITS_FIRST:
        return 0;
      case KERNEL_FIRST:
        return rank - 2;
      default:
        return 1;
    }
  }

  private INDArray byUnit(INDArray stored) {
    int unit = axisOfUnits(lie, stored.rank());
    if (unit == 0) {
      return stored;
    }
    int[] axes = new int[stored.rank()];
    axes[0] = unit;
    int next = 1;
    for (int axis = 0; axis < axes.length; axis++) {
      if (axis != unit) {
        axes[next++] = axis;
      }
    }
    return stored.permute(axes);
  }

  /** Returns true if the sums of the squares of weights and of biases are finite. */
  boolean areSquaresFinite() {
    return reader.areSquaresFinite(node.parameter(WEIGHTS))
        && (!hasBias || reader.areSquaresFinite(node.parameter(BIASES)));
  }

  /** Reads the biases, one per unit; null without. */
  double @Nullable [] readBiases() {
    if (!hasBias) {
      return null;
    }
    if (biases == null) {
      biases = new double[units];
    }
    reader.asDoubles(node.parameter(BIASES), biases);
    return biases;
  }
}
