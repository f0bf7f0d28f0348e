package io.github.implicitbias.core.metric;

/** Number of entries (unit, sample) that are not a number; they are counted as off. */
public final class NanEntries implements Metric {

  @Override
  public String id() {
    return "nanEntries";
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.pattern(layer).nanEntries();
  }
}
