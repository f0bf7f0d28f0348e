package io.github.implicitbias.nn;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Small reproducible arrays. */
public final class Samples {

  private Samples() {}

  /** Returns a matrix with entries in (-1, 1). */
  public static double[][] uniform(long seed, int rows, int columns) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j] = 2 * random.nextDouble() - 1;
      }
    }
    return matrix;
  }

  /** Returns a matrix of -1 and +1. */
  public static double[][] signs(long seed, int rows, int columns) {
    double[][] matrix = uniform(seed, rows, columns);
    for (double[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j] = row[j] < 0 ? -1 : 1;
      }
    }
    return matrix;
  }

  public static INDArray array(DataType type, double[][] matrix) {
    return Nd4j.createFromArray(matrix).castTo(type);
  }

  public static INDArray column(DataType type, double... values) {
    return Nd4j.createFromArray(values).castTo(type).reshape(values.length, 1);
  }
}
