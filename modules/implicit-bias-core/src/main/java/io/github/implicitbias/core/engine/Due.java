package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.run.EventKind;
import java.util.function.Function;

/** When an instrument is due, and whether it still may. */
final class Due {

  final Fuse fuse;
  private final FailureLog failures;
  private final Cadence cadence;

  /** Asks an instrument for its cadence; one that fails at it is due at every record. */
  Due(
      String name,
      Function<Dimensions, Cadence> cadence,
      Dimensions dimensions,
      FailureLog failures) {
    this.fuse = new Fuse(name);
    this.failures = failures;
    Cadence asked = Cadence.everyRecord();
    try {
      Cadence answer = cadence.apply(dimensions);
      asked = answer == null ? asked : answer;
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable e) {
      failed(e);
    }
    this.cadence = asked;
  }

  /**
   * Returns true if the instrument is to be evaluated.
   *
   * @param record counted from 0
   * @param complete true if everything is due
   */
  boolean isNow(long record, boolean complete) {
    return !fuse.isBlown() && (complete || cadence.isDue(record));
  }

  void failed(Throwable e) {
    failures.failed(fuse, EventKind.METRIC_FAILED, e, ", its value is NaN here");
  }
}
