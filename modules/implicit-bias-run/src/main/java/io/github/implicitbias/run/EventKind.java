package io.github.implicitbias.run;

/** Kinds of events, with the word that files and the page use. The order is part of the format. */
public enum EventKind {
  UNIT_DIED("unitDied"),
  UNIT_REVIVED("unitRevived"),
  UNIT_LINEAR("unitLinear"),
  PLATEAU_BEGAN("plateauBegan"),
  PLATEAU_ENDED("plateauEnded"),
  PREDICTION_VIOLATED("predictionViolated"),
  PREDICTION_REACHED("predictionReached"),
  METRIC_FAILED("metricFailed"),
  HISTORY_THINNED("historyThinned"),
  SCHEDULE_STRETCHED("scheduleStretched"),
  PREDICTION_NOT_APPLICABLE("predictionNotApplicable"),
  OBSERVATION_FAILED("observationFailed"),
  RECORDER_FAILED("recorderFailed"),
  PREDICTION_CONDITIONS("predictionConditions");

  /** Number of kinds in version 1 of the format. */
  public static final int KINDS_V1 = 10;

  private final String id;

  EventKind(String id) {
    this.id = id;
  }

  public String id() {
    return id;
  }
}
