package io.github.implicitbias.nn.init;

import java.util.Arrays;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link Weights#given} describes. */
final class GivenWeights implements IWeightInit {

  private static final long serialVersionUID = 1L;

  private final double[][] rowsPerUnit;

  GivenWeights(@JsonProperty("rowsPerUnit") double[][] rowsPerUnit) {
    this.rowsPerUnit = UnitRows.checkedCopy(rowsPerUnit);
  }

  /**
   * Writes the weights.
   *
   * @throws IllegalArgumentException if the layer has another shape; the message names both
   */
  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    UnitLayout layout = UnitLayout.of(fanIn, fanOut, shape, order);
    if (layout.units() != rowsPerUnit.length || layout.inputs() != rowsPerUnit[0].length) {
      throw new IllegalArgumentException(mismatch(layout, shape));
    }
    double[] rows = UnitRows.flatten(rowsPerUnit, 'f');
    UnderflowGuard.warnOfLayer(this, rows, paramView.dataType());
    return layout.write(rows, order, paramView);
  }

  private String mismatch(UnitLayout layout, long[] shape) {
    String held = "GivenWeights holds " + UnitRows.describe(rowsPerUnit) + ", but the layer has ";
    String cure = "give one row per unit with one entry per input.";
    if (shape.length != 2) {
      return held + layout.describe() + "; " + cure;
    }
    return held
        + "weights of shape [nIn, nOut] = "
        + Arrays.toString(shape)
        + ". Set nIn("
        + rowsPerUnit[0].length
        + ") and nOut("
        + rowsPerUnit.length
        + ") on the layer, or "
        + cure;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GivenWeights
        && Arrays.deepEquals(rowsPerUnit, ((GivenWeights) other).rowsPerUnit);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(rowsPerUnit);
  }

  @Override
  public String toString() {
    return "GivenWeights(" + UnitRows.describe(rowsPerUnit) + ")";
  }
}
