package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.EpochNumber;
import java.util.Set;

/** The loss goes up and down instead of falling. */
final class Oscillation implements FindingRule {

  private static final int FEWEST = 8;
  private static final int LONG = 32 * Trend.MOST;

  private final double amplitude;
  private final double part;

  /**
   * Sets limits.
   *
   * @param amplitude of a swing, as a part of the loss at first
   * @param part of the stretches that have to go up by as much, and as many down
   */
  Oscillation(double amplitude, double part) {
    this.amplitude = amplitude;
    this.part = part;
  }

  @Override
  public String id() {
    return "oscillation";
  }

  @Override
  public Set<String> reads() {
    return Set.of("batchLoss", "loss", "score", "stabilityRatio");
  }

  /** A batch differs from the next by chance; epochs and long stretches do not. */
  private static Trend loss(Course course) {
    Trend epochs = course.ofEpochs(EpochNumber.MEAN_LOSS);
    Trend all = Losses.of(course);
    boolean noisy = course.trend("batchLoss").isKnown() && all.count() < LONG;
    return noisy || epochs.count() >= FEWEST ? epochs : all;
  }

  @Override
  public Finding judge(Course course) {
    Trend loss = loss(course);
    if (loss.size() < FEWEST || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.UPDATE, "");
    }
    int from = loss.size() / 2;
    double swing = amplitude * Math.max(loss.mean(0), Double.MIN_NORMAL);
    int up = 0;
    int down = 0;
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (int k = from; k < loss.size() - 1; k++) {
      double change = loss.mean(k) - loss.mean(k - 1);
      up += change > swing ? 1 : 0;
      down += change < -swing ? 1 : 0;
      least = Math.min(least, loss.mean(k));
      most = Math.max(most, loss.mean(k));
    }
    double needed = Math.max(2, part * (loss.size() - 1 - from));
    if (up < needed || down < needed) {
      return Finding.of(id(), Level.NOTHING, Subject.UPDATE, "");
    }
    Finding finding =
        Finding.of(
                id(),
                Level.ATTENTION,
                Subject.UPDATE,
                "The loss goes up and down between "
                    + Numbers.of(least)
                    + " and "
                    + Numbers.of(most)
                    + " instead of settling.")
            .since(loss.step(from - 1))
            .advising("Lower the learning rate, or take larger batches.")
            .threshold(
                "attention if over the second half of the run "
                    + Numbers.percent(part)
                    + " of the changes from epoch to epoch (without epochs, between stretches) go"
                    + " up by more than "
                    + Numbers.percent(amplitude)
                    + " of the first loss, and as many down")
            .with("stretches that went up", Integer.toString(up))
            .with("stretches that went down", Integer.toString(down));
    Trend ratio = course.trend("stabilityRatio");
    return ratio.isKnown()
        ? finding.with(
            "learning rate x sharpness / stable limit", Numbers.of(ratio.meanOfLast(0.25)))
        : finding;
  }
}
