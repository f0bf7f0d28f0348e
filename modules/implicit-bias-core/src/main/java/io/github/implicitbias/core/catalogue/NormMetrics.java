package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Norms of parameters and matrices, of paths through the network, and their balance between layers.
 */
final class NormMetrics {

  /** Euclidean norm of the trainable parameters; absent where they were not read. */
  public static final Metric PARAMETER_NORM =
      Metric.ofNetwork("parameterNorm")
          .definition(
              Definition.formula("norm(theta)")
                  .parameters("theta")
                  .applies("always")
                  .expect(
                      "grows slowly from a small start, in jumps at the ends of plateaus; stays put"
                          + " in the lazy regime")
                  .title("norm of the parameters")
                  .group(Definition.NORMS)
                  .chart("Parameters"))
          .withoutProbe()
          .value(
              (observation, layer) ->
                  observation.hasParameters() ? observation.parameters().norm() : Absent.VALUE);

  /**
   * Euclidean norm of the last update, theta_t - theta_(t-1), constraints included; absent at the
   * first record.
   */
  public static final Metric UPDATE_NORM =
      Metric.ofNetwork("updateNorm")
          .definition(
              Definition.formula("norm(theta_t - theta_(t-1)), constraints included")
                  .parameters("theta")
                  .applies("records that follow a step whose parameters were read")
                  .expect(
                      "large while features form, then falls with the gradient; noise level with"
                          + " mini-batches")
                  .title("norm of the last update")
                  .group(Definition.NORMS)
                  .chart("Parameters"))
          .withoutProbe()
          .value(
              (observation, layer) ->
                  observation.hasParameters() && observation.followsPreviousStep()
                      ? observation.parameters().changeSincePrevious()
                      : Absent.VALUE);

  /**
   * Frobenius norm of the matrix of a layer, units x inputs, without biases; absent for layers
   * without one matrix.
   */
  public static final Metric FROBENIUS_NORM =
      Metric.perLayer("frobeniusNorm")
          .definition(
              Definition.formula("sqrt(sum w_jk^2)")
                  .parameters("matrix")
                  .applies("matrix")
                  .expect("as parameterNorm, layer by layer")
                  .title("Frobenius norm")
                  .group(Definition.NORMS)
                  .chart("Norms of the weight matrix"))
          .absent(Absences::anyMatrix)
          .ofMatrix()
          .cadence(Matrices::normCadence)
          .price(Prices::frobenius)
          .value(
              (observation, layer) ->
                  observation.shared(MatrixNorms.class, MatrixNorms::new).frobenius(layer));

  /**
   * Largest singular value of the matrix of a layer, see {@link LargestSingularValue}; how exact it
   * is says {@link #SPECTRAL_NORM_RESIDUAL}.
   */
  public static final Metric SPECTRAL_NORM =
      Metric.perLayer("spectralNorm")
          .definition(
              Definition.formula(
                      "largest singular value s_1, by Lanczos on the smaller Gram matrix with full"
                          + " orthogonalization, started from the vector of the evaluation before"
                          + " and a fixed direction; all steps up to 8 rows or columns")
                  .parameters("matrix")
                  .applies("matrix")
                  .expect("carries nearly all of the Frobenius norm once the rank has collapsed")
                  .title("spectral norm")
                  .group(Definition.NORMS)
                  .chart("Norms of the weight matrix"))
          .absent(Absences::anyMatrix)
          .ofMatrix()
          .cadence(Matrices::normCadence)
          .price(Prices::spectral)
          .value(
              (observation, layer) ->
                  observation.shared(MatrixNorms.class, MatrixNorms::new).spectral(layer));

  /**
   * Relative residual of {@link #SPECTRAL_NORM}, see {@link LargestSingularValue#residual}; absent
   * for a matrix of zeros.
   */
  public static final Metric SPECTRAL_NORM_RESIDUAL =
      Metric.perLayer("spectralNormResidual")
          .definition(
              Definition.formula(
                      "norm of (A v - s_1^2 v) / s_1^2, A the Gram matrix: a singular value of the"
                          + " matrix is within half of it, relatively; the error of s_1 is about"
                          + " its square over the relative gap to s_2. Stops below 1e-7")
                  .parameters("matrix")
                  .applies("matrix not 0")
                  .expect("below 1e-7")
                  .title("residual of the spectral norm")
                  .withoutChart())
          .absent(Absences::matrix)
          .ofMatrix()
          .cadence(Matrices::normCadence)
          .price(Prices::spectral)
          .value(
              (observation, layer) ->
                  observation.shared(MatrixNorms.class, MatrixNorms::new).residual(layer));

  /**
   * max_j |norm(w_j)^2 + b_j^2 - norm(v_j)^2| over the units of a layer, see {@link Balance}; for
   * stacks of dense layers, where this layer and the next are trained. Cost: O(parameters).
   */
  public static final Metric BALANCE_GAP =
      Metric.perLayer("balanceGap")
          .definition(
              Definition.formula(
                      "max_j abs(norm(w_j)^2 + b_j^2 - norm(v_j)^2), v_j the outgoing weights of"
                          + " unit j")
                  .parameters("matrices of the layer and of the next, biases of the layer")
                  .applies("stack of dense layers, any activation; layer and next trained")
                  .source("Du, Hu and Lee 2018*")
                  .expect("constant under gradient flow; drifts with the square of the step")
                  .title("balance gap")
                  .group(Definition.NORMS)
                  .chart("Balance gap between layers"))
          .absent(Absences::balance)
          .ofMatrix()
          .cadence(Matrices::passCadence)
          .price(Prices::stackPass)
          .value(NormMetrics::balanceGap);

  /**
   * The path norm of a stack, sum_j |a_j| norm(w_j) for two layers and one output, see {@link
   * StackPaths#euclidean}. Cost: O(parameters).
   */
  public static final Metric PATH_NORM =
      Metric.ofNetwork("pathNorm")
          .definition(
              Definition.formula(
                      "sum of the entries of abs(W_L) ... abs(W_2) u, u_j = norm((w_j, b_j)) of the"
                          + " first layer, biases of later layers added on the way as abs(b)")
                  .parameters("all layers of the stack, fixed ones too")
                  .applies("stack")
                  .source("Neyshabur et al. 2015*, Bach 2017*")
                  .expect("ends near the smallest value that fits, from a small balanced start")
                  .title("path norm")
                  .group(Definition.NORMS)
                  .chart("Path norms"))
          .absent(Absences::withoutStack)
          .cadence(Matrices::passCadence)
          .price(Prices::stackPass)
          .withoutProbe()
          .value(NormMetrics::pathNorm);

  /**
   * The path norm of a stack, sum_j |a_j| sum_k |w_jk| for two layers and one output, see {@link
   * StackPaths#absolute}. Cost: O(parameters).
   */
  public static final Metric PATH_NORM_L1 =
      Metric.ofNetwork("pathNormL1")
          .definition(
              Definition.formula("pathNorm with u_j = sum_k abs(w_jk) + abs(b_j)")
                  .parameters("all layers of the stack, fixed ones too")
                  .applies("stack")
                  .source("Neyshabur et al. 2015*, Bach 2017*")
                  .expect("as pathNorm, for sparse inputs")
                  .title("path norm, absolute values")
                  .group(Definition.NORMS)
                  .chart("Path norms"))
          .absent(Absences::withoutStack)
          .cadence(Matrices::passCadence)
          .price(Prices::stackPass)
          .withoutProbe()
          .value(NormMetrics::pathNormL1);

  private NormMetrics() {}

  private static double balanceGap(Observation observation, int layer) {
    NetworkView network = observation.network();
    int number = Matrices.number(observation, layer);
    if (!network.isStack()
        || number < 0
        || number + 1 >= network.layers()
        || !network.layer(number).isTrained()
        || !network.layer(number + 1).isTrained()
        || network.layer(number + 1).inputs() != network.layer(number).units()) {
      return Absent.VALUE;
    }
    return observation
        .shared(Buffers.class, Buffers::new)
        .balance
        .gap(network.layer(number), network.layer(number + 1));
  }

  /** What keeps its arrays from one observation to the next. */
  private static final class Buffers implements Shared {
    final Balance balance = new Balance();

    @Override
    public void compute(Observation observation) {}
  }

  private static double pathNorm(Observation observation, int layer) {
    Stack stack = observation.stack();
    return stack == null
        ? Absent.VALUE
        : observation.shared(PathBuffers.class, PathBuffers::new).paths.euclidean(stack);
  }

  private static double pathNormL1(Observation observation, int layer) {
    Stack stack = observation.stack();
    return stack == null
        ? Absent.VALUE
        : observation.shared(PathBuffers.class, PathBuffers::new).paths.absolute(stack);
  }
}
