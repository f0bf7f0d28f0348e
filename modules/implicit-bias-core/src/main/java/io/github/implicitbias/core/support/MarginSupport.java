package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.run.Absent;
import org.jspecify.annotations.Nullable;

/**
 * The margin support: multipliers lambda &gt;= 0 of the max-margin problem "smallest ||theta|| with
 * all margins at least 1" at the present parameters.
 *
 * <p>Its stationarity condition is theta = sum lambda_c grad q_c over the constraints c, and lambda
 * is the non-negative least squares solution of that: the minimiser of 1/2 lambda^T K lambda -
 * lambda^T r with K_cb = &lt;grad q_c, grad q_b&gt; and r_c = &lt;grad q_c, theta&gt;, which is L
 * q_c for a network homogeneous of degree L in its trained parameters (Euler). theta are the
 * trained parameters. Margins q are taken before the output activation: y f for one output with
 * labels -1 and 1 or 0 and 1, one constraint f_label - f_other per other class for several outputs
 * with labels of one 1 among 0. lambda scales with theta, so only its proportions have a meaning.
 *
 * <p>Only in stacks of dense layers whose hidden activations are piecewise linear with their kink
 * at 0 (derivative at 0: the negative slope). Nothing is found where that would take more than 4 x
 * 10^8 operations, about half a second in the training thread; {@link #whyNone} says so.
 *
 * <p>Cost: O(N^2 (units + n)) for N constraints of n samples, and up to O(N^3) for the least
 * squares, which start from the multipliers found before.
 *
 * <p>Source of the quantities: the setting of arXiv 2210.07082; theorems of Lyu and Li (arXiv
 * 1906.05890) and of Ji and Telgarsky (arXiv 2006.06657) are about their limits.
 */
public final class MarginSupport implements Shared {

  /** What those who ask for it need. */
  public static final Needs NEEDS =
      Needs.fromFirst(MarginSupport.class, MarginSupport::new, MarginSupport::price);

  /** A multiplier counts as positive above this share of the largest. */
  public static final double POSITIVE = 1e-3;

  /** A margin is tied with the smallest if it exceeds it by at most this share of its magnitude. */
  public static final double TIE = 1e-2;

  static final double MAX_OPERATIONS = 4e8;

  private boolean started;
  private @Nullable String whyNever;
  private @Nullable String whyNone;
  private @Nullable Problem problem;
  private double[] multipliers = {};
  private double[] margins = {};
  private double smallest;
  private double kktResidual;
  private double complementarity;

  /** What is solved at every record, made at the first if it can be solved at all. */
  private static final class Problem {
    final MarginConstraints constraints;
    final MarginGradients gradients;
    final NonNegativeLeastSquares solver;

    Problem(MarginConstraints constraints, MarginGradients gradients) {
      this.constraints = constraints;
      this.gradients = gradients;
      solver = new NonNegativeLeastSquares(constraints.count());
    }
  }

  /** Makes the margin support of a run before its first record. */
  public MarginSupport() {}

  private static Price price(Dimensions d, NetworkView network) {
    double count = (double) d.samples() * Math.max(1, network.outputs() - 1);
    boolean applies = network.isStack() && network.layers() > 0;
    double work = applies ? work(network, d.samples(), count) : 0;
    if (!applies || work > MAX_OPERATIONS) {
      return Price.FREE;
    }
    double units = 0;
    for (int l = 0; l < network.layers(); l++) {
      units += network.layer(l).units();
    }
    double n = d.samples();
    double entries = count * units + 2 * n * n + 2 * count * count;
    return Price.ofWeights(network)
        .and(Price.ofActivations(d, network))
        .and(Price.of(MarginSupport.class, work, 8 * entries));
  }

  private static double work(NetworkView network, double samples, double count) {
    double once = samples * samples * network.layer(0).inputs();
    return count * count * count / 4 + once + MarginGradients.operations(network, count, samples);
  }

  @Override
  public Needs needs() {
    return NEEDS;
  }

  @Override
  public void compute(Observation observation) {
    NetworkView network = observation.network();
    int samples = observation.probe().samples();
    if (!started) {
      started = true;
      start(observation, network, samples);
    }
    whyNone = whyNever;
    if (problem == null) {
      return;
    }
    Problem present = problem;
    double[] z = network.outputPreActivations();
    if (z == null) {
      whyNone = "the outputs are not known";
      return;
    }
    findMargins(present.constraints, z);
    MarginGradients gradients = present.gradients;
    gradients.compute(network);
    if (!present.solver.solve(gradients.gram(), gradients.right())) {
      whyNone = "no multipliers were found";
      return;
    }
    distribute(present, z);
  }

  private void start(Observation observation, NetworkView network, int samples) {
    // What takes no array first: the activations of a large network are not read in vain.
    if (!network.isStack() || network.layers() == 0) {
      whyNever = MarginGradients.whyNot(network);
      return;
    }
    MarginConstraints constraints = MarginConstraints.of(observation.probe(), network.outputs());
    if (constraints == null) {
      whyNever = "the labels are not classes";
      return;
    }
    if (work(network, samples, constraints.count()) > MAX_OPERATIONS) {
      whyNever = constraints.count() + " constraints on a network of this size take too long";
      return;
    }
    whyNever = MarginGradients.whyNot(network);
    if (whyNever != null) {
      return;
    }
    problem = new Problem(constraints, new MarginGradients(network, constraints, samples));
    multipliers = new double[samples];
    margins = new double[samples];
  }

  private void findMargins(MarginConstraints constraints, double[] z) {
    for (int i = 0; i < margins.length; i++) {
      margins[i] = Double.POSITIVE_INFINITY;
      multipliers[i] = 0;
    }
    smallest = Double.POSITIVE_INFINITY;
    for (int c = 0; c < constraints.count(); c++) {
      double margin = constraints.margin(c, z);
      int i = constraints.sample(c);
      margins[i] = Math.min(margins[i], margin);
      smallest = Math.min(smallest, margin);
    }
  }

  private void distribute(Problem solved, double[] z) {
    MarginConstraints constraints = solved.constraints;
    MarginGradients gradients = solved.gradients;
    double[] lambda = solved.solver.solution();
    double excess = 0;
    double whole = 0;
    for (int c = 0; c < lambda.length; c++) {
      double margin = constraints.margin(c, z);
      multipliers[constraints.sample(c)] += lambda[c];
      excess += lambda[c] * (margin - smallest);
      whole += lambda[c] * margin;
    }
    complementarity = whole > 0 ? excess / whole : Absent.VALUE;
    double[] right = gradients.right();
    double[] gram = gradients.gram();
    double left = gradients.normSquared();
    int count = lambda.length;
    for (int c = 0; c < count; c++) {
      if (lambda[c] != 0) {
        double product = ScalarProduct.of(gram, c * count, lambda, 0, count);
        left += lambda[c] * (product - 2 * right[c]);
      }
    }
    double norm = gradients.normSquared();
    kktResidual = norm > 0 ? Math.sqrt(Math.max(0, left) / norm) : Absent.VALUE;
  }

  /** Returns why there are no multipliers at the present record; null if there are. */
  public @Nullable String whyNone() {
    return whyNone;
  }

  /**
   * Returns one number per sample, the sum of the multipliers of its constraints; null if there are
   * none. Valid until the next record; not to be written to.
   */
  public double @Nullable [] multipliers() {
    return whyNone == null ? multipliers : null;
  }

  /** Returns the smallest margin of each sample; for the rest see {@link #multipliers}. */
  public double @Nullable [] margins() {
    return whyNone == null ? margins : null;
  }

  /** Returns the smallest margin of all, absent if there are no multipliers. */
  public double smallestMargin() {
    return whyNone == null ? smallest : Absent.VALUE;
  }

  /** Returns true if the sample's margin is the smallest, up to {@link #TIE}. */
  public boolean isTied(int sample) {
    return whyNone == null && margins[sample] - smallest <= TIE * Math.abs(smallest);
  }

  /** Returns the number of samples with a positive multiplier, see {@link #POSITIVE}. */
  public double supportVectors() {
    if (whyNone != null) {
      return Absent.VALUE;
    }
    double largest = 0;
    for (double multiplier : multipliers) {
      largest = Math.max(largest, multiplier);
    }
    int count = 0;
    for (double multiplier : multipliers) {
      count += multiplier > POSITIVE * largest ? 1 : 0;
    }
    return count;
  }

  /**
   * Returns by how much the conditions for an optimum of the least squares are missed, see {@link
   * NonNegativeLeastSquares#residual}; absent if there are no multipliers.
   */
  public double residual() {
    return whyNone == null && problem != null ? problem.solver.residual() : Absent.VALUE;
  }

  /**
   * Returns ||theta - sum lambda_c grad q_c|| / ||theta||; absent if there are no multipliers. As a
   * difference of squares it is known to about 10^-8.
   */
  public double kktResidual() {
    return whyNone == null ? kktResidual : Absent.VALUE;
  }

  /**
   * Returns sum lambda_c (q_c - q_min) / sum lambda_c q_c; absent if there are no multipliers, or
   * the sum below is not positive.
   */
  public double complementarity() {
    return whyNone == null ? complementarity : Absent.VALUE;
  }
}
