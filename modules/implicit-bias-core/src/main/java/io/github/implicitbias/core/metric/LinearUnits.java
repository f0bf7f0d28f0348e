package io.github.implicitbias.core.metric;

/** Number of units that are on for every sample of the probe. */
public final class LinearUnits implements Metric {

  @Override
  public String id() {
    return "linearUnits";
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.pattern(layer).linearUnits();
  }
}
