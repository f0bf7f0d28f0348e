package io.github.implicitbias.core.run;

import io.github.implicitbias.core.pattern.FlipKind;

/** Receives the records of a block in order; per record first {@link #record}, then its flips. */
public interface RecordVisitor {

  /**
   * Receives a record.
   *
   * @param record valid during the call only
   */
  void record(RecordView record);

  /** Receives one flip of the record before, layers in order, then kinds in order. */
  default void flip(int layer, FlipKind kind, int unit, int sample) {}

  /**
   * Is told that all flips of a layer at this record have been received; only if there were any.
   */
  default void endOfLayer(int layer) {}

  /** Receives one event of the record before. */
  default void event(Event event) {}
}
