package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RecordVisitor;

/** Lets a visitor see the record of one step and no other. */
final class AtStep implements RecordVisitor {
  private final long step;
  private final RecordVisitor visitor;
  private boolean here;
  private boolean found;

  /** Makes a visitor that lets another see one step. */
  public AtStep(long step, RecordVisitor visitor) {
    this.step = step;
    this.visitor = visitor;
  }

  @Override
  public void record(Record record) {
    here = record.step() == step;
    if (here) {
      found = true;
      visitor.record(record);
    }
  }

  @Override
  public void sampleValues(int column, double[] values) {
    if (here) {
      visitor.sampleValues(column, values);
    }
  }

  @Override
  public void unitValues(int column, double[] values) {
    if (here) {
      visitor.unitValues(column, values);
    }
  }

  @Override
  public void flip(int layer, FlipKind kind, int unit, int sample) {
    if (here) {
      visitor.flip(layer, kind, unit, sample);
    }
  }

  /** Returns true if the step was there. */
  public boolean hasFound() {
    return found;
  }
}
