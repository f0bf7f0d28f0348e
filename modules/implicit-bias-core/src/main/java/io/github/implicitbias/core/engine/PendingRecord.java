package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Record;

/** The record of an observation, from where it is observed to where it goes into the queue. */
final class PendingRecord {

  private static final int LEARNING_RATE = Column.Basic.LEARNING_RATE.ordinal();
  private static final int SCORE = Column.Basic.SCORE.ordinal();

  private final Record record;
  private final StepRecords steps;
  private final RecordEvents noted;
  private boolean pending;
  private boolean settled;

  PendingRecord(Record record, StepRecords steps, RecordEvents noted) {
    this.record = record;
    this.steps = steps;
    this.noted = noted;
  }

  /** Says that all was written into the record that the observation shows. */
  void observed() {
    pending = true;
    settled = false;
  }

  boolean isThere() {
    return pending;
  }

  /** Writes what training says of the step. */
  void known(double learningRate, double score) {
    record.set(LEARNING_RATE, Double.isNaN(learningRate) ? Absent.VALUE : learningRate);
    record.set(SCORE, score);
  }

  /**
   * Adds what is said of the complete record, once: visits, laws, findings, triggers.
   *
   * @param early true if the update is still to come: the model is that of the record
   */
  void settle(boolean early) {
    if (pending && !settled) {
      settled = true;
      steps.addTo(record, early);
    } else if (pending && !early) {
      steps.update(record);
    }
  }

  /** Hands the record over. */
  void add(Relief relief, RecordQueue queue, long records, long watchNanos) {
    try {
      record.recorded(System.currentTimeMillis(), watchNanos);
      relief.add(record, queue, records);
    } finally {
      pending = false;
      noted.recorded();
    }
  }
}
