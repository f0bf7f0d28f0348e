package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * norm(theta - theta_0) / norm(theta_0), over the trained parameters, theta_0 being those of the
 * first record: small in the lazy regime, large in the rich one. Absent where the parameters were
 * not read, or theta_0 is 0.
 */
public final class RelativeDistanceFromInit implements Metric {

  @Override
  public String id() {
    return "relativeDistanceFromInit";
  }

  @Override
  public Definition definition() {
    return Definition.formula("norm(theta - theta_0) / norm(theta_0)")
        .parameters("theta")
        .applies("theta_0 not 0")
        .source("Chizat et al. 2019*")
        .expect("far above 1 in the rich regime, far below in the lazy one")
        .title("relative distance from the start")
        .group("Distance to reference solutions")
        .chart("Relative distance from the start");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Needs needs() {
    return Initial.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    double first = observation.shared(Initial.class, Initial::new).firstNorm();
    if (Absent.is(first) || first == 0 || !observation.hasParameters()) {
      return Absent.VALUE;
    }
    return observation.parameters().distanceFromFirst() / first;
  }
}
