package io.github.implicitbias.core.schedule;

import java.util.Arrays;

/** Steps from a list. */
final class ListedSteps implements Schedule {

  private static final long serialVersionUID = 1L;

  private final long[] steps;

  ListedSteps(long[] steps) {
    this.steps = steps.clone();
    Arrays.sort(this.steps);
    if (steps.length == 0 || this.steps[0] < 0) {
      throw new IllegalArgumentException(
          "at(" + Arrays.toString(steps) + "): give at least one step, and none below 0");
    }
  }

  @Override
  public boolean isDue(long step) {
    return Arrays.binarySearch(steps, step) >= 0;
  }

  @Override
  public String toString() {
    return "steps " + Arrays.toString(steps);
  }
}
