package io.github.implicitbias.run;

/** Steps between two stored blocks whose records were lost on the way. */
public final class Gap {

  private final long after;
  private final long before;

  Gap(long after, long before) {
    this.after = after;
    this.before = before;
  }

  /** Returns the last step before the gap that is there, -1 if the run begins with a gap. */
  public long after() {
    return after;
  }

  /** Returns the first step after the gap that is there. */
  public long before() {
    return before;
  }

  @Override
  public String toString() {
    return "records between steps " + after + " and " + before + " are missing";
  }
}
