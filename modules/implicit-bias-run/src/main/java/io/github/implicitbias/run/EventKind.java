package io.github.implicitbias.run;

import org.jspecify.annotations.Nullable;

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
  PREDICTION_CONDITIONS("predictionConditions"),
  /** A recorder takes records again; how many it has lost is in the detail. */
  RECORDER_RECOVERED("recorderRecovered"),
  /** The count of steps was set back: this run goes on where another ended. */
  RUN_CONTINUES("runContinues"),
  /**
   * The loss, or another number that is observed, is NaN or infinite; the layer is the first in
   * which that is so, the detail says which numbers and since when.
   */
  NOT_FINITE("notFinite"),
  /** All numbers that are observed are finite again, as after parameters were set back. */
  FINITE_AGAIN("finiteAgain"),
  /** A rule has found something, or something else than before. */
  FINDING("finding"),
  /** A trigger has begun to hold: which, what is done, and what was seen. */
  TRIGGERED("triggered"),
  /** An action could not be done. */
  ACTION_FAILED("actionFailed");

  private final String id;

  EventKind(String id) {
    this.id = id;
  }

  /** Returns the word for the kind. */
  public String id() {
    return id;
  }

  /** Returns true if events of this kind tell what a prediction has said. */
  public boolean isOfPrediction() {
    return this == PREDICTION_VIOLATED
        || this == PREDICTION_REACHED
        || this == PREDICTION_NOT_APPLICABLE
        || this == PREDICTION_CONDITIONS;
  }

  /**
   * Returns the kind of the event with which a verdict of a state begins; null for the state that
   * no event begins.
   */
  public static @Nullable EventKind of(Verdict.State state) {
    switch (state) {
      case NOT_APPLICABLE:
        return PREDICTION_NOT_APPLICABLE;
      case VIOLATED:
        return PREDICTION_VIOLATED;
      case REACHED:
        return PREDICTION_REACHED;
      default:
        return null;
    }
  }
}
