package io.github.implicitbias.core.engine;

import org.jspecify.annotations.Nullable;

/**
 * Says to a session what is read of the step that has begun beside the observation of the probe:
 * its visits, so that they stand in its record, and its gradient and its update, so that laws can
 * be judged. What that costs is part of the share of watching.
 */
public final class StepReading {

  private final CostMeter meter;
  private final StepRecords records;
  private @Nullable LawRunner laws;
  private boolean isDue;

  StepReading(CostMeter meter, StepRecords records) {
    this.meter = meter;
    this.records = records;
  }

  void judge(LawRunner runner) {
    laws = runner;
  }

  boolean hasLaws() {
    return laws != null;
  }

  /** Returns true if the step that has begun is read for laws. */
  boolean isDue() {
    return isDue;
  }

  /** Says that reading visits begins where {@link Session#begin} has just returned. */
  public void visitsGoOn() {
    meter.enterVisitsAtOnce();
  }

  /** Says that reading visits begins, or goes on. */
  public void visitsBegin() {
    meter.enter();
  }

  /** Says that reading visits pauses, or has ended. */
  public void visitsPause() {
    meter.leaveVisits();
  }

  /**
   * Says that the visits have been taken down in the book. Where several sessions share a book, who
   * calls this holds its lock since then, so that no other step comes between.
   *
   * @param step the step of the session that has begun
   */
  public void visitsTaken(long step) {
    records.visited(step);
  }

  /**
   * Returns true if gradient and parameters of a step will be read for laws, and its outputs should
   * be.
   */
  public boolean isDueForLaws(long step) {
    isDue = laws != null && laws.isDue(step);
    return isDue;
  }

  /**
   * Says that the gradient of the step is known, while the parameters are still those of it.
   *
   * @param epoch number of epochs that have ended
   * @param samples of its batch
   */
  public void gradientKnown(long step, int epoch, int samples) {
    enter();
    if (laws != null) {
      laws.begin(step, epoch, samples);
    }
    leave();
  }

  /** Says that the parameters are those that the update has left. */
  public void updated() {
    enter();
    if (laws != null) {
      laws.end();
    }
    leave();
  }

  /**
   * Says that reading steps for laws has failed and goes on no more: it is counted among the
   * failures of the session, the next record has an event, and the log one line.
   */
  public void failedForLaws(Throwable cause) {
    records.failed("reading steps for laws", cause, ", no law is judged any more");
  }

  private void enter() {
    if (isDue) {
      meter.enter();
    }
  }

  private void leave() {
    if (isDue) {
      meter.leaveVisits();
    }
  }
}
