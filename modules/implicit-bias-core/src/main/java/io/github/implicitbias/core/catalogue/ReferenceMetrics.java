package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.solution.ActiveLeastSquares;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** Distances to solutions that theory names. */
final class ReferenceMetrics {

  private static final double SHARE = 0.005;

  /**
   * Distance norm(w - w*) of what the network computes from the shortest solution w* of the probe.
   *
   * <p>For stacks of one output and a squared loss whose layers are all linear, w being their
   * product, and w* the minimum-norm interpolator; and for one ReLU neuron, w* being the shortest w
   * with w x_i = y_i where y_i &gt; 0 and w x_i &lt;= 0 elsewhere. With biases, w has a last entry,
   * that of an input 1. For two ReLU units without bias under fixed output weights a &gt; 0 &gt; b,
   * w being both rows, and w* the shortest pair of which one fits the positive labels, the other
   * the negative ones, each off where the other fits ({@link TwoNeuronMinimumNorm}). Absent for
   * every other network, and where the samples have no such solution by linear independence. See
   * arXiv:2603.04895, of which only the abstract was read.
   */
  public static final Metric GAP_TO_MIN_NORM =
      Metric.ofNetwork("gapToMinNorm")
          .definition(
              Definition.formula(
                      "norm(w - w*). Linear stack: w = W_L ... W_1 (and the constant, if there are"
                          + " biases), w* the minimum-norm interpolator of the probe. One ReLU"
                          + " neuron: w* the shortest w with w x_i = y_i where y_i > 0 and w x_i <="
                          + " 0 elsewhere. Two ReLU units under fixed output weights a > 0 > b: w"
                          + " both rows, w* the shortest pair of which one fits the positive, the"
                          + " other the negative labels, each off where the other fits")
                  .parameters("first-layer space")
                  .applies(
                      "regression; stack of one output whose layers are all linear, which is one"
                          + " ReLU neuron, or two ReLU units without bias under fixed output"
                          + " weights of opposite sign; samples with labels to fit linearly"
                          + " independent; up to 5 10^8 operations")
                  .source("arXiv:2603.04895 (abstract)")
                  .expect(
                      "0 for linear networks from a start of 0; small, not 0, for ReLU in high"
                          + " dimension")
                  .title("distance to the minimum-norm solution")
                  .group(Definition.DISTANCE)
                  .chart("Distance to the minimum-norm solution"))
          .absent(SolutionAbsences::minimumNorm)
          .needs(MinNormReference.NEEDS)
          .cadence(Matrices::passCadence)
          .value((observation, layer) -> MinNormReference.of(observation).gap());

  /** {@link #GAP_TO_MIN_NORM} divided by the norm of the shortest solution; absent if that is 0. */
  public static final Metric RELATIVE_GAP_TO_MIN_NORM =
      Metric.ofNetwork("relativeGapToMinNorm")
          .definition(
              Definition.formula("gapToMinNorm / norm(w*)")
                  .parameters("first-layer space")
                  .applies("w* not 0")
                  .source("arXiv:2603.04895 (abstract)")
                  .expect("about sqrt(n / d) in high dimension")
                  .title("relative distance to the minimum-norm solution")
                  .group(Definition.DISTANCE)
                  .chart("Distance to the minimum-norm solution"))
          .absent(SolutionAbsences::minimumNorm)
          .needs(MinNormReference.NEEDS)
          .cadence(Matrices::passCadence)
          .value(ReferenceMetrics::relativeGapToMinNorm);

  /**
   * Distance norm(w - w_A) of the weights of one ReLU neuron without bias from the least-squares
   * solution w_A of the samples on which it is on now; for one linear neuron, of all samples.
   * Absent where the active samples have no unique one, and for every other network. The setting is
   * that of arXiv:2202.05510.
   */
  public static final Metric GAP_TO_ACTIVE_SOLUTION =
      Metric.ofNetwork("gapToActiveSolution")
          .definition(
              Definition.formula(
                      "norm(w - w_A), w_A = argmin_w sum_{i in A} (w x_i - y_i)^2, A the samples on"
                          + " which the neuron is on now (all for a linear one), by singular"
                          + " values")
                  .parameters("w")
                  .applies(
                      "regression; one ReLU or linear neuron without bias; A has as large a rank as"
                          + " there are inputs; 20 n d min(n, d) up to 5 10^8")
                  .source("arXiv:2202.05510 (setting; derived)")
                  .expect("0 at convergence, with jumps where a sample is switched")
                  .title("distance to the solution of the active samples")
                  .group(Definition.DISTANCE)
                  .chart("Distance to the solution of the active samples"))
          .absent(SolutionAbsences::activeSolution)
          .needs(ActiveSolution.NEEDS)
          .cadence(ReferenceMetrics::cadenceOfGapToActiveSolution)
          .value(ReferenceMetrics::gapToActiveSolution);

  private ReferenceMetrics() {}

  private static double relativeGapToMinNorm(Observation observation, int layer) {
    MinNormReference reference = MinNormReference.of(observation);
    double gap = reference.gap();
    return Absent.is(gap) || reference.norm() == 0 ? Absent.VALUE : gap / reference.norm();
  }

  private static double gapToActiveSolution(Observation observation, int layer) {
    ActiveSolution found = ActiveSolution.of(observation);
    return found != null && found.solution() != null && found.solution().isUnique()
        ? found.distance()
        : Absent.VALUE;
  }

  private static Cadence cadenceOfGapToActiveSolution(Dimensions d) {
    double pass = 2.0 * d.samples() * d.inputs();
    return Cadence.ofShare(pass + ActiveLeastSquares.work(d.samples(), d.inputs()), SHARE, d);
  }
}
