package io.github.implicitbias.run.format;

import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Record;

/**
 * Receives the records of a block in order; per record first {@link #record}, then its values per
 * sample, its values per unit, its flips and its events.
 */
public interface RecordVisitor {

  /** Is told that the records of a block come next. */
  default void begin(RecordBlock block) {}

  /**
   * Receives a record.
   *
   * @param record valid during the call only
   */
  void record(Record record);

  /**
   * Receives one row of numbers per sample of the record before; only those recorded, columns in
   * order.
   *
   * @param column see {@link RunHeader#sampleColumnNumber}
   * @param values one per sample; valid during the call only
   */
  default void sampleValues(int column, double[] values) {}

  /**
   * Receives one row of numbers per unit of the record before; only those recorded, columns in
   * order.
   *
   * @param column position among {@link RunHeader#unitColumns}
   * @param values one per unit of the column's layer; valid during the call only
   */
  default void unitValues(int column, double[] values) {}

  /** Receives one flip of the record before, layers in order, then kinds in order. */
  default void flip(int layer, FlipKind kind, int unit, int sample) {}

  /**
   * Is told that all flips of a layer at this record have been received; only if there were any.
   */
  default void endOfLayer(int layer) {}

  /** Receives one event of the record before. */
  default void event(Event event) {}
}
