package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.spectrum.SingularValues;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Mass of the matrix of a layer beyond rank two, sqrt(sum_{k &gt; 2} s_k^2 / sum s_k^2); absent for
 * a matrix of zeros.
 */
public final class RankTwoTail implements Metric {

  @Override
  public String id() {
    return "rankTwoTail";
  }

  @Override
  public Definition definition() {
    return Definition.formula("sqrt(sum_{k>2} s_k^2 / sum s_k^2)")
        .parameters("matrix")
        .applies("matrix not 0")
        .expect("falls to 0 where the limit has rank two")
        .title("spectrum beyond rank two")
        .group("Norms, balance and rank")
        .chart("Spectrum beyond rank two");
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
    return values == null || values.value(0) == 0 ? Absent.VALUE : values.tail(2);
  }
}
