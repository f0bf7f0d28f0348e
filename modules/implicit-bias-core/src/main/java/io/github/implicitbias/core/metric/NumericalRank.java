package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.spectrum.SingularValues;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** Number of singular values of the matrix of a layer above 1e-3 of the largest. */
public final class NumericalRank implements Metric {

  @Override
  public String id() {
    return "numericalRank";
  }

  @Override
  public Definition definition() {
    return Definition.formula("number of s_k > 1e-3 s_1")
        .parameters("matrix")
        .expect("an integer, so it moves late and in steps")
        .title("numerical rank")
        .group("Norms, balance and rank")
        .chart("Rank of the weight matrix");
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
    return values == null ? Absent.VALUE : values.numericalRank(1e-3);
  }
}
