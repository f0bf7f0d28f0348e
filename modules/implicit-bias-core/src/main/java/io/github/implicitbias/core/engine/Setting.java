package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.run.EventKind;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the instruments of one run have in common: its sizes, what they see, what they may take. */
final class Setting {

  private final Dimensions dimensions;
  private final NetworkView network;
  private final Observation whole;
  private final FailureLog failures;
  private final Allowance allowance;
  private final SharedResults shared;
  private @Nullable Relief relief;
  private final Map<Needs, Observation> views = new HashMap<>();

  /**
   * Describes a run.
   *
   * @param network can tell the sizes of its layers
   * @param whole what is observed
   * @param shared whose arrays are freed when memory has run out over them
   */
  Setting(
      Dimensions dimensions,
      NetworkView network,
      Observation whole,
      FailureLog failures,
      Allowance allowance,
      SharedResults shared) {
    this.dimensions = dimensions;
    this.network = network;
    this.whole = whole;
    this.failures = failures;
    this.allowance = allowance;
    this.shared = shared;
  }

  /** Returns what an instrument with such needs sees. */
  Observation view(Needs needs) {
    return views.computeIfAbsent(needs, some -> some.shown(whole));
  }

  /** Asks an instrument when it is due and what it takes. */
  Due due(
      String kind,
      String id,
      Needs needs,
      Function<Dimensions, Cadence> cadence,
      Price.Rule price) {
    Due due =
        new Due(
            kind,
            id,
            needs,
            cadence,
            () -> {
              Price own = price.of(dimensions, network);
              return (own == null ? Price.FREE : own).and(needs.price(dimensions, network));
            },
            dimensions,
            failures);
    allowance.add(due);
    return due;
  }

  /**
   * Takes note that memory ran out over an instrument: one that keeps arrays is not computed again,
   * and they are freed; for one that takes next to nothing, something else is given up.
   *
   * @return true if it can be tried again, because something else was given up
   */
  boolean mayTryAgain(Due due, OutOfMemoryError e) {
    if (relief != null) {
      relief.release();
    }
    if (due.ranOutOfMemory()) {
      whole.network().letGo();
      shared.letGo(due.price().works());
      shared.letGo(due.needs().resultsBeyond(Needs.NONE));
      if (relief != null) {
        relief.makeRoom();
      }
      failures.failed(due.fuse, EventKind.METRIC_FAILED, e, ", it is left out from now on");
      return false;
    }
    if (relief != null && relief.next()) {
      return true;
    }
    failures.failed(due.fuse, EventKind.METRIC_FAILED, e, ", it is absent at this record");
    return false;
  }

  /** Says what gives up arrays when memory runs out. */
  void relief(Relief of) {
    relief = of;
  }
}
