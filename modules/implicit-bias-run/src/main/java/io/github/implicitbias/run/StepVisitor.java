package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RecordVisitor;

/** What is written beside the values of records, each row with the step of its record. */
abstract class StepVisitor implements RecordVisitor {

  /** The step of the record to which belongs what is visited. */
  long step;

  @Override
  public void record(Record record) {
    step = record.step();
  }
}
