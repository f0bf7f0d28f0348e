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
 * The margin support: the support vectors of the tangent kernel, that is of phi, the shortest
 * vector with &lt;grad q_c, phi&gt; &gt;= 1 for all margins q_c, the gradients being by the trained
 * parameters theta at the present record.
 *
 * <p>phi = sum lambda_c grad q_c with lambda &gt;= 0, and lambda_c &gt; 0 only for tight
 * constraints, those with &lt;grad q_c, phi&gt; = 1. phi and the set of tight constraints are
 * unique; for a linear model phi is the hard-margin separator, at every step of training. If the
 * gradients of tight constraints are linearly dependent, other multipliers give the same phi:
 * {@link #isUnique} is false, and those shown are the shortest, which share equally among copies of
 * a sample.
 *
 * <p>How much of theta they explain is said by {@link #efficiency}. Margins q are taken before the
 * output activation: y f for one output with labels -1 and 1 or 0 and 1, one constraint f_label -
 * f_other per other class for several outputs with labels of one 1 among 0.
 *
 * <p>Only in stacks of dense layers whose hidden activations are piecewise linear with their kink
 * at 0 (derivative at 0: the negative slope). Nothing is found where that would take more than 4 x
 * 10^8 operations, about half a second in the training thread, and where no change of theta raises
 * all margins at once; {@link #whyNone} says which.
 *
 * <p>Cost: O(N^2 (units + n)) for N constraints of n samples, and up to O(N^3) for the least
 * squares, which start from the multipliers found before.
 *
 * <p>The definition is derived here. The limit of training in this setting is the subject of arXiv
 * 2210.07082, of Lyu and Li (arXiv 1906.05890) and of Ji and Telgarsky (arXiv 2006.06657).
 */
public final class MarginSupport implements Shared {

  /** What those who ask for it need. */
  public static final Needs NEEDS =
      Needs.fromFirst(MarginSupport.class, MarginSupport::new, MarginSupport::price);

  /** A multiplier counts as positive above this share of the largest. */
  public static final double POSITIVE = 1e-6;

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
  private double efficiency;
  private boolean[] tight = {};
  private boolean known;
  private boolean kktKnown;
  private double kktResidual;

  /** What is solved at every record, made at the first if it can be solved at all. */
  private static final class Problem {
    final MarginConstraints constraints;
    final MarginGradients gradients;
    final GradientSeparator separator;
    @Nullable NonNegativeLeastSquares cone;

    Problem(MarginConstraints constraints, MarginGradients gradients) {
      this.constraints = constraints;
      this.gradients = gradients;
      separator = new GradientSeparator(constraints.count());
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
    known = false;
    kktKnown = false;
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
    known = true;
    String unsolved = present.separator.solve(gradients.gram());
    whyNone = unsolved == null ? null : "at step " + observation.step() + " " + unsolved;
    if (whyNone == null) {
      distribute(present);
    }
  }

  private void start(Observation observation, NetworkView network, int samples) {
    // What takes no array first: the activations of a large network are not read in vain.
    if (!network.isStack() || network.layers() == 0) {
      whyNever = MarginGradients.whyNot(network);
      return;
    }
    if (!network.classifies()) {
      whyNever = network.lossName() + " is not one of classification";
      return;
    }
    MarginConstraints constraints = MarginConstraints.of(observation.probe(), network.outputs());
    if (constraints == null) {
      whyNever = MarginConstraints.whyNot(observation.probe());
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
    tight = new boolean[samples];
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

  private void distribute(Problem solved) {
    MarginConstraints constraints = solved.constraints;
    MarginGradients gradients = solved.gradients;
    GradientSeparator separator = solved.separator;
    double[] lambda = separator.multipliers();
    double[] right = gradients.right();
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < tight.length; i++) {
      tight[i] = false;
    }
    for (int c = 0; c < lambda.length; c++) {
      int i = constraints.sample(c);
      multipliers[i] += Math.scalb(lambda[c], -2 * gradients.exponent());
      tight[i] |= separator.isTight(c);
      least = Math.min(least, right[c]);
    }
    double phi = Math.scalb(Math.sqrt(separator.squaredNorm()), -gradients.exponent());
    // It is at most 1 but for rounding.
    efficiency = least > 0 ? Math.min(1, least * (phi / gradients.norm())) : Absent.VALUE;
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

  /**
   * Returns the smallest margin of each sample; null where margins are not known. Valid until the
   * next record; not to be written to.
   */
  public double @Nullable [] margins() {
    return known ? margins : null;
  }

  /** Returns the smallest margin of all, absent where margins are not known. */
  public double smallestMargin() {
    return known ? smallest : Absent.VALUE;
  }

  /** Returns true if the sample's margin is the smallest, up to {@link #TIE}. */
  public boolean isTied(int sample) {
    return known && margins[sample] - smallest <= TIE * Math.abs(smallest);
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

  /** Returns true if one of the sample's constraints is tight, &lt;grad q_c, phi&gt; = 1. */
  public boolean isTight(int sample) {
    return whyNone == null && tight[sample];
  }

  /**
   * Returns 1 if there are no other multipliers, the smallest eigenvalue of the products among
   * tight constraints being above 10^-9 of the largest; 0 if other multipliers give the same phi;
   * absent if there are no multipliers.
   */
  public double isUnique() {
    return whyNone != null || problem == null ? Absent.VALUE : problem.separator.isUnique() ? 1 : 0;
  }

  /**
   * Returns by how much the multipliers miss the conditions for an optimum: the most by which some
   * &lt;grad q_c, phi&gt; is below 1, or is not 1 where the multiplier is positive; absent if there
   * are no multipliers.
   */
  public double residual() {
    return whyNone == null && problem != null ? problem.separator.residual() : Absent.VALUE;
  }

  /**
   * Returns the margin efficiency e = q_min norm(phi) / norm(theta), q_min being the smallest
   * &lt;grad q_c, theta&gt;: the share of the margin that the shortest vector of the same length
   * would have. It is at most 1, and 1 exactly where theta is a combination of the gradients of its
   * smallest margins, a KKT direction; norm(theta / q_min - phi)^2 &lt;= (1 - e^2) norm(theta /
   * q_min)^2, so the multipliers explain at least the share e^2 of the square of theta's length.
   * Absent if there are no multipliers, or q_min is not positive.
   */
  public double efficiency() {
    return whyNone == null ? efficiency : Absent.VALUE;
  }

  /**
   * Returns the distance of theta from the combinations of gradients with coefficients &gt;= 0, min
   * over lambda &gt;= 0 of norm(theta - sum lambda_c grad q_c) / norm(theta), at the present
   * record; absent where the gradients are not known. As a difference of squares it is known to
   * about 10^-8. It is the stationarity of the conditions of Karush, Kuhn and Tucker alone: with as
   * many constraints as parameters it is 0 for nearly every theta, at any distance from the largest
   * margin, which {@link #efficiency} does not allow.
   */
  public double kktResidual() {
    if (problem == null || !known) {
      return Absent.VALUE;
    }
    if (!kktKnown) {
      kktKnown = true;
      kktResidual = kktResidual(problem);
    }
    return kktResidual;
  }

  private static double kktResidual(Problem of) {
    NonNegativeLeastSquares cone = of.cone;
    MarginGradients gradients = of.gradients;
    double[] right = gradients.right();
    double[] gram = gradients.gram();
    int count = right.length;
    if (cone == null) {
      cone = new NonNegativeLeastSquares(count);
      of.cone = cone;
    }
    if (!cone.solve(gram, right)) {
      return Absent.VALUE;
    }
    double[] lambda = cone.solution();
    double explained = 0;
    for (int c = 0; c < count; c++) {
      if (lambda[c] != 0) {
        double product = ScalarProduct.of(gram, c * count, lambda, 0, count);
        explained += lambda[c] * (product - 2 * right[c]);
      }
    }
    double norm = gradients.norm() * gradients.norm();
    double left = norm + Math.scalb(explained, -2 * gradients.exponent());
    return norm > 0 ? Math.sqrt(Math.max(0, left) / norm) : Absent.VALUE;
  }
}
