package io.github.implicitbias.nn.init;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How the incoming vectors of the units lie in the weight array of a layer.
 *
 * <p>The row of a unit holds its weights in the order channel, depth, height, width:
 *
 * <table>
 * <caption>Weight arrays of Deeplearning4j</caption>
 * <tr><th>layers</th><th>weights</th><th>unit</th></tr>
 * <tr><td>dense, output, embedding</td><td>[inputs, units]</td><td>column</td></tr>
 * <tr><td>LSTM, both arrays</td><td>[inputs, 4 units]</td><td>column: one gate of a cell; a
 * Graves LSTM has three recurrent columns more, its peepholes</td></tr>
 * <tr><td>elementwise multiplication</td><td>[1, units]</td><td>one weight</td></tr>
 * <tr><td>convolution, 1d, 2d and 3d</td><td>[out, in, (d,) h, w]</td><td>filter of an output
 * channel</td></tr>
 * <tr><td>deconvolution 2d</td><td>[in, out, h, w]</td><td>filter of an output channel</td></tr>
 * <tr><td>deconvolution 3d</td><td>[d, h, w, out, in]</td><td>filter of an output channel</td></tr>
 * <tr><td>depthwise convolution</td><td>[h, w, in, multiplier]</td><td>filter of an output channel,
 * in x multiplier of them</td></tr>
 * <tr><td>separable convolution</td><td>[multiplier, in, h, w]</td><td>the filters of one
 * multiplier</td></tr>
 * <tr><td>PReLU</td><td>any shape, order 'f'</td><td>one slope</td></tr>
 * </table>
 *
 * <p>An initializer is not told the layer, so the kind is read off shape, order, fan-in and
 * fan-out. In a few shapes two kinds agree in all of them; then convolution goes before
 * deconvolution before depthwise convolution:
 *
 * <ul>
 *   <li>a 2d deconvolution with as many channels in as out is taken for a convolution, with its
 *       channels in and out exchanged;
 *   <li>a depthwise convolution whose kernel is as high as its multiplier is taken for a
 *       convolution if the fan-outs agree up to a stride (kernel 3 x 3, multiplier 3 and 3
 *       channels, say), and one whose kernel is as wide as its multiplier likewise for a
 *       deconvolution;
 *   <li>a 3d deconvolution whose kernel is as deep as its channels out is taken for a convolution,
 *       if the fan-outs agree likewise;
 *   <li>a depthwise convolution of multiplier 1 whose kernel is as high as its channels is taken
 *       for a 1d convolution if the fan-outs agree up to the square of a stride (kernel 4 x 4 and 4
 *       channels, say).
 * </ul>
 *
 * <p>Independent weights of one law are the same either way.
 */
final class UnitLayout {

  private static final double STRIDE_TOLERANCE = 1e-9;

  private final long[] shape;
  private final int[] axes;
  private final int units;
  private final int inputs;

  private UnitLayout(long[] shape, int[] unitAxes, int[] inputAxes) {
    this.shape = shape.clone();
    this.axes = IntStream.concat(Arrays.stream(unitAxes), Arrays.stream(inputAxes)).toArray();
    long unitCount = product(shape, unitAxes);
    long inputCount = product(shape, inputAxes);
    if (unitCount * (double) inputCount > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Weights of shape "
              + Arrays.toString(shape)
              + " are more than one array of Java can hold; give the layer fewer than 2^31"
              + " weights.");
    }
    this.units = (int) unitCount;
    this.inputs = (int) inputCount;
  }

  /** Reads the layout off what an initializer is told. */
  static UnitLayout of(double fanIn, double fanOut, long[] shape, char order) {
    int rank = shape.length;
    if (rank == 2) {
      return new UnitLayout(shape, new int[] {1}, new int[] {0});
    }
    if (rank < 2 || order == 'f') {
      return new UnitLayout(shape, IntStream.range(0, rank).toArray(), new int[0]);
    }
    UnitLayout convolution =
        new UnitLayout(shape, new int[] {0}, IntStream.range(1, rank).toArray());
    if (rank == 4 && !isConvolution(fanIn, fanOut, shape)) {
      long area = shape[2] * shape[3];
      if (fits(fanIn, shape[0] * area, fanOut, shape[1] * area)) {
        return new UnitLayout(shape, new int[] {1}, new int[] {0, 2, 3});
      }
      long kernel = shape[0] * shape[1];
      if (fits(fanIn, kernel * shape[2], fanOut, kernel * shape[3])) {
        return new UnitLayout(shape, new int[] {2, 3}, new int[] {0, 1});
      }
    }
    if (rank == 5 && !isConvolution(fanIn, fanOut, shape)) {
      long kernel = shape[0] * shape[1] * shape[2];
      if (fits(fanIn, kernel * shape[4], fanOut, kernel * shape[3])) {
        return new UnitLayout(shape, new int[] {3}, new int[] {4, 0, 1, 2});
      }
    }
    return convolution;
  }

  private static boolean isConvolution(double fanIn, double fanOut, long[] shape) {
    long kernel = product(shape, IntStream.range(2, shape.length).toArray());
    if (fits(fanIn, shape[1] * kernel, fanOut, shape[0] * kernel)) {
      return true;
    }
    // Of a 1d convolution, [out, in, length, 1], length and stride are counted twice.
    double stride = Math.sqrt(shape[0] * kernel * kernel / fanOut);
    return shape[shape.length - 1] == 1 && fanIn == shape[1] * kernel * kernel && isStride(stride);
  }

  private static boolean fits(double fanIn, long inputs, double fanOut, long outputs) {
    return fanIn == inputs && isStride(outputs / fanOut);
  }

  /** The fan-out is divided by the stride, a positive whole number. */
  private static boolean isStride(double stride) {
    return stride > 1 - STRIDE_TOLERANCE
        && Math.abs(stride - Math.rint(stride)) < STRIDE_TOLERANCE * stride;
  }

  int units() {
    return units;
  }

  int inputs() {
    return inputs;
  }

  /**
   * Writes rows, unit by unit, rounded to the data type of the view.
   *
   * @return the view in the shape of the weights
   */
  INDArray write(double[] rows, char order, INDArray paramView) {
    INDArray weights =
        Arrays.equals(paramView.shape(), shape) ? paramView : paramView.reshape(order, shape);
    INDArray byUnit = shape.length < 2 ? paramView : weights.permute(axes);
    if (rows.length == 1) {
      byUnit.assign(rows[0]);
    } else {
      byUnit.assign(Nd4j.create(rows, byUnit.shape(), paramView.dataType()));
    }
    return weights;
  }

  private static long product(long[] shape, int[] axes) {
    long product = 1;
    for (int axis : axes) {
      product = Math.multiplyExact(product, shape[axis]);
    }
    return product;
  }

  /** Says what a layer of this layout has, for messages. */
  String describe() {
    return units + " units with " + inputs + " inputs (weights " + Arrays.toString(shape) + ")";
  }
}
