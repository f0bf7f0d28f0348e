package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.run.Definition;

/** What watching costs. */
final class CostMetrics {

  /**
   * CPU time that watching has taken so far, that of the recorders' thread included, divided by the
   * CPU time of the training thread without it; absent at the first record, and where threads have
   * no CPU clock.
   */
  public static final Metric WATCH_SHARE =
      Metric.ofNetwork("watchShare")
          .definition(
              Definition.formula(
                      "CPU time of watching so far / CPU time of the training thread without it")
                  .applies("not at the first record, nor without a CPU clock of threads")
                  .expect(
                      "what the listener costs; falls after the first records, which compute"
                          + " everything")
                  .title("share of the time that watching takes")
                  .withoutChart())
          .withoutProbe()
          .value((observation, layer) -> observation.watchShare());

  private CostMetrics() {}
}
