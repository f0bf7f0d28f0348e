package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScaledSum;
import io.github.implicitbias.core.solution.ConstrainedMinimumNorm;
import io.github.implicitbias.core.solution.MinimumNorm;
import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The shortest solution of the probe, once per run, and how far a network is from it: {@code
 * ReferenceMetrics.GAP_TO_MIN_NORM} says for which networks.
 */
final class MinNormReference implements Shared {

  /** What those who ask for it need. */
  public static final Needs NEEDS =
      Needs.fromFirst(MinNormReference.class, MinNormReference::new, MinNormReference::price)
          .and(Targets.NEEDS);

  /** The most multiplications that are spent on it, in the training thread. */
  private static final double MOST_WORK = 5e8;

  /** What projecting the samples that are not fitted costs, in products of all pairs of samples. */
  private static final double PROJECTING = 25;

  private boolean started;
  private double @Nullable [] reference;
  private String whyNone = "";
  private boolean pair;
  private final ScaledSum sum = new ScaledSum();
  private double norm;
  private double gap = Absent.VALUE;

  /** Returns what is known of it at an observation. */
  public static MinNormReference of(Observation observation) {
    return observation.shared(MinNormReference.class, MinNormReference::new);
  }

  private static Price price(Dimensions d, NetworkView network) {
    double n = d.samples();
    double work = n * n * d.inputs();
    return network.isStack() && network.outputs() == 1 && work <= MOST_WORK
        ? Price.of(MinNormReference.class, work, 8 * (n * d.inputs() + n * n))
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
    gap = reference == null ? Absent.VALUE : distance(observation, reference);
  }

  private double distance(Observation observation, double[] to) {
    Stack stack = observation.stack();
    if (pair) {
      return stack == null ? Absent.VALUE : distance(stack.layer(0).weights(), to);
    }
    LinearMap map = ObservedMap.of(observation);
    if (map == null) {
      return Absent.VALUE;
    }
    sum.clear();
    for (int k = 0; k < map.inputs(); k++) {
      sum.addSquare(map.entry(k) - to[k]);
    }
    double distance = sum.root();
    return to.length > map.inputs()
        ? Math.hypot(distance, map.constant() - to[map.inputs()])
        : distance;
  }

  private double distance(double[] w, double[] to) {
    sum.clear();
    for (int k = 0; k < to.length; k++) {
      sum.addSquare(w[k] - to[k]);
    }
    return sum.root();
  }

  private void find(Observation observation) {
    Stack stack = observation.stack();
    Targets targets = Targets.of(observation);
    if (stack == null || !targets.isRegression()) {
      whyNone = "the network was no stack that fits numbers at the first record";
      return;
    }
    boolean neuron = stack.depth() == 1 && stack.layer(0).negativeSlope() == 0;
    pair = isPair(stack);
    double n = stack.samples();
    double projecting = neuron || pair ? Math.min(n, PROJECTING) * (pair ? 2 : 1) : 1;
    double work = n * n * stack.layer(0).inputs() * projecting;
    if (!(neuron || pair || stack.isLinear())) {
      whyNone =
          Absences.counted(stack.depth(), "layer")
              + " that are not all linear; needs one neuron, linear layers, or two ReLU units"
              + " without biases under fixed output weights of opposite sign";
      return;
    }
    if (work > MOST_WORK) {
      whyNone = SolutionAbsences.tooMany("the shortest solution", work, MOST_WORK);
      return;
    }
    double[][] x = observation.probe().rows(stack.hasBias());
    try {
      if (pair) {
        reference = pair(x, targets.labels(), stack.layer(1).weights());
      } else {
        reference =
            neuron
                ? ConstrainedMinimumNorm.fittingPositive(x, targets.labels()).solution()
                : MinimumNorm.of(x, targets.labels()).solution();
      }
    } catch (IllegalArgumentException e) {
      // The samples are linearly dependent, or no neuron fits them: there is no reference.
      whyNone = Absences.clause(e);
      return;
    }
    norm = Magnitude.norm(reference, 0, reference.length);
  }

  /** Returns true if it is two ReLU units under fixed output weights, one above and one below 0. */
  private static boolean isPair(Stack stack) {
    if (stack.depth() != 2 || stack.hasBias() || stack.outputs() != 1) {
      return false;
    }
    WeightLayer hidden = stack.layer(0);
    WeightLayer top = stack.layer(1);
    return hidden.units() == 2
        && hidden.negativeSlope() == 0
        && top.negativeSlope() == 1
        && !top.isTrained()
        && top.weights()[0] * top.weights()[1] < 0;
  }

  /** Returns the two neurons one after the other, as the rows of the first layer. */
  private static double[] pair(double[][] x, double[] y, double[] a) {
    TwoNeuronMinimumNorm shortest = TwoNeuronMinimumNorm.of(x, y);
    double[] positive = shortest.first();
    double[] negative = shortest.second();
    int inputs = positive.length;
    double[] rows = Arrays.copyOf(a[0] > 0 ? positive : negative, 2 * inputs);
    System.arraycopy(a[0] > 0 ? negative : positive, 0, rows, inputs, inputs);
    for (int k = 0; k < rows.length; k++) {
      rows[k] /= Math.abs(a[k / inputs]);
    }
    return rows;
  }

  /** Returns why there is no distance from it; null if there is, and its norm is not 0. */
  @Nullable String whyNone() {
    if (reference != null) {
      return norm == 0 ? "the shortest solution is 0" : null;
    }
    return whyNone;
  }

  /** Returns true if there is a shortest solution. */
  public boolean isKnown() {
    return reference != null;
  }

  /** Returns the distance from the reference, absent where there is none. */
  public double gap() {
    return gap;
  }

  /** Returns the norm of the reference. */
  public double norm() {
    return norm;
  }
}
