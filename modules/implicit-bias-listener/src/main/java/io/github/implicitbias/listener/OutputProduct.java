package io.github.implicitbias.listener;

import io.github.implicitbias.core.norm.ScalarProduct;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The pre-activations of an output layer with weights: its input times its weights, plus its
 * biases. Allocates nothing from the second batch of a size on. Not thread-safe.
 */
final class OutputProduct {

  /** Beyond so many outputs the product of floats, which is made for few, is not quicker. */
  static final int FEW_OUTPUTS = 64;

  private final NetworkNode node;
  private final NativeReader reader;
  private final NativeProduct byLibrary = new NativeProduct();
  private int outputs;
  private double[] z = {};
  private double[] weights = {};
  private double[] bias = {};
  private @Nullable INDArray ofView;
  private @Nullable INDArray byUnit;
  private @Nullable FloatProduct product;
  private int productRows;

  OutputProduct(NetworkNode node, NativeReader reader) {
    this.node = node;
    this.reader = reader;
  }

  /** Returns the number of outputs, once something was multiplied. */
  int outputs() {
    return outputs;
  }

  /** Returns what was multiplied last, one row of outputs per row of input. */
  double[] preActivations() {
    return z;
  }

  /**
   * Multiplies floats.
   *
   * @param input shape [rows, inputs of the layer]
   * @return false if this layer has another number of inputs, or too many outputs for that: nothing
   *     is multiplied then
   */
  boolean multiply(INDArray input, int rows) {
    INDArray matrix = weightsByUnit();
    int width = (int) matrix.size(1);
    outputs = (int) matrix.size(0);
    if (input.size(1) != width) {
      return false;
    }
    prepare(rows);
    boolean direct =
        reader.isDirect(input, DataType.FLOAT) && reader.isDirect(matrix, DataType.FLOAT);
    return direct
            && byLibrary.multiply(
                NativeReader.address(input),
                NativeReader.address(matrix),
                rows,
                width,
                outputs,
                bias,
                z)
        || multiplyInJava(input, matrix, rows, width);
  }

  private boolean multiplyInJava(INDArray input, INDArray matrix, int rows, int width) {
    if (outputs > FEW_OUTPUTS) {
      return false;
    }
    FloatProduct known = product;
    if (known == null || productRows != rows) {
      known = new FloatProduct(rows, width, outputs);
      product = known;
      productRows = rows;
    }
    reader.floats(matrix).get(known.weights());
    known.multiply(reader.floats(input), bias, z);
    return true;
  }

  /**
   * Multiplies doubles.
   *
   * @param input row-major
   * @param width length of a row
   * @return false if the layer has another number of inputs
   */
  boolean multiply(double[] input, int width) {
    INDArray matrix = weightsByUnit();
    if (matrix.size(1) != width) {
      return false;
    }
    outputs = (int) matrix.size(0);
    int rows = input.length / width;
    prepare(rows);
    weights = weights.length == outputs * width ? weights : new double[outputs * width];
    reader.asDoubles(matrix, weights);
    multiply(input, width, weights, bias, z);
    return true;
  }

  /**
   * Multiplies one by one in double, which is quicker than a call of a library for few numbers.
   *
   * @param input row-major
   * @param width length of a row
   * @param weights one row of that length per output
   * @param bias one number per output
   * @param into one row of outputs per row of input
   */
  static void multiply(double[] input, int width, double[] weights, double[] bias, double[] into) {
    int outputs = bias.length;
    for (int row = 0, at = 0; at < into.length; row++) {
      for (int k = 0; k < outputs; k++, at++) {
        into[at] = ScalarProduct.of(input, row * width, weights, k * width, width) + bias[k];
      }
    }
  }

  /** A view makes garbage, and the weights stay where they are. */
  private INDArray weightsByUnit() {
    INDArray now = node.parameter("W");
    INDArray known = byUnit;
    if (known == null || now != ofView) {
      known = now.transpose();
      byUnit = known;
      ofView = now;
    }
    return known;
  }

  private void prepare(int rows) {
    z = z.length == rows * outputs ? z : new double[rows * outputs];
    bias = bias.length == outputs ? bias : new double[outputs];
    if (node.hasParameter("b")) {
      reader.asDoubles(node.parameter("b"), bias);
    }
  }
}
