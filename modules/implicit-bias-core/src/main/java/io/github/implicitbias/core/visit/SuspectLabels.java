package io.github.implicitbias.core.visit;

import io.github.implicitbias.run.Absent;

/**
 * Samples whose labels their mean margins speak against, by the mirrored margin: suspect is whoever
 * is rejected as firmly as most of the accepted samples are accepted. With Q the quantile of the
 * positive mean margins at {@link #QUANTILE}, linearly interpolated, a sample is suspect if its
 * mean margin is -Q or less. The rule has no scale, no extra class and no rate of noise (derived
 * and measured for this project; docs/visits.md says where it fails).
 */
public final class SuspectLabels {

  /** Part of the accepted samples that may be accepted less firmly than a suspect is rejected. */
  public static final double QUANTILE = 0.2;

  private static final double ENOUGH_MEANS = 0.9;
  private static final double ENOUGH_POSITIVE = 0.5;

  private final int[] samples;
  private final double threshold;
  private final double expectedByChance;
  private final String reason;

  private SuspectLabels(int[] samples, double threshold, double expectedByChance, String reason) {
    this.samples = samples;
    this.threshold = threshold;
    this.expectedByChance = expectedByChance;
    this.reason = reason;
  }

  /**
   * Applies the rule.
   *
   * @param means the mean margin of each sample; NaN if it has none yet
   * @param visited how many of them were visited
   */
  static SuspectLabels of(double[] means, int visited) {
    double[] known = new double[means.length];
    double[] positive = new double[means.length];
    int knowns = 0;
    int positives = 0;
    for (double mean : means) {
      if (!Double.isNaN(mean)) {
        known[knowns++] = mean;
      }
      if (mean > 0) {
        positive[positives++] = mean;
      }
    }
    if (knowns == 0 || knowns < ENOUGH_MEANS * visited) {
      return none(
          knowns
              + " of "
              + visited
              + " samples have a mean margin so far, which takes"
              + " two visits; the rule waits for nine tenths");
    }
    if (positives == 0 || positives < ENOUGH_POSITIVE * knowns) {
      return none(
          "the mean margin is positive for "
              + positives
              + " of "
              + knowns
              + " samples; the rule waits until the network has learned half of them");
    }
    double quantile = Ranks.quantiles(positive, positives, new double[] {QUANTILE})[0];
    int[] suspects =
        java.util.stream.IntStream.range(0, means.length)
            .filter(i -> -means[i] >= quantile)
            .boxed()
            .sorted((a, b) -> Double.compare(means[a], means[b]))
            .mapToInt(i -> i)
            .toArray();
    return new SuspectLabels(suspects, -quantile, beyond(known, knowns, quantile), "");
  }

  private static SuspectLabels none(String reason) {
    return new SuspectLabels(new int[0], Absent.VALUE, Absent.VALUE, reason);
  }

  private static double beyond(double[] means, int count, double quantile) {
    long accepted = 0;
    long rejected = 0;
    for (int i = 0; i < count; i++) {
      accepted += means[i] > 0 && means[i] < quantile ? 1 : 0;
      rejected += means[i] <= 0 && means[i] > -quantile ? 1 : 0;
    }
    return rejected < accepted
        ? (double) rejected * rejected / (accepted - rejected)
        : Absent.VALUE;
  }

  /** Returns the numbers of the suspects, the smallest mean margin first. */
  public int[] samples() {
    return samples.clone();
  }

  /** Returns the largest mean margin of a suspect; absent if the rule cannot be applied yet. */
  public double threshold() {
    return threshold;
  }

  /**
   * Returns how many samples with a right label the rule would list: hard or unusual ones, whose
   * mean margin is that low by chance. It is read off the samples on both sides of 0. With A of
   * them in (0, Q) and B in (-Q, 0], and each further stretch of length Q holding the same part B /
   * A of the one before, B^2 / (A - B) lie at -Q or below. Wrong labels among the B make it too
   * large rather than too small: in trainings on MNIST, with changed labels and without, it was 1.2
   * to 5.6 times the number of right labels that were listed (docs/visits.md). Our own estimate,
   * without a guarantee.
   *
   * @return absent if the rule cannot be applied yet, or B is not smaller than A
   */
  public double expectedByChance() {
    return expectedByChance;
  }

  /** Returns why the rule cannot be applied yet; empty if it was. */
  public String reason() {
    return reason;
  }
}
