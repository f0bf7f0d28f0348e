package io.github.implicitbias.core.metric;

/** Euclidean distance of the trainable parameters from those of the first record. */
public final class DistanceFromInit implements Metric {

  @Override
  public String id() {
    return "distanceFromInit";
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.parameters().distanceFromFirst();
  }
}
