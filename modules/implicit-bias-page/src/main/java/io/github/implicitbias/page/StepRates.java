package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;

/**
 * Flips per step of each layer, and means of the loss, over all steps: kept while blocks are
 * indexed. Flips between two observations belong to all steps between them, however many records
 * were left out there. Thread-safe.
 */
final class StepRates {

  private static final FlipKind[] KINDS = FlipKind.values();

  private static final int LOSS = Column.Basic.LOSS.ordinal();

  /** Of all layers together: 16 MB. */
  private static final int MAX_CELLS = 1 << 21;

  private final int samples;
  private final int layers;
  private final StepSums flips;
  private final StepSums means;
  private final long[] pending;

  /** Where pending has flips: there may be many layers of which few flip. */
  private final int[] touched;

  private int touches;
  private long lastBlock = -1;
  private long block;
  private long observedAt = -1;
  private long observedBefore = -1;

  StepRates(RunHeader header) {
    samples = header.samples();
    layers = header.layers().size();
    flips = new StepSums(1 + layers * KINDS.length, MAX_CELLS);
    means = new StepSums(2, MAX_CELLS);
    pending = new long[layers * KINDS.length];
    touched = new int[pending.length];
  }

  /** Begins the next block; it counts from {@link #accepted} on. */
  RecordVisitor block(RecordBlock next) {
    block = next.number();
    if (next.previousNumber() != lastBlock) {
      observedAt = -1; // what came between is lost
    }
    return new RecordVisitor() {
      @Override
      public void record(Record record) {
        next(record);
      }

      @Override
      public void flip(int layer, FlipKind kind, int unit, int sample) {
        int k = layer * KINDS.length + kind.ordinal();
        if (pending[k]++ == 0) {
          touched[touches++] = k;
        }
      }
    };
  }

  private synchronized void next(Record record) {
    flush();
    double loss = record.value(LOSS);
    if (Double.isFinite(loss)) {
      means.add(0, record.step(), loss);
      means.add(1, record.step(), 1);
    }
    observedBefore = -1;
    if (record.isObserved() && samples > 0) {
      observedBefore = observedAt;
      observedAt = record.step();
      flips.start(observedAt);
    }
  }

  /** The flips of the record before are complete. */
  private synchronized void flush() {
    if (observedBefore >= 0 && observedAt > observedBefore) {
      flips.spread(0, observedBefore, observedAt, observedAt - observedBefore);
      for (int at = 0; at < touches; at++) {
        int k = touched[at];
        flips.spread(1 + k, observedBefore, observedAt, pending[k]);
      }
    }
    observedBefore = -1;
    for (int at = 0; at < touches; at++) {
      pending[touched[at]] = 0;
    }
    touches = 0;
  }

  /** Says that the run has accepted the block. */
  void accepted() {
    flush();
    lastBlock = block;
  }

  /**
   * Returns the flips of a layer: of each kind their number per bucket, and the steps seen there.
   */
  synchronized ObjectNode flips(int layer) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("layer", layer);
    answer.put("begin", flips.begin());
    answer.put("width", flips.width());
    flips.write(0, answer.putArray("steps"));
    for (FlipKind kind : KINDS) {
      flips.write(1 + layer * KINDS.length + kind.ordinal(), answer.putArray(kind.id()));
    }
    return answer;
  }

  /** Returns the sum of the loss per bucket, and of how many records it is. */
  synchronized ObjectNode means() {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("begin", means.begin());
    answer.put("width", means.width());
    means.write(0, answer.putArray("loss"));
    means.write(1, answer.putArray("lossRecords"));
    return answer;
  }
}
