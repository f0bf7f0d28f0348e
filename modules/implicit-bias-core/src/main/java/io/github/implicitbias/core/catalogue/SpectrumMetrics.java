package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.norm.SingularValues;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** What the singular values of the matrix of a layer say. */
final class SpectrumMetrics {

  /**
   * Stable rank of the matrix of a layer, frobeniusNorm^2 / spectralNorm^2, between 1 and its rank;
   * absent for a matrix of zeros.
   */
  public static final Metric STABLE_RANK =
      Metric.perLayer("stableRank")
          .definition(
              Definition.formula("frobeniusNorm^2 / spectralNorm^2")
                  .parameters("matrix")
                  .applies("matrix not 0")
                  .source("Rudelson and Vershynin 2007*")
                  .expect(
                      "collapses to 1 or 2 in the first steps from a small start; hardly moves from"
                          + " a large one")
                  .title("stable rank")
                  .group(Definition.NORMS)
                  .chart("Rank of the weight matrix"))
          .absent(Absences::matrix)
          .ofMatrix()
          .cadence(Matrices::normCadence)
          .price(Prices::spectral)
          .value(
              (observation, layer) ->
                  observation.shared(MatrixNorms.class, MatrixNorms::new).stableRank(layer));

  /** Nuclear norm of the matrix of a layer, the sum of its singular values. */
  public static final Metric NUCLEAR_NORM =
      Metric.perLayer("nuclearNorm")
          .definition(
              Definition.formula("sum s_k, singular values by EJML")
                  .parameters("matrix")
                  .applies("matrix, up to 10^10 operations")
                  .expect("falls relative to the Frobenius norm as the rank collapses")
                  .title("nuclear norm")
                  .group(Definition.NORMS)
                  .chart("Norms of the weight matrix"))
          .absent(Absences::spectrum)
          .ofMatrix()
          .cadence(ObservedSpectrum::cadence)
          .price(ObservedSpectrum::price)
          .value(SpectrumMetrics::nuclearNorm);

  /**
   * Effective rank of the matrix of a layer, exp(-sum p_k log p_k) with p_k = s_k / sum s; absent
   * for a matrix of zeros.
   */
  public static final Metric EFFECTIVE_RANK =
      Metric.perLayer("effectiveRank")
          .definition(
              Definition.formula("exp(-sum p_k log p_k), p_k = s_k / sum s")
                  .parameters("matrix")
                  .applies("as nuclearNorm, matrix not 0")
                  .source("Roy and Vetterli 2007*")
                  .expect("as stableRank, more sensitive to small singular values")
                  .title("effective rank")
                  .group(Definition.NORMS)
                  .chart("Rank of the weight matrix"))
          .absent(Absences::spectrum)
          .ofMatrix()
          .cadence(ObservedSpectrum::cadence)
          .price(ObservedSpectrum::price)
          .value(SpectrumMetrics::effectiveRank);

  /** Number of singular values of the matrix of a layer above 1e-3 of the largest. */
  public static final Metric NUMERICAL_RANK =
      Metric.perLayer("numericalRank")
          .definition(
              Definition.formula("number of s_k > 1e-3 s_1")
                  .parameters("matrix")
                  .applies("as nuclearNorm")
                  .expect("an integer, so it moves late and in steps")
                  .title("numerical rank")
                  .group(Definition.NORMS)
                  .chart("Rank of the weight matrix"))
          .absent(Absences::spectrum)
          .ofMatrix()
          .cadence(ObservedSpectrum::cadence)
          .price(ObservedSpectrum::price)
          .value(SpectrumMetrics::numericalRank);

  /**
   * Mass of the matrix of a layer beyond rank two, sqrt(sum_{k &gt; 2} s_k^2 / sum s_k^2); absent
   * for a matrix of zeros.
   */
  public static final Metric RANK_TWO_TAIL =
      Metric.perLayer("rankTwoTail")
          .definition(
              Definition.formula("sqrt(sum_{k>2} s_k^2 / sum s_k^2)")
                  .parameters("matrix")
                  .applies("as nuclearNorm, matrix not 0")
                  .expect("falls to 0 where the limit has rank two")
                  .title("spectrum beyond rank two")
                  .group(Definition.NORMS)
                  .chart("Spectrum beyond rank two"))
          .absent(Absences::spectrum)
          .ofMatrix()
          .cadence(ObservedSpectrum::cadence)
          .price(ObservedSpectrum::price)
          .value(SpectrumMetrics::rankTwoTail);

  private SpectrumMetrics() {}

  private static double nuclearNorm(Observation observation, int layer) {
    SingularValues values = ObservedSpectrum.of(observation, layer);
    return values == null ? ObservedSpectrum.normWithoutValues(observation, layer) : values.sum();
  }

  private static double effectiveRank(Observation observation, int layer) {
    SingularValues values = ObservedSpectrum.of(observation, layer);
    if (values == null) {
      return ObservedSpectrum.rankWithoutValues(observation, layer);
    }
    return values.value(0) == 0 ? Absent.VALUE : values.effectiveRank();
  }

  private static double numericalRank(Observation observation, int layer) {
    SingularValues values = ObservedSpectrum.of(observation, layer);
    return values == null
        ? ObservedSpectrum.rankWithoutValues(observation, layer)
        : values.numericalRank(1e-3);
  }

  private static double rankTwoTail(Observation observation, int layer) {
    SingularValues values = ObservedSpectrum.of(observation, layer);
    if (values == null) {
      return ObservedSpectrum.rankWithoutValues(observation, layer);
    }
    return values.value(0) == 0 ? Absent.VALUE : values.tail(2);
  }
}
