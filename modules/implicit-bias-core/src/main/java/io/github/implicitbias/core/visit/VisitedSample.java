package io.github.implicitbias.core.visit;

import io.github.implicitbias.run.Absent;

/**
 * What the visits of one training sample have shown so far. Means are over visits whose value is
 * finite, from the second visit on; numbers that are not known are {@link Absent}.
 */
public final class VisitedSample {

  private final int number;
  private final String id;
  private final int visits;
  private final int lastStep;
  private final int label;
  private final int predicted;
  private final int instead;
  private final double lastMargin;
  private final double meanMargin;
  private final double meanConfidence;
  private final double confidenceDeviation;
  private final double lastLoss;
  private final double meanLoss;
  private final boolean correct;
  private final int learnedAt;
  private final int forgotten;

  VisitedSample(int number, String id, SampleRecords records) {
    this.number = number;
    this.id = id;
    this.visits = records.visits(number);
    this.lastStep = records.lastStep(number);
    this.label = records.label(number);
    this.predicted = records.predicted(number);
    this.instead = records.instead(number);
    this.lastMargin = known(records.lastMargin(number));
    this.meanMargin = known(records.meanMargin(number));
    this.meanConfidence = known(records.meanConfidence(number));
    this.confidenceDeviation = known(records.confidenceDeviation(number));
    this.lastLoss = known(records.lastLoss(number));
    this.meanLoss = known(records.meanLoss(number));
    this.correct = records.isCorrect(number);
    this.learnedAt = records.learnedAt(number);
    this.forgotten = records.forgotten(number);
  }

  private static double known(double value) {
    return Double.isNaN(value) ? Absent.VALUE : value;
  }

  /** Returns the number of the sample, from 0. */
  public int number() {
    return number;
  }

  /** Returns the name that the sample was given; its number as a text if it was given none. */
  public String id() {
    return id;
  }

  /** Returns the number of visits; 0 for a sample of the training set that has not come yet. */
  public int visits() {
    return visits;
  }

  /** Returns the step of the last visit; -1 if there was none. */
  public int lastStep() {
    return lastStep;
  }

  /** Returns the class of the label at the last visit; -1 if the label names none. */
  public int label() {
    return label;
  }

  /** Returns the class that the network named at the last visit; -1 if it names none. */
  public int predicted() {
    return predicted;
  }

  /**
   * Returns the class that the network named at the last visit if the label's own is left aside:
   * what it says instead of the label; -1 if it names none.
   */
  public int instead() {
    return instead;
  }

  /** Returns the margin at the last visit, in units of the output's pre-activation. */
  public double lastMargin() {
    return lastMargin;
  }

  /**
   * Returns the mean margin over the visits ("area under the margin", Pleiss et al.,
   * arXiv:2001.10528, there over epochs and from the first on).
   */
  public double meanMargin() {
    return meanMargin;
  }

  /** Returns the mean probability of the label's class (Swayamdipta et al., arXiv:2009.10795). */
  public double meanConfidence() {
    return meanConfidence;
  }

  /** Returns the population standard deviation of the probability of the label's class. */
  public double confidenceDeviation() {
    return confidenceDeviation;
  }

  /** Returns the sample's own loss at the last visit. */
  public double lastLoss() {
    return lastLoss;
  }

  /** Returns the mean of the sample's own loss. */
  public double meanLoss() {
    return meanLoss;
  }

  /** Returns true if the margin was positive at the last visit that had one. */
  public boolean isCorrect() {
    return correct;
  }

  /** Returns the step of the first visit with a positive margin; -1 if there was none. */
  public int learnedAt() {
    return learnedAt;
  }

  /**
   * Returns how often the margin was positive at one visit and not at the next (Toneva et al.,
   * arXiv:1812.05159).
   */
  public int forgotten() {
    return forgotten;
  }

  @Override
  public String toString() {
    return "sample "
        + id
        + ": label "
        + label
        + ", network says "
        + predicted
        + ", mean margin "
        + meanMargin
        + " over "
        + visits
        + " visits";
  }
}
