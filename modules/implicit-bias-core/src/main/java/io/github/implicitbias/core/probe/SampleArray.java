package io.github.implicitbias.core.probe;

import java.io.Serializable;
import java.util.Arrays;

/**
 * An array whose first axis counts samples: a matrix of features, a stack of images, a batch of
 * sequences. Row-major, immutable.
 */
public final class SampleArray implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int[] shape;
  private final double[] values;

  /**
   * Makes an array.
   *
   * @param shape samples first; at least two axes, each at least 1
   * @param values row-major
   * @throws IllegalArgumentException if the shape is impossible, or does not fit the values
   */
  public SampleArray(int[] shape, double[] values) {
    long length = 1;
    for (int axis : shape) {
      length *= axis;
      if (axis < 1 || length > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("impossible shape " + Arrays.toString(shape));
      }
    }
    if (shape.length < 2 || length != values.length) {
      throw new IllegalArgumentException(
          values.length + " values do not have the shape " + Arrays.toString(shape));
    }
    this.shape = shape.clone();
    this.values = values.clone();
  }

  /** Returns the lengths of the axes, samples first. */
  public int[] shape() {
    return shape.clone();
  }

  public int samples() {
    return shape[0];
  }

  /** Returns the number of values of one sample. */
  public int width() {
    return values.length / shape[0];
  }

  /** Returns the values, row-major. */
  public double[] values() {
    return values.clone();
  }

  /** Returns the value at a position of the flattened array. */
  public double value(int at) {
    return values[at];
  }

  /** Returns the number of values. */
  public int length() {
    return values.length;
  }

  /** Returns the array of some of the samples, in the order given. */
  public SampleArray select(int[] samples) {
    int width = width();
    double[] some = new double[samples.length * width];
    for (int i = 0; i < samples.length; i++) {
      System.arraycopy(values, samples[i] * width, some, i * width, width);
    }
    int[] someShape = shape.clone();
    someShape[0] = samples.length;
    return new SampleArray(someShape, some);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SampleArray
        && Arrays.equals(((SampleArray) other).shape, shape)
        && Arrays.equals(((SampleArray) other).values, values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(shape);
  }
}
