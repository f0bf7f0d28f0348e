package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.solution.ActiveLeastSquares;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Distance norm(w - w_A) of the weights of one ReLU neuron without bias from the least-squares
 * solution w_A of the samples on which it is on now; for one linear neuron, of all samples. Absent
 * where the active samples have no unique one, and for every other network. The setting is that of
 * arXiv:2202.05510.
 */
public final class GapToActiveSolution implements Metric {

  private static final double SHARE = 0.005;

  @Override
  public String id() {
    return "gapToActiveSolution";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "norm(w - w_A), w_A = argmin_w sum_{i in A} (w x_i - y_i)^2, A the samples on which the"
                + " neuron is on now (all for a linear one), by singular values")
        .parameters("w")
        .applies(
            "regression; one ReLU or linear neuron without bias; A has as large a rank as there are"
                + " inputs; 20 n d min(n, d) up to 5 10^8")
        .source("arXiv:2202.05510 (setting; derived)")
        .expect("0 at convergence, with jumps where a sample is switched")
        .title("distance to the solution of the active samples")
        .group("Distance to reference solutions")
        .chart("Distance to the solution of the active samples");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions d) {
    double pass = 2.0 * d.samples() * d.inputs();
    return Work.standard(pass + ActiveLeastSquares.work(d.samples(), d.inputs()), SHARE, d);
  }

  @Override
  public Needs needs() {
    return ActiveSolution.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    ActiveSolution found = ActiveSolution.of(observation);
    boolean unique = found != null && found.solution() != null && found.solution().isUnique();
    return unique ? found.distance() : Absent.VALUE;
  }
}
