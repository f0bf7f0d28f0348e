package io.github.implicitbias.core.metric;

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
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.watchShare();
  }
}
