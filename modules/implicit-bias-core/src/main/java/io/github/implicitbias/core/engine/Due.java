package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.run.EventKind;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** When an instrument is due, and whether it still may. */
final class Due {

  final Fuse fuse;
  private final FailureLog failures;
  private final Cadence cadence;
  private final String id;
  private final Needs needs;
  private final Price price;
  private final double bytes;
  private final boolean keepsArrays;
  private @Nullable String leftOut;
  private boolean lacksMemory;
  private boolean outOfMemory;

  /**
   * Asks an instrument for its cadence and its price; one that fails at it is due at every record,
   * and free.
   */
  Due(
      String kind,
      String id,
      Needs needs,
      Function<Dimensions, Cadence> cadence,
      Supplier<Price> price,
      Dimensions dimensions,
      FailureLog failures) {
    this.fuse = new Fuse(kind + id);
    this.id = id;
    this.needs = needs;
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
    Price told = Price.FREE;
    try {
      Price answer = price.get();
      told = answer == null ? told : answer;
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable e) {
      failed(e);
    }
    this.price = told;
    this.bytes = told.bytesBeyond(Set.of());
    this.keepsArrays = bytes > 0 || !needs.resultsBeyond(Needs.NONE).isEmpty();
  }

  String id() {
    return id;
  }

  Needs needs() {
    return needs;
  }

  Price price() {
    return price;
  }

  /** Lets it be computed, unless memory has run out over it. */
  void admit() {
    if (!outOfMemory) {
      leftOut = null;
      lacksMemory = false;
    }
  }

  /**
   * Leaves it out at the present record.
   *
   * @param forMemory true if it is to be left out at later records as well
   */
  void leaveOut(String why, boolean forMemory) {
    if (!outOfMemory) {
      leftOut = why;
      lacksMemory = forMemory;
    }
  }

  /** Returns why it was left out at the last complete record; null if it was not. */
  @Nullable String leftOut() {
    if (!outOfMemory) {
      return leftOut;
    }
    return bytes > 0
        ? "needs about " + Allowance.megabytes(bytes) + ", and memory ran out"
        : "keeps arrays, and memory ran out";
  }

  /** Returns true if it is left out because memory has run out over it. */
  boolean isOutOfMemory() {
    return outOfMemory;
  }

  /**
   * Leaves it out from now on, because memory has run out over it. Allocates nothing.
   *
   * @return false if it is one of those that need next to nothing: then the memory is out for all
   */
  boolean ranOutOfMemory() {
    outOfMemory |= keepsArrays;
    return keepsArrays;
  }

  /** Leaves it out from now on if it is one of those that take much memory. Allocates nothing. */
  void giveUp() {
    outOfMemory |= bytes > 0;
  }

  /**
   * Returns true if the instrument is to be evaluated.
   *
   * @param record counted from 0
   * @param complete true if everything is due
   */
  boolean isNow(long record, boolean complete) {
    if (fuse.isBlown() || outOfMemory) {
      return false;
    }
    return complete ? leftOut == null : cadence.isDue(record) && !lacksMemory;
  }

  void failed(Throwable e) {
    failures.failed(fuse, EventKind.METRIC_FAILED, e, ", its value is NaN here");
  }
}
