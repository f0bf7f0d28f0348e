package io.github.implicitbias.nn.init;

import java.util.Arrays;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Starts the weights of one layer at given values.
 *
 * <p>Row j of the given matrix is the incoming vector of unit j. Of dense, output and recurrent
 * layers Deeplearning4j holds the transpose, [nIn, nOut]; an LSTM has four units for each of its n
 * cells, the input, forget, output and modulation gates of all cells in this order, and takes [nIn,
 * 4 n] for the input and, with {@code weightInitRecurrent}, [n, 4 n] for the recurrent weights. Of
 * a convolution a unit is an output channel, and its row holds its filter channel by channel,
 * (plane by plane,) line by line. Of a depthwise convolution a unit is an output channel too, with
 * the filter of its one input channel.
 *
 * <p>In a network of type float the values are rounded to float. The values are part of the
 * configuration (JSON and YAML) and survive it exactly. An initializer sees no biases: use {@code
 * biasInit}, or {@link GivenParameters} after {@code net.init()}.
 *
 * <p>An initializer is not told which layer it serves. A deconvolution with as many channels in as
 * out looks like a convolution and gets its channels in and out exchanged.
 *
 * <p>Cost: O(weights), once.
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
