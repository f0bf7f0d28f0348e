package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Euclidean norm of the last update, theta_t - theta_(t-1), constraints included; absent at the
 * first record.
 */
public final class UpdateNorm implements Metric {

  @Override
  public String id() {
    return "updateNorm";
  }

  @Override
  public Definition definition() {
    return Definition.formula("norm(theta_t - theta_(t-1)), constraints included")
        .parameters("theta")
        .applies("records that follow a step whose parameters were read")
        .expect(
            "large while features form, then falls with the gradient; noise level with"
                + " mini-batches")
        .title("norm of the last update")
        .group("Norms, balance and rank")
        .chart("Parameters");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    return observation.hasParameters() && observation.followsPreviousStep()
        ? observation.parameters().changeSincePrevious()
        : Absent.VALUE;
  }
}
