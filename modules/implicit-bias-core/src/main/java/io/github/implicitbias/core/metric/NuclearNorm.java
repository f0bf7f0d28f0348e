package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.spectrum.SingularValues;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** Nuclear norm of the matrix of a layer, the sum of its singular values. */
public final class NuclearNorm implements Metric {

  @Override
  public String id() {
    return "nuclearNorm";
  }

  @Override
  public Definition definition() {
    return Definition.formula("sum s_k, singular values by EJML")
        .parameters("matrix")
        .applies("up to 10^10 operations")
        .expect("falls relative to the Frobenius norm as the rank collapses")
        .title("nuclear norm")
        .group("Norms, balance and rank")
        .chart("Norms of the weight matrix");
  }

  @Override
  public Scope scope() {
    return Scope.LAYER;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return ObservedSpectrum.cadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    SingularValues values = ObservedSpectrum.of(observation, layer);
    return values == null ? Absent.VALUE : values.sum();
  }
}
