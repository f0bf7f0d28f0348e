package io.github.implicitbias.run.format;

/** What is known of each training sample by its visits: one number per sample (docs/visits.md). */
public enum VisitColumn {

  /** The class that the label names. */
  LABEL("label", false, true),

  /** The class that the network named at the last visit if that of the label is left aside. */
  INSTEAD("instead", false, true),

  /** How often training has seen the sample. */
  VISITS("visits", false, false),

  /** The step of the last visit. */
  LAST_STEP("lastStep", false, false),

  /** The margin at the last visit. */
  LAST_MARGIN("lastMargin", true, true),

  /** The mean margin from the second visit on. */
  MEAN_MARGIN("meanMargin", true, true),

  /** The mean probability of the label's class from the second visit on. */
  MEAN_CONFIDENCE("meanConfidence", true, true),

  /** The population standard deviation of that probability. */
  SD_CONFIDENCE("sdConfidence", true, true),

  /** The mean of the sample's own loss from the second visit on. */
  MEAN_LOSS("meanLoss", true, true),

  /** 1 if the margin was positive at the last visit that had one, else 0. */
  CORRECT("correct", false, true),

  /** The step of the first visit with a positive margin. */
  LEARNED_AT("learnedAt", false, false),

  /** How often the margin was positive at one visit and not at the next. */
  FORGOTTEN("forgotten", false, true);

  private final String id;
  private final boolean fraction;
  private final boolean atEpochs;

  VisitColumn(String id, boolean fraction, boolean atEpochs) {
    this.id = id;
    this.fraction = fraction;
    this.atEpochs = atEpochs;
  }

  /** Returns the name of the column in files. */
  public String id() {
    return id;
  }

  /** Returns true if the numbers are floating-point, false if they are whole. */
  public boolean isFraction() {
    return fraction;
  }

  /** Returns true if the column is also kept at the end of each epoch. */
  public boolean isAtEpochs() {
    return atEpochs;
  }
}
