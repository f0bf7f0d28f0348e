package io.github.implicitbias.run;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a run is known by: 128 random bits. Session, worker and name are labels, which several runs
 * may share. Immutable.
 */
public final class RunId implements Comparable<RunId> {

  private static final int DIGITS = 32;

  /** Made when it is first needed: gathering randomness can take a moment. */
  private static final class Source {
    static final SecureRandom RANDOM = new SecureRandom();
  }

  private final long high;
  private final long low;

  /** Makes an id from its bits. */
  public RunId(long high, long low) {
    this.high = high;
    this.low = low;
  }

  /** Returns an id that no other run has. */
  public static RunId random() {
    return new RunId(Source.RANDOM.nextLong(), Source.RANDOM.nextLong());
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if the text is not of 32 hexadecimal digits
   */
  public static RunId parse(String text) {
    if (text.length() != DIGITS || !text.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not the id of a run: give " + DIGITS + " hexadecimal digits");
    }
    return new RunId(
        Long.parseUnsignedLong(text.substring(0, DIGITS / 2), 16),
        Long.parseUnsignedLong(text.substring(DIGITS / 2), 16));
  }

  /** Returns the first 64 bits. */
  public long high() {
    return high;
  }

  /** Returns the last 64 bits. */
  public long low() {
    return low;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RunId && ((RunId) other).high == high && ((RunId) other).low == low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high ^ low);
  }

  @Override
  public int compareTo(RunId other) {
    int first = Long.compareUnsigned(high, other.high);
    return first != 0 ? first : Long.compareUnsigned(low, other.low);
  }

  /** Returns the id as 32 hexadecimal digits. */
  @Override
  public String toString() {
    return String.format("%016x%016x", high, low);
  }
}
