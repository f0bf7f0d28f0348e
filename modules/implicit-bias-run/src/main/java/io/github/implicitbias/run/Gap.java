package io.github.implicitbias.run;

/** Steps between two stored blocks whose records were lost on the way. Immutable. */
public final class Gap {

  private final long after;
  private final long before;

  /**
   * Describes a gap.
   *
   * @param after the last step before it that is there, -1 if the run begins with it
   * @param before the first step after it that is there, -1 if the run ends with it
   */
  public Gap(long after, long before) {
    this.after = after;
    this.before = before;
  }

  /** Returns the last step before the gap that is there, -1 if the run begins with a gap. */
  public long after() {
    return after;
  }

  /** Returns the first step after the gap that is there, -1 if the run ends with a gap. */
  public long before() {
    return before;
  }

  @Override
  public String toString() {
    if (after < 0) {
      return "records before step " + before + " are missing";
    }
    return before < 0
        ? "records after step " + after + " are missing"
        : "records between steps " + after + " and " + before + " are missing";
  }
}
