package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.solution.ConstrainedMinimumNorm;
import io.github.implicitbias.run.Absent;
import org.jspecify.annotations.Nullable;

/** The separator of the probe, once per run, scaled to norm 1. */
final class MaxMarginReference implements Shared {

  /** The most multiplications that are spent on it, in the training thread. */
  private static final double MOST_WORK = 5e8;

  static final Needs NEEDS =
      Needs.fromFirst(MaxMarginReference.class, MaxMarginReference::new, MaxMarginReference::price)
          .and(Targets.NEEDS);

  private boolean started;
  private double @Nullable [] direction;
  private String whyNone = "";

  /** Returns the angle between it and the linear map of the network; absent without one of them. */
  static double angle(Observation observation) {
    MaxMarginReference reference =
        observation.shared(MaxMarginReference.class, MaxMarginReference::new);
    LinearMap map = ObservedMap.of(observation);
    return reference.direction == null || map == null
        ? Absent.VALUE
        : angle(reference.direction, map);
  }

  /** Returns why there is no angle, of a stack with one output and two classes. */
  static String whyNone(Observation observation) {
    MaxMarginReference reference =
        observation.shared(MaxMarginReference.class, MaxMarginReference::new);
    return reference.direction == null
        ? reference.whyNone
        : "the linear map of the network is 0 at step " + observation.step();
  }

  private static Price price(Dimensions d, NetworkView network) {
    double n = d.samples();
    double work = n * n * (d.inputs() + n);
    return network.isStack() && network.outputs() == 1 && work <= MOST_WORK
        ? Price.of(MaxMarginReference.class, work, 8 * (n * d.inputs() + n * n))
        : Price.FREE;
  }

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
    Stack stack = observation.stack();
    Targets targets = Targets.of(observation);
    if (stack == null || !targets.isBinary()) {
      whyNone = "the network was no stack with two classes at the first record";
      return;
    }
    if (!targets.countsAll()) {
      whyNone = "a sample has weight 0";
      return;
    }
    if (stack.depth() > 2 && !stack.isLinear()) {
      whyNone =
          Absences.counted(stack.depth(), "layer") + " that are not all linear; needs at most 2";
      return;
    }
    double n = stack.samples();
    double work = n * n * (stack.layer(0).inputs() + n);
    if (work > MOST_WORK) {
      whyNone = SolutionAbsences.tooMany("the separator", work, MOST_WORK);
      return;
    }
    boolean both = false;
    for (int label : targets.classes()) {
      both |= label != targets.classes()[0];
    }
    if (!both) {
      whyNone = "all samples are of one class";
      return;
    }
    try {
      double[][] x = observation.probe().rows(stack.hasBias());
      double[] w = ConstrainedMinimumNorm.separating(x, targets.classes()).solution();
      double norm = Magnitude.norm(w, 0, w.length);
      for (int k = 0; k < w.length; k++) {
        w[k] /= norm;
      }
      direction = w;
    } catch (IllegalArgumentException e) {
      // The samples are not separable: there is no reference.
      direction = null;
      whyNone = Absences.clause(e);
    }
  }

  /** Returns 2 atan2(norm(u - v), norm(u + v)) of unit vectors, exact for small angles too. */
  private static double angle(double[] direction, LinearMap map) {
    int inputs = map.inputs();
    double constant = direction.length > inputs ? map.offset() : 0;
    double norm = Math.hypot(Magnitude.norm(map.direction(), 0, inputs), constant);
    if (norm == 0) {
      return Absent.VALUE;
    }
    double minus = 0;
    double plus = 0;
    for (int k = 0; k < direction.length; k++) {
      double entry = (k < inputs ? map.direction()[k] : constant) / norm;
      minus += (entry - direction[k]) * (entry - direction[k]);
      plus += (entry + direction[k]) * (entry + direction[k]);
    }
    return 2 * Math.atan2(Math.sqrt(minus), Math.sqrt(plus));
  }
}
