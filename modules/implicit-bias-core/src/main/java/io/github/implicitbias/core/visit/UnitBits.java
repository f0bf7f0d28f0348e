package io.github.implicitbias.core.visit;

/** What a 0 in an activation pattern that was read at a visit says of the unit. */
public enum UnitBits {

  /** The unit was off. */
  EXACT,

  /**
   * The unit was off, or dropout has set its activation to 0: only the sign of what is not 0 is
   * known, so a visit may say nothing of a unit.
   */
  ZERO_UNKNOWN,

  /**
   * The unit was off, or dropped, and the two cannot be told apart at any visit: counts of units
   * that are on are lower bounds, and there are no flips.
   */
  OFF_UNKNOWN
}
