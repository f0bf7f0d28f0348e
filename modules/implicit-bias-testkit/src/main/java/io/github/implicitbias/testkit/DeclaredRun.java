package io.github.implicitbias.testkit;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The run of a network in which only what one instrument has declared is found out. */
final class DeclaredRun {

  private final @Nullable PlainStack net;
  private final Observation whole;
  private final Observation seen;
  private final Needs needs;
  private boolean first = true;

  /**
   * Makes the run.
   *
   * @param net null for a network of unknown kind
   */
  DeclaredRun(String id, @Nullable PlainStack net, Needs needs) {
    this.net = net;
    this.needs = needs;
    this.whole = net == null ? new OpaqueObservation() : net;
    this.seen =
        needs.shown(
            whole,
            undeclared ->
                Checks.that(
                    false,
                    id + ": it asks for what needs() does not name: " + needs.missing(undeclared)));
  }

  /** Makes an observation of the present parameters. */
  void observe() {
    Objects.requireNonNull(net).observe(needs.includes(Needs.BOUNDARY));
    needs.compute(whole, first);
    first = false;
  }

  /** Makes one step of gradient descent. */
  void step() {
    Objects.requireNonNull(net).descend();
  }

  /** Returns the observation as the instrument sees it. */
  Observation seen() {
    return seen;
  }
}
