package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.spectrum.SingularValues;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Effective rank of the matrix of a layer, exp(-sum p_k log p_k) with p_k = s_k / sum s; absent for
 * a matrix of zeros.
 */
public final class EffectiveRank implements Metric {

  @Override
  public String id() {
    return "effectiveRank";
  }

  @Override
  public Definition definition() {
    return Definition.formula("exp(-sum p_k log p_k), p_k = s_k / sum s")
        .parameters("matrix")
        .applies("matrix not 0")
        .source("Roy and Vetterli 2007*")
        .expect("as stableRank, more sensitive to small singular values")
        .title("effective rank")
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
    return values == null || values.value(0) == 0 ? Absent.VALUE : values.effectiveRank();
  }
}
