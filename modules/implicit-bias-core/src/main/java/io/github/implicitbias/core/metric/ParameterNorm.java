package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.Absent;

/** Euclidean norm of the trainable parameters; absent where they were not read. */
public final class ParameterNorm implements Metric {

  @Override
  public String id() {
    return "parameterNorm";
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.hasParameters() ? observation.parameters().norm() : Absent.VALUE;
  }
}
