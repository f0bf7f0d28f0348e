package io.github.implicitbias.nn.init;

import java.util.Arrays;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Starts the weights of one layer at given values.
 *
 * <p>Row j of the given matrix is the incoming vector of unit j; Deeplearning4j holds the
 * transpose, [nIn, nOut]. In a network of type float the values are rounded to float. The values
 * are part of the configuration (JSON and YAML) and survive it exactly. An initializer sees no
 * biases: use {@code biasInit}, or {@link GivenParameters} after {@code net.init()}.
 *
 * <p>Cost: O(nIn x nOut), once.
 */
public final class GivenWeights implements IWeightInit {

  private static final long serialVersionUID = 1L;

  private final double[][] rowsPerUnit;

  /**
   * Creates the initializer; the values are copied.
   *
   * @param rowsPerUnit one row per unit, one column per input
   * @throws IllegalArgumentException if the matrix is empty, ragged or not finite
   */
  public GivenWeights(@JsonProperty("rowsPerUnit") double[][] rowsPerUnit) {
    this.rowsPerUnit = UnitRows.checkedCopy(rowsPerUnit);
  }

  /**
   * Writes the weights.
   *
   * @throws IllegalArgumentException if the layer has another shape; the message names both
   */
  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    if (shape.length != 2 || shape[0] != rowsPerUnit[0].length || shape[1] != rowsPerUnit.length) {
      throw new IllegalArgumentException(
          "GivenWeights holds "
              + UnitRows.describe(rowsPerUnit)
              + ", but the layer has weights of shape [nIn, nOut] = "
              + Arrays.toString(shape)
              + ". Set nIn("
              + rowsPerUnit[0].length
              + ") and nOut("
              + rowsPerUnit.length
              + ") on the layer, or give one row per unit with one entry per input.");
    }
    double[] flat = UnitRows.flatten(rowsPerUnit, order);
    paramView.assign(Nd4j.create(flat, paramView.shape(), paramView.dataType()));
    return paramView.reshape(order, shape);
  }

  @Override
  public boolean equals(Object other) {
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
