package io.github.implicitbias.core.probe;

import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An array whose first axis counts samples: a matrix of features, a stack of images, a batch of
 * sequences. Row-major, immutable. Numbers that are all exact in single precision are held in it.
 */
public final class SampleArray implements Serializable {

  private static final long serialVersionUID = 3L;

  private final int[] shape;

  /** The numbers, if all are exact in single precision; otherwise empty. */
  private final float[] floats;

  /** The numbers, if {@link #floats} is empty. */
  private final double[] doubles;

  /**
   * Makes an array.
   *
   * @param shape samples first; at least two axes, each at least 1
   * @param values row-major
   * @throws IllegalArgumentException if the shape is impossible, or does not fit the values
   */
  public SampleArray(int[] shape, double[] values) {
    requireFits(shape, values.length);
    this.shape = shape.clone();
    this.floats = inSinglePrecision(values);
    this.doubles = floats.length == 0 ? values.clone() : new double[0];
  }

  /**
   * Makes an array of numbers in single precision, as the other constructor does of doubles.
   *
   * @throws IllegalArgumentException if the shape is impossible, or does not fit the values
   */
  public SampleArray(int[] shape, float[] values) {
    requireFits(shape, values.length);
    this.shape = shape.clone();
    this.floats = values.clone();
    this.doubles = new double[0];
  }

  private static void requireFits(int[] shape, int values) {
    long length = 1;
    for (int axis : shape) {
      length *= axis;
      if (axis < 1 || length > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("impossible shape " + Arrays.toString(shape));
      }
    }
    if (shape.length < 2 || length != values) {
      throw new IllegalArgumentException(
          values + " values do not have the shape " + Arrays.toString(shape));
    }
  }

  private SampleArray(int[] shape, float[] floats, double[] doubles) {
    this.shape = shape;
    this.floats = floats;
    this.doubles = doubles;
  }

  /** Returns the numbers as floats, none of them if that would change one; NaN is NaN. */
  private static float[] inSinglePrecision(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
      if (Double.compare(floats[i], values[i]) != 0) {
        return new float[0];
      }
    }
    return floats;
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
    int width = 1;
    for (int axis = 1; axis < shape.length; axis++) {
      width *= shape[axis];
    }
    return width;
  }

  /** Returns the values, row-major. */
  public double[] values() {
    if (floats.length == 0) {
      return doubles.clone();
    }
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  /** Returns the value at a position of the flattened array. */
  public double value(int at) {
    return floats.length == 0 ? doubles[at] : floats[at];
  }

  /** Returns the number of values. */
  public int length() {
    return floats.length == 0 ? doubles.length : floats.length;
  }

  /** Returns the array of some of the samples, in the order given, or of none. */
  public SampleArray select(int[] samples) {
    int width = width();
    int[] someShape = shape.clone();
    someShape[0] = samples.length;
    if (floats.length == 0) {
      double[] some = new double[samples.length * width];
      for (int i = 0; i < samples.length; i++) {
        System.arraycopy(doubles, samples[i] * width, some, i * width, width);
      }
      return new SampleArray(someShape, new float[0], some);
    }
    float[] some = new float[samples.length * width];
    for (int i = 0; i < samples.length; i++) {
      System.arraycopy(floats, samples[i] * width, some, i * width, width);
    }
    return new SampleArray(someShape, some, new double[0]);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SampleArray
        && Arrays.equals(((SampleArray) other).shape, shape)
        && Arrays.equals(((SampleArray) other).floats, floats)
        && Arrays.equals(((SampleArray) other).doubles, doubles);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(shape) + Arrays.hashCode(floats)) + Arrays.hashCode(doubles);
  }

  @Override
  public String toString() {
    return Arrays.toString(shape);
  }
}
