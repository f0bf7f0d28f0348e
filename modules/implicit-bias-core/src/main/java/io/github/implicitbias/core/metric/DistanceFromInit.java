package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Euclidean distance of the trainable parameters from those of the first record; absent where they
 * were not read.
 */
public final class DistanceFromInit implements Metric {

  @Override
  public String id() {
    return "distanceFromInit";
  }

  @Override
  public Definition definition() {
    return Definition.formula("norm(theta - theta_0), theta_0 that of the first record")
        .parameters("theta")
        .applies("always")
        .expect(
            "compare it with parameterNorm: about equal means that nothing of the start is left")
        .title("distance from the start")
        .group("Norms, balance and rank")
        .chart("Parameters");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.hasParameters()
        ? observation.parameters().distanceFromFirst()
        : Absent.VALUE;
  }
}
