package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Definition;

/**
 * CPU time that watching has taken so far, that of the recorders' thread included, divided by the
 * CPU time of the training thread without it; absent at the first record, and where threads have no
 * CPU clock.
 */
public final class WatchShare implements Metric {

  @Override
  public String id() {
    return "watchShare";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "CPU time of watching so far / CPU time of the training thread without it")
        .applies("not at the first record, nor without a CPU clock of threads")
        .expect("what the listener costs; falls after the first records, which compute everything")
        .title("share of the time that watching takes")
        .withoutChart();
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.watchShare();
  }
}
