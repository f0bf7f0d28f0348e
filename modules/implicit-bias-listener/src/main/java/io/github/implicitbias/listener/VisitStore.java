package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.VisitRecorder;
import io.github.implicitbias.core.visit.EpochOfVisits;
import io.github.implicitbias.core.visit.VisitBook;
import java.util.List;

/**
 * Brings the visits of a book into the run that they belong to, at the end of each epoch and at the
 * end of the run. It holds neither the network nor the session.
 */
final class VisitStore {

  private final VisitBook book;
  private final VisitRecorder recorder;
  private final HardestRows rows;
  private int stored;

  /**
   * Prepares to store the epochs of the book, those that have ended and those to come.
   *
   * @param recorder of the run
   * @param rows features of samples that go into the tables
   */
  VisitStore(VisitBook book, VisitRecorder recorder, HardestRows rows) {
    this.book = book;
    this.rows = rows;
    this.recorder = recorder;
    recorder.atEnd(this::end);
  }

  /** Stores what the book has of epochs that have ended. */
  synchronized void epochEnded() {
    List<EpochOfVisits> epochs = book.epochs();
    boolean wanted = false;
    for (; stored < epochs.size(); stored++) {
      recorder.epoch(epochs.get(stored).stored());
      wanted = recorder.wantsSamples(epochs.get(stored).epoch());
    }
    if (wanted && book.returns()) {
      recorder.samples(rows.addTo(book.table(false), book));
    }
  }

  private synchronized void end() {
    book.endEpoch();
    epochEnded();
    if (stored > 0) {
      recorder.samples(rows.addTo(book.table(true), book));
    }
  }
}
