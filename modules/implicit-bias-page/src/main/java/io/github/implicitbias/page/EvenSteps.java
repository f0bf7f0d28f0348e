package io.github.implicitbias.page;

/** Steps evenly spread between two others. */
final class EvenSteps {

  private EvenSteps() {}

  /**
   * Returns increasing steps from one to another, both among them; all that there are if they are
   * no more than wanted. No difference of steps is too large.
   *
   * @param most greatest number of steps, at least 1
   */
  public static long[] between(long first, long last, int most) {
    long span = last - first;
    int count = (int) Math.min(most, Math.min(span, Integer.MAX_VALUE - 1) + 1);
    long[] steps = new long[count];
    for (int k = 0; k < count; k++) {
      steps[k] =
          k == count - 1 && k > 0
              ? last
              : first + Math.min(span, Math.round((double) span * k / Math.max(1, count - 1)));
    }
    return steps;
  }
}
