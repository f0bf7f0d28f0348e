package io.github.implicitbias.run.format;

import io.github.implicitbias.run.Absent;
import java.util.Objects;

/** Samples whose labels their mean margins speak against (docs/visits.md). Immutable. */
public final class VisitSuspects {

  private final int[] samples;
  private final double threshold;
  private final double expectedByChance;
  private final String reason;

  /**
   * Describes the suspects.
   *
   * @param samples numbers of the suspects, the smallest mean margin first
   * @param threshold largest mean margin of a suspect; absent if the rule could not be applied
   * @param expectedByChance how many samples with a right label the rule would list, estimated;
   *     absent if unknown
   * @param reason why the rule could not be applied; empty if it was
   */
  public VisitSuspects(int[] samples, double threshold, double expectedByChance, String reason) {
    this.samples = samples.clone();
    this.threshold = threshold;
    this.expectedByChance = expectedByChance;
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** Returns what is known before the rule was applied. */
  static VisitSuspects none() {
    return new VisitSuspects(new int[0], Absent.VALUE, Absent.VALUE, "");
  }

  /** Returns the numbers of the suspects, the smallest mean margin first. */
  public int[] samples() {
    return samples.clone();
  }

  /** Returns the number of suspects. */
  public int size() {
    return samples.length;
  }

  /** Returns the largest mean margin of a suspect; absent if the rule could not be applied. */
  public double threshold() {
    return threshold;
  }

  /**
   * Returns how many samples with a right label the rule would list by chance, as estimated while
   * training went on; absent if it is not known.
   */
  public double expectedByChance() {
    return expectedByChance;
  }

  /** Returns why the rule could not be applied; empty if it was. */
  public String reason() {
    return reason;
  }
}
