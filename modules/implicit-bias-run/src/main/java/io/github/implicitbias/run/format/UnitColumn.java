package io.github.implicitbias.run.format;

/** A column of a run with one number per unit of a tracked layer. Immutable. */
public final class UnitColumn {

  private final String name;
  private final int layer;

  /**
   * Describes a column.
   *
   * @param name what the numbers are, such as {@code weightNorm}; several layers may share it
   * @param layer index of the tracked layer
   */
  public UnitColumn(String name, int layer) {
    this.name = name;
    this.layer = layer;
  }

  public String name() {
    return name;
  }

  /** Returns the index of the tracked layer, see {@link RunHeader#layers}. */
  public int layer() {
    return layer;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UnitColumn
        && ((UnitColumn) other).layer == layer
        && ((UnitColumn) other).name.equals(name);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + layer;
  }

  @Override
  public String toString() {
    return name + " of tracked layer " + layer;
  }
}
