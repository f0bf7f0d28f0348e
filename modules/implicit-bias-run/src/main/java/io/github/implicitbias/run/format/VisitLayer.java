package io.github.implicitbias.run.format;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The units of one layer over all visits of an epoch. Immutable; arrays are not copied and must not
 * be changed.
 */
public final class VisitLayer {

  private final String name;
  private final float[] shares;
  private final boolean atLeast;
  private final long dead;
  private final long linear;
  private final long distinct;
  private final long flips;
  private final long @Nullable [] flipsOfUnits;

  /**
   * Describes a layer.
   *
   * @param shares per unit the share of the visits that it was on for
   * @param atLeast true if units may have been on more often than could be seen: shares and counts
   *     are lower bounds
   * @param dead units that were on at no visit; -1 if that is not known
   * @param linear units that were on at every visit; -1 if that is not known
   * @param distinct different activation patterns; -1 if that is not known
   * @param flips flips between visits of the same sample; -1 if that is not known
   * @param flipsOfUnits the same, per unit; null if that is not known
   * @throws IllegalArgumentException if there are no units, or another number of flips
   */
  public VisitLayer(
      String name,
      float[] shares,
      boolean atLeast,
      long dead,
      long linear,
      long distinct,
      long flips,
      long @Nullable [] flipsOfUnits) {
    if (shares.length == 0 || flipsOfUnits != null && flipsOfUnits.length != shares.length) {
      throw new IllegalArgumentException(
          "layer " + name + " has " + shares.length + " units: give one number for each");
    }
    this.name = Objects.requireNonNull(name, "name");
    this.shares = shares;
    this.atLeast = atLeast;
    this.dead = dead;
    this.linear = linear;
    this.distinct = distinct;
    this.flips = flips;
    this.flipsOfUnits = flipsOfUnits;
  }

  /** Returns the name of the layer. */
  public String name() {
    return name;
  }

  /** Returns, per unit, the share of the visits at which it was on. */
  public float[] shares() {
    return shares;
  }

  /** Returns true if shares and counts are lower bounds, because a part could not be seen. */
  public boolean isAtLeast() {
    return atLeast;
  }

  /** Returns how many units were on at no visit; -1 if that is not known. */
  public long deadUnits() {
    return dead;
  }

  /** Returns how many units were on at every visit; -1 if that is not known. */
  public long linearUnits() {
    return linear;
  }

  /** Returns how many different activation patterns there were; -1 if that is not known. */
  public long distinctPatterns() {
    return distinct;
  }

  /** Returns how many flips there were between visits of the same sample; -1 if not known. */
  public long flips() {
    return flips;
  }

  /** Returns the same per unit; null if that is not known. */
  public long @Nullable [] flipsOfUnits() {
    return flipsOfUnits;
  }
}
