package io.github.implicitbias.core.run;

import java.util.Objects;

/** A layer whose activation pattern is recorded. */
public final class TrackedLayer {

  private final String name;
  private final int index;
  private final int units;
  private final String activation;

  /**
   * Describes a tracked layer.
   *
   * @param name DL4J's layer name, unique in the run
   * @param index position of the layer in the network
   * @param units number of units
   * @param activation the activation function, as DL4J prints it
   */
  public TrackedLayer(String name, int index, int units, String activation) {
    this.name = Objects.requireNonNull(name);
    this.index = index;
    this.units = units;
    this.activation = Objects.requireNonNull(activation);
  }

  public String name() {
    return name;
  }

  public int index() {
    return index;
  }

  public int units() {
    return units;
  }

  public String activation() {
    return activation;
  }

  @Override
  public String toString() {
    return name + " (" + units + " units, " + activation + ")";
  }
}
