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
import io.github.implicitbias.core.solution.ActiveLeastSquares;
import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The least-squares solution of the samples on which one ReLU neuron without bias is on now, and
 * how far the neuron is from it. It is solved anew only when the samples that are on have changed
 * since it was last asked for. For one linear neuron every sample counts as on.
 */
public final class ActiveSolution implements Shared {

  /** What those who ask for it need. */
  public static final Needs NEEDS =
      Needs.fromFirst(ActiveSolution.class, ActiveSolution::new, ActiveSolution::price)
          .and(Targets.NEEDS);

  /** The most multiplications that one solution may take, in the training thread. */
  private static final double MOST_WORK = 5e8;

  private boolean started;
  private boolean valid;
  private boolean tooLarge;
  private boolean[] active = {};
  private boolean[] solvedFor = {};
  private double[] x = {};
  private double[] y = {};
  private double[] pull = {};
  private double[] reference = {};
  private @Nullable ActiveLeastSquares solution;
  private double gradient = Absent.VALUE;
  private double distance = Absent.VALUE;
  private int samplesOn;

  /** Returns the solution; null unless the network is one such neuron that fits numbers. */
  public static @Nullable ActiveSolution of(Observation observation) {
    ActiveSolution found = observation.shared(ActiveSolution.class, ActiveSolution::new);
    return found.valid ? found : null;
  }

  private static Price price(Dimensions d, NetworkView network) {
    double work = ActiveLeastSquares.work(d.samples(), d.inputs());
    boolean applies = network.isStack() && network.layers() == 1 && network.outputs() == 1;
    return applies && work <= MOST_WORK
        ? Price.of(ActiveSolution.class, work, 16.0 * d.samples() * d.inputs())
        : Price.FREE;
  }

  @Override
  public Needs needs() {
    return NEEDS;
  }

  @Override
  public void compute(Observation observation) {
    Stack stack = observation.stack();
    if (!started) {
      started = true;
      valid = start(observation, stack);
    }
    double[] z = observation.network().outputPreActivations();
    if (valid && stack != null && z != null) {
      look(stack.layer(0), z);
    }
  }

  private boolean start(Observation observation, @Nullable Stack stack) {
    if (stack == null
        || stack.depth() != 1
        || stack.outputs() != 1
        || stack.hasBias()
        || !(stack.layer(0).negativeSlope() == 0 || stack.layer(0).negativeSlope() == 1)
        || !Targets.of(observation).isRegression()) {
      return false;
    }
    int inputs = stack.layer(0).inputs();
    x = observation.probe().features();
    y = Targets.of(observation).labels();
    tooLarge = ActiveLeastSquares.work(y.length, inputs) > MOST_WORK;
    active = new boolean[y.length];
    solvedFor = new boolean[y.length];
    pull = new double[inputs];
    return true;
  }

  private void look(WeightLayer neuron, double[] outputs) {
    boolean linear = neuron.negativeSlope() == 1;
    boolean same = solution != null;
    samplesOn = 0;
    Arrays.fill(pull, 0);
    for (int i = 0; i < y.length; i++) {
      active[i] = linear || outputs[i] > 0;
      same &= active[i] == solvedFor[i];
      if (active[i]) {
        samplesOn++;
        double residual = y[i] - outputs[i];
        for (int k = 0; k < pull.length; k++) {
          pull[k] += residual * x[i * pull.length + k];
        }
      }
    }
    gradient = norm(pull) / y.length;
    if (!same) {
      solve();
    }
    distance = Absent.VALUE;
    if (solution != null) {
      double[] w = neuron.weights();
      for (int k = 0; k < pull.length; k++) {
        pull[k] = w[k] - reference[k];
      }
      distance = norm(pull);
    }
  }

  private void solve() {
    solution = null;
    if (!tooLarge) {
      try {
        solution = ActiveLeastSquares.of(x, pull.length, y, active);
        reference = solution.solution();
        System.arraycopy(active, 0, solvedFor, 0, active.length);
      } catch (IllegalArgumentException e) {
        // Features or labels are not finite: there is no solution.
        solution = null;
      }
    }
  }

  private static double norm(double[] vector) {
    return Magnitude.norm(vector, 0, vector.length);
  }

  /** Returns why a neuron without bias that fits numbers has no distance; null if it has. */
  static @Nullable String whyNone(Observation observation) {
    ActiveSolution found = of(observation);
    if (found == null) {
      return "the network was no such neuron at the first record";
    }
    if (found.tooLarge) {
      double work = ActiveLeastSquares.work(found.y.length, found.pull.length);
      return SolutionAbsences.tooMany("the least-squares solution", work, MOST_WORK);
    }
    ActiveLeastSquares solved = found.solution;
    if (solved == null) {
      return "the samples on which the neuron is on have entries that are not finite";
    }
    return solved.isUnique()
        ? null
        : "at step "
            + observation.step()
            + " the "
            + Absences.counted(found.samplesOn, "sample")
            + " on which the neuron is on have a rank below "
            + found.pull.length
            + ", the number of inputs";
  }

  /** Returns true if the data are too large to solve for in the training thread. */
  public boolean isTooLarge() {
    return tooLarge;
  }

  /** Returns the solution of the samples that are on; null if it is too large or there is none. */
  public @Nullable ActiveLeastSquares solution() {
    return solution;
  }

  /** Returns the number of samples that are on. */
  public int samplesOn() {
    return samplesOn;
  }

  /** Returns the norm of the gradient of the loss (1/2n) sum of squared residuals. */
  public double gradient() {
    return gradient;
  }

  /** Returns norm(w - solution), absent without one. */
  public double distance() {
    return distance;
  }
}
