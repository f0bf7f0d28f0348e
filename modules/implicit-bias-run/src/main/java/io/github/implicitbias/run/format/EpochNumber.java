package io.github.implicitbias.run.format;

/** What is known of an epoch over all its visits: one number per epoch (docs/visits.md). */
public enum EpochNumber {

  /** The number of visits. */
  VISITS("visits"),

  /** How many different samples were visited, of those that are kept. */
  SAMPLES("samples"),

  /** How many samples were visited for the first time. */
  NEW_SAMPLES("newSamples"),

  /** The share of the visits with a margin at which it was positive. */
  ACCURACY("accuracy"),

  /** The mean of the samples' own losses over the visits. */
  MEAN_LOSS("meanLoss"),

  /** How many samples had their first positive margin in this epoch. */
  LEARNED("learned"),

  /** How often a sample lost its positive margin between two visits. */
  FORGOTTEN("forgotten"),

  /** How many samples have had no positive margin so far. */
  NEVER_LEARNED("neverLearned"),

  /** The margin that a hundredth of the samples is below. */
  MARGIN_01("margin01"),

  /** The margin that a tenth of the samples is below. */
  MARGIN_10("margin10"),

  /** The margin that half of the samples is below. */
  MARGIN_50("margin50"),

  /** The margin that nine tenths of the samples are below. */
  MARGIN_90("margin90"),

  /** The margin that 99 hundredths of the samples are below. */
  MARGIN_99("margin99"),

  /** The confidence that a hundredth of the samples is below. */
  CONFIDENCE_01("confidence01"),

  /** The confidence that a tenth of the samples is below. */
  CONFIDENCE_10("confidence10"),

  /** The confidence that half of the samples is below. */
  CONFIDENCE_50("confidence50"),

  /** The confidence that nine tenths of the samples are below. */
  CONFIDENCE_90("confidence90"),

  /** The confidence that 99 hundredths of the samples are below. */
  CONFIDENCE_99("confidence99"),

  /** Which part of the sum of the loss derivatives the largest hundredth of the samples carries. */
  PULL_OF_LARGEST_HUNDREDTH("pullOfLargestHundredth"),

  /** Which part of the sum of the loss derivatives the largest tenth of the samples carries. */
  PULL_OF_LARGEST_TENTH("pullOfLargestTenth");

  private final String id;

  EpochNumber(String id) {
    this.id = id;
  }

  /** Returns the name of the number in files. */
  public String id() {
    return id;
  }
}
