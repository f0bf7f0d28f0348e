package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** Euclidean norm of the trainable parameters; absent where they were not read. */
public final class ParameterNorm implements Metric {

  @Override
  public String id() {
    return "parameterNorm";
  }

  @Override
  public Definition definition() {
    return Definition.formula("norm(theta)")
        .parameters("theta")
        .applies("always")
        .expect(
            "grows slowly from a small start, in jumps at the ends of plateaus; stays put in the"
                + " lazy regime")
        .title("norm of the parameters")
        .group("Norms, balance and rank")
        .chart("Parameters");
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
