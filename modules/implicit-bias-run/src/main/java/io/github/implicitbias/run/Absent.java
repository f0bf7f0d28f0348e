package io.github.implicitbias.run;

/**
 * The value that stands for "not computed, or does not apply", as opposed to not a number.
 *
 * <p>It is a NaN with a bit pattern of its own, so that series of plain doubles can hold it. Test
 * with {@link #is}; in CSV it is the empty field, in JSON null.
 */
public final class Absent {

  private static final long BITS = 0x7ff8_0000_00ab_5e47L;

  /** The absent value. Any arithmetic on it gives an ordinary NaN or itself: test before using. */
  public static final double VALUE = Double.longBitsToDouble(BITS);

  private Absent() {}

  /** Returns true if {@code value} is absent; false for every number and every other NaN. */
  public static boolean is(double value) {
    return Double.doubleToRawLongBits(value) == BITS;
  }
}
