package io.github.implicitbias.run.format;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A layer whose activation pattern is recorded. What is called a unit of it is an entry of the
 * layer's output for one sample: a unit of a dense layer, a channel at a position of a convolution,
 * a unit at a time step of a recurrent layer; or, where positions are taken together, a channel,
 * which is on for a sample if it is on at one position at least.
 */
public final class TrackedLayer {

  private final String name;
  private final int index;
  private final int units;
  private final String activation;
  private final String axes;
  private final int[] shape;
  private final boolean grouped;

  /**
   * Describes a layer whose units are not arranged in any way, such as a dense one.
   *
   * @param name DL4J's layer name, unique in the run
   * @param index position of the layer in the network
   * @param units number of units
   * @param activation the activation function, as DL4J prints it
   */
  public TrackedLayer(String name, int index, int units, String activation) {
    this(name, index, activation, "unit", units);
  }

  /**
   * Describes a tracked layer.
   *
   * @param name DL4J's layer name, unique in the run
   * @param index position of the layer in the network
   * @param activation the activation function, as DL4J prints it
   * @param axes what the units are arranged along, for example "channel,row,column", "unit,time",
   *     or "channel (any position)" where positions are taken together
   * @param shape lengths of those axes; unit numbers are row-major in them
   * @throws IllegalArgumentException if there is not one length per axis, one is less than 1, or
   *     there are more than 2^31 - 1 units
   */
  public TrackedLayer(String name, int index, String activation, String axes, int... shape) {
    this(name, index, activation, axes, shape, false);
  }

  private TrackedLayer(
      String name, int index, String activation, String axes, int[] shape, boolean grouped) {
    this.grouped = grouped;
    this.name = Objects.requireNonNull(name);
    this.index = index;
    this.activation = Objects.requireNonNull(activation);
    this.axes = Objects.requireNonNull(axes);
    this.shape = shape.clone();
    long product = 1;
    for (int length : shape) {
      product = length < 1 ? Long.MAX_VALUE : product * length;
      if (product > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("impossible shape " + Arrays.toString(shape));
      }
    }
    if (axes.split(",", -1).length != shape.length) {
      throw new IllegalArgumentException(
          shape.length + " lengths for the axes " + axes + ": give one for each");
    }
    this.units = (int) product;
  }

  /** Returns DL4J's name of the layer. */
  public String name() {
    return name;
  }

  /** Returns the position of the layer in the network. */
  public int index() {
    return index;
  }

  /** Returns the number of units, the product of {@link #shape}. */
  public int units() {
    return units;
  }

  /** Returns the activation function, as DL4J prints it. */
  public String activation() {
    return activation;
  }

  /** Returns what the units are arranged along, separated by commas; "unit" for a dense layer. */
  public String axes() {
    return axes;
  }

  /** Returns the lengths of the axes; unit numbers are row-major in them. */
  public int[] shape() {
    return shape.clone();
  }

  /** Returns this layer as one of whose units each stands for several entries of its output. */
  public TrackedLayer grouped() {
    return new TrackedLayer(name, index, activation, axes, shape, true);
  }

  /** Returns true if a unit stands for several entries of the layer's output. */
  public boolean isGrouped() {
    return grouped;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof TrackedLayer)) {
      return false;
    }
    TrackedLayer that = (TrackedLayer) other;
    return name.equals(that.name)
        && index == that.index
        && activation.equals(that.activation)
        && axes.equals(that.axes)
        && grouped == that.grouped
        && Arrays.equals(shape, that.shape);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, index, activation);
  }

  @Override
  public String toString() {
    return name + " (" + units + " units, " + activation + ")";
  }
}
