package io.github.implicitbias.core.engine;

/**
 * Says to a session when the visits of the step that has begun are read, so that they stand in its
 * record, and what that costs in the share of watching.
 */
public final class StepVisits {

  private final CostMeter meter;
  private final StepRecords records;

  StepVisits(CostMeter meter, StepRecords records) {
    this.meter = meter;
    this.records = records;
  }

  /** Says that reading begins where {@link Session#begin} has just returned. */
  public void goOn() {
    meter.enterVisitsAtOnce();
  }

  /** Says that reading begins, or goes on. */
  public void begin() {
    meter.enter();
  }

  /** Says that reading pauses, or has ended. */
  public void pause() {
    meter.leaveVisits();
  }

  /**
   * Says that the visits have been taken down in the book. Where several sessions share a book, who
   * calls this holds its lock since then, so that no other step comes between.
   *
   * @param step the step of the session that has begun
   */
  public void taken(long step) {
    records.visited(step);
  }
}
