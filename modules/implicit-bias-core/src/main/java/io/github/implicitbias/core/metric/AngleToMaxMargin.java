package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.alignment.LinearMap;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.solution.HardMargin;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Angle, in radians, between the linear map of the network, see {@link LinearMap}, and the
 * hard-margin separator of the probe through the origin, see {@link HardMargin}; with biases,
 * samples have a last entry of 1. For linear stacks of any depth, single neurons, and stacks of two
 * layers; absent without two classes that are separable.
 */
public final class AngleToMaxMargin implements Metric {

  @Override
  public String id() {
    return "angleToMaxMargin";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "angle, in radians, between the linear surrogate (two layers), the product (linear"
                + " stacks) or w (one neuron) and the hard-margin separator of the probe through"
                + " the origin; inputs are extended by 1 if there are biases")
        .parameters("all")
        .applies("binary, both classes, separable")
        .source("Soudry et al. 2018*")
        .expect("falls slowly, like 1 / log t at a fixed rate")
        .title("angle to the max-margin separator")
        .unit("radians")
        .group("Margin and alignment")
        .chart("Angle to the max-margin separator");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Matrices.passCadence(dimensions);
  }

  @Override
  public Needs needs() {
    return Reference.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Reference reference = observation.shared(Reference.class, Reference::new);
    LinearMap map = ObservedMap.of(observation);
    return reference.direction == null || map == null ? Absent.VALUE : reference.angle(map);
  }

  /** The separator of the probe, once per run, scaled to norm 1. */
  private static final class Reference implements Shared {

    /** The most multiplications that are spent on it, in the training thread. */
    private static final double MOST_WORK = 5e8;

    private static final Needs NEEDS =
        Needs.fromFirst(Reference.class, Reference::new).and(Targets.NEEDS);

    private boolean started;
    private double[] direction;

    @Override
    public Needs needs() {
      return NEEDS;
    }

    @Override
    public void compute(Observation observation) {
      if (!started) {
        started = true;
        find(observation);
      }
    }

    private void find(Observation observation) {
      Stack stack = ObservedStack.of(observation);
      Targets targets = Targets.of(observation);
      if (stack == null || !targets.isBinary() || stack.depth() > 2 && !stack.isLinear()) {
        return;
      }
      double n = stack.samples();
      if (n * n * (stack.layer(0).inputs() + n) > MOST_WORK) {
        return;
      }
      boolean both = false;
      for (int label : targets.classes()) {
        both |= label != targets.classes()[0];
      }
      if (!both) {
        return;
      }
      try {
        double[][] x = Samples.rows(observation.probe(), stack.hasBias());
        double[] w = HardMargin.of(x, targets.classes()).solution();
        double sum = 0;
        for (double entry : w) {
          sum += entry * entry;
        }
        for (int k = 0; k < w.length; k++) {
          w[k] /= Math.sqrt(sum);
        }
        direction = w;
      } catch (IllegalArgumentException e) {
        // The samples are not separable: there is no reference.
        direction = null;
      }
    }

    /** Returns 2 atan2(norm(u - v), norm(u + v)) of unit vectors, exact for small angles too. */
    double angle(LinearMap map) {
      int inputs = map.inputs();
      double constant = direction.length > inputs ? map.constant() : 0;
      double sum = constant * constant;
      for (int k = 0; k < inputs; k++) {
        sum += map.vector()[k] * map.vector()[k];
      }
      if (sum == 0) {
        return Absent.VALUE;
      }
      double norm = Math.sqrt(sum);
      double minus = 0;
      double plus = 0;
      for (int k = 0; k < direction.length; k++) {
        double entry = (k < inputs ? map.vector()[k] : constant) / norm;
        minus += (entry - direction[k]) * (entry - direction[k]);
        plus += (entry + direction[k]) * (entry + direction[k]);
      }
      return 2 * Math.atan2(Math.sqrt(minus), Math.sqrt(plus));
    }
  }
}
