package io.github.implicitbias.core.metric;

/** Euclidean norm of the trainable parameters. */
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
    return observation.parameters().norm();
  }
}
