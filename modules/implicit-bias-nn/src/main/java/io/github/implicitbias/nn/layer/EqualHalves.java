package io.github.implicitbias.nn.layer;

import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Products of the two halves of a layer, made so that equal halves give equal bits.
 *
 * <p>How a matrix library rounds depends on which kernel computes which block, on which thread
 * takes which part, and in some libraries on how arrays are aligned. All of it follows from shapes,
 * strides and addresses. The two products are therefore the same call, and each of its arrays is
 * laid out alike in both and lies at the same address, or at two that differ by whole cache lines.
 * Small products are made in Java, in double and one scalar product at a time, in less time than
 * the copies would take.
 */
final class EqualHalves {

  private static final int CACHE_LINE = 64;

  /** Multiplications that take Java less time than a few calls of ND4J. */
  private static final long SMALL = 50_000;

  private EqualHalves() {}

  /**
   * Returns the input of a layer in the data type of its weights.
   *
   * @throws DL4JInvalidInputException if its shape does not fit the weights, as stock layers do
   */
  static INDArray factor(INDArray input, INDArray w, String layer) {
    if (input.rank() != 2 || input.size(1) != w.size(0)) {
      throw new DL4JInvalidInputException(
          "The input has shape "
              + Arrays.toString(input.shape())
              + ", but the layer takes [samples, "
              + w.size(0)
              + "]; give it that many features, or set the input type of the network. "
              + layer);
    }
    return input.castTo(w.dataType());
  }

  /**
   * Writes z = [x W_1, x W_2], W_1 and W_2 being the left and right half of W.
   *
   * @param x [samples, inputs]
   * @param w [inputs, 2 k]
   * @param z [samples, 2 k], of order 'c'
   */
  static void sideBySide(INDArray x, INDArray w, INDArray z) {
    long k = w.size(1) / 2;
    if (x.size(0) * w.length() <= SMALL) {
      z.assign(Nd4j.create(products(x, w, 1), z.shape(), z.dataType()));
      return;
    }
    INDArray copy = isInterchangeable(w, k) ? null : matrix(w, w.size(0), k, 'f');
    INDArray product = matrix(w, x.size(0), k, 'f');
    for (INDArrayIndex half : halves(k)) {
      INDArray weights = w.get(NDArrayIndex.all(), half);
      Nd4j.matmul(x, copy == null ? weights : copy.assign(weights), product);
      z.get(NDArrayIndex.all(), half).assign(product);
    }
  }

  /**
   * Writes z = h_1 A_1 + h_2 A_2, h_1 and h_2 being the left and right half of h, A_1 and A_2 the
   * upper and lower half of A.
   *
   * @param h [samples, 2 k]
   * @param a [2 k, outputs]
   * @param z [samples, outputs]
   */
  static void addedUp(INDArray h, INDArray a, INDArray z) {
    long samples = h.size(0);
    long k = a.size(0) / 2;
    if (samples * a.length() <= SMALL) {
      z.assign(Nd4j.create(products(h, a, 2), z.shape(), z.dataType()));
      return;
    }
    INDArray activations = stacked(h, k);
    INDArray weights = matrix(a, k, a.size(1), 'f');
    INDArray product = matrix(a, samples, a.size(1), 'f');
    long apart = activations.size(0) / 2;

    weights.assign(a.get(NDArrayIndex.interval(0, k), NDArrayIndex.all()));
    Nd4j.matmul(rows(activations, 0, samples), weights, product);
    z.assign(product);

    weights.assign(a.get(NDArrayIndex.interval(k, 2 * k), NDArrayIndex.all()));
    Nd4j.matmul(rows(activations, apart, samples), weights, product);
    z.addi(product);
  }

  /**
   * Returns x W row by row, each entry a sum of scalar products of equally long parts.
   *
   * @param parts how many parts a scalar product is made of
   */
  private static double[] products(INDArray x, INDArray w, int parts) {
    int inputs = (int) w.size(0);
    int units = (int) w.size(1);
    boolean plain = !x.isView() && x.ordering() == 'c' && Shape.hasDefaultStridesForShape(x);
    double[] rows = (plain ? x : x.dup('c')).data().asDouble();
    double[] columns = w.dup('f').data().asDouble();
    double[] products = new double[rows.length / inputs * units];
    int length = inputs / parts;
    for (int i = 0; i < products.length; i++) {
      int row = i / units * inputs;
      int column = i % units * inputs;
      for (int from = 0; from < inputs; from += length) {
        products[i] += ScalarProduct.of(rows, row + from, columns, column + from, length);
      }
    }
    return products;
  }

  /** Returns the left half of h above the right one, with rows between up to a cache line. */
  private static INDArray stacked(INDArray h, long k) {
    long samples = h.size(0);
    long unit = CACHE_LINE / h.dataType().width();
    long apart = (samples + unit - 1) / unit * unit;
    INDArray stack = matrix(h, 2 * apart, k, 'c');
    stack
        .reshape('c', true, 2, apart, k)
        .get(NDArrayIndex.all(), NDArrayIndex.interval(0, samples), NDArrayIndex.all())
        .assign(h.reshape('c', samples, 2, k).permute(1, 0, 2));
    return stack;
  }

  private static INDArray rows(INDArray matrix, long from, long count) {
    return matrix.get(NDArrayIndex.interval(from, from + count), NDArrayIndex.all());
  }

  private static INDArrayIndex[] halves(long k) {
    return new INDArrayIndex[] {NDArrayIndex.interval(0, k), NDArrayIndex.interval(k, 2 * k)};
  }

  /** Returns true if the halves of W can be read where they are. */
  private static boolean isInterchangeable(INDArray w, long k) {
    long apart = w.size(0) * k * w.dataType().width();
    return w.stride(0) == 1 && w.stride(1) == w.size(0) && apart % CACHE_LINE == 0;
  }

  /** Returns an array where ND4J would put intermediate results of its own. */
  private static INDArray matrix(INDArray like, long rows, long columns, char order) {
    return Nd4j.createUninitialized(like.dataType(), new long[] {rows, columns}, order);
  }
}
