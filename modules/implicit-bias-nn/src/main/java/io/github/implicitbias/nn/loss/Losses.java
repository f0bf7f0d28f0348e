package io.github.implicitbias.nn.loss;

import io.github.implicitbias.core.loss.LogDomainLoss;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * The losses of this package, for output layers of Deeplearning4j.
 *
 * <p>They are stateless, equal if they compute the same, and part of the configuration of the layer
 * they are given to. Whoever observes a training knows them on plain arrays: they are {@link
 * io.github.implicitbias.core.loss.PerSampleLoss}es, {@link #logOf} is a {@link
 * io.github.implicitbias.core.loss.BatchLoss}.
 */
public final class Losses {

  private Losses() {}

  /**
   * The squared error of a sample, so that the mean over n samples is (1/n) sum |f - y|^2.
   *
   * <p>l(f, y) = sum_k (f_k - y_k)^2 and dl/df_k = 2 (f_k - y_k), not divided by the number of
   * outputs: with several outputs each is trained exactly as it would be alone. It equals
   * Deeplearning4j's {@code LossMSE} for one output and {@code LossL2} for any number.
   * Gradient-flow time of (1/2n) sum |f - y|^2 passes twice as fast: {@code kappa} is 2.
   *
   * <p>Labels and outputs have shape [samples, outputs]; masks may have shape [samples, 1] or that
   * of the outputs. Any activation may stand before the loss; its own backward pass is used. As a
   * {@link io.github.implicitbias.core.loss.PerSampleLoss} it is a function of the pre-activation
   * and therefore exact only behind the identity activation; behind any other, ask {@code
   * computeScoreArray}.
   *
   * <p>Throws {@link IllegalArgumentException} if the shapes do not fit. Cost: O(samples x
   * outputs).
   */
  public static ILossFunction meanSquare() {
    return new MeanSquareLoss();
  }

  /**
   * Half the squared error of a sample, so that the mean over n samples is (1/2n) sum |f - y|^2.
   *
   * <p>l(f, y) = 1/2 sum_k (f_k - y_k)^2 and dl/df_k = f_k - y_k, not divided by the number of
   * outputs. This is the loss whose gradient flow the papers on squared losses follow, so learning
   * rates and times need no conversion: {@code kappa} is 1. Deeplearning4j's own {@code LossMSE}
   * with one output is twice this loss.
   *
   * <p>Labels and outputs have shape [samples, outputs]; masks may have shape [samples, 1] or that
   * of the outputs. Any activation may stand before the loss; its own backward pass is used. As a
   * {@link io.github.implicitbias.core.loss.PerSampleLoss} it is a function of the pre-activation
   * and therefore exact only behind the identity activation; behind any other, ask {@code
   * computeScoreArray}.
   *
   * <p>Throws {@link IllegalArgumentException} if the shapes do not fit. Cost: O(samples x
   * outputs).
   */
  public static ILossFunction halfMeanSquare() {
    return new HalfMeanSquareLoss();
  }

  /**
   * The logistic loss of the margin q = y f, for labels -1 and +1, at any margin.
   *
   * <p>l(q) = log(1 + e^-q) and dl/df = -y / (1 + e^q), summed over the outputs. Both are evaluated
   * through e^-|q|, which never overflows: value and derivative keep a relative error below 1e-15
   * while |q| is at most 700, and go to 0 or stay linear beyond. In a network of type float they
   * are computed in double and rounded once.
   *
   * <p>Their logarithms are finite at every finite margin, where the loss underflows, too: log l(q)
   * has an error below 4e-16 max(1, |log l(q)|), log |dl/df| a relative one below 4e-16 while q is
   * above -700. {@link #logOf} uses them.
   *
   * <p>Labels and outputs have shape [samples, outputs]; masks may have shape [samples, 1] or that
   * of the outputs. The output layer must use the identity activation, since the loss takes the
   * margin from its pre-activation.
   *
   * <p>Throws {@link IllegalArgumentException} if the activation is another one, if a label that is
   * not masked is neither -1 nor +1, or if the shapes do not fit. Cost: O(samples x outputs).
   *
   * <p>This is the loss of Frei, Vardi, Bartlett, Srebro and Hu (arXiv 2210.07082) for
   * classification with a fixed output layer.
   */
  public static ILossFunction logistic() {
    return new LogisticLoss();
  }

  /**
   * The exponential loss of the margin q = y f, for labels -1 and +1.
   *
   * <p>l(q) = e^-q and dl/df = -y e^-q, summed over the outputs, with a relative error below 1e-15
   * while |q| is at most 700. For q below -709.78 they are larger than any double and become
   * infinite, for q above 745.13 they are 0; a finite margin never gives NaN. In a network of type
   * float they are computed in double and rounded once, so the gradient and the score of a single
   * sample are infinite for q below -88.72 and 0 for q above 103.97, while the score of a batch is
   * a double and keeps the range of one. The logarithms are exactly -q at every margin: {@link
   * #logOf} of this loss neither overflows nor underflows.
   *
   * <p>Labels and outputs have shape [samples, outputs]; masks may have shape [samples, 1] or that
   * of the outputs. The output layer must use the identity activation, since the loss takes the
   * margin from its pre-activation.
   *
   * <p>Throws {@link IllegalArgumentException} if the activation is another one, if a label that is
   * not masked is neither -1 nor +1, or if the shapes do not fit. Cost: O(samples x outputs).
   *
   * <p>At large margins the logistic loss approaches it: the ratio of the two goes to 1.
   */
  public static ILossFunction exponential() {
    return new ExponentialLoss();
  }

  /**
   * The logarithm of the mean loss of the training set: descent on it is descent on the loss itself
   * with every step divided by the loss, also known as loss-normalised descent.
   *
   * <p>With L = (1/n) sum_i l_i the mean of the wrapped loss over n samples, the trained loss is
   * log L and its gradient (1/L) grad L. Gradient descent with rate lr therefore does the steps lr
   * / L(theta_t) of descent on L, which follow the same gradient flow. Once the samples are
   * separated, descent on L slows down with the loss, and its margins grow like log t; on log L
   * they grow like t, so that the weights come equally close to their limit direction, the maximum
   * margin, exponentially sooner. (A derivation of this project, not a theorem of a paper.) Nothing
   * calls {@code setLearningRate}, so layers frozen by a zero rate stay frozen. The {@code time} of
   * a watched run is the gradient-flow time of log L.
   *
   * <p>The loss must be known by its logarithm, as {@link #logistic} and {@link #exponential} are.
   * The gradient is then computed from logarithms, one entry per output: l'_i / L = sign
   * exp(log|l'_i| - log L). Nothing overflows or underflows, however small or large L is; with
   * these two losses the entries are at most n in magnitude and have a relative error below 1e-14 +
   * 2e-16 |log(entry / n)| as long as they are normal doubles.
   *
   * <p><b>Full batch only.</b> The gradient of a logarithm of a mean is not a mean over
   * mini-batches. A loss function sees only the batch, so it is told the number of samples of the
   * training set, and training on a batch with another number of rows throws; scoring does not, so
   * test sets may have any size. It keeps no state: one instance may be shared by networks, clones
   * and folds of the same size. It is meant for feed-forward output layers.
   *
   * <p>Scores: {@code computeScore} gives log L of the batch when averaging, n times that when not,
   * which Deeplearning4j divides by n, so that {@code net.score()} is log L plus regularization;
   * with {@code miniBatch(false)} score and gradient are n times those of log L. {@code
   * computeScoreArray} gives log l_i of each sample, whose mean is not log L.
   *
   * <p>Labels and outputs have shape [samples, outputs]. Masks may have shape [samples, 1] or that
   * of the outputs; they weight the sum, L = (1/n) sum_ik m_ik l_ik with n the number of rows,
   * masked ones included, and weights that differ within a sample need a loss that is a sum over
   * the outputs. Entries with weight 0 have gradient 0; if nothing is left, the score is negative
   * infinity, and so is that of a sample of which nothing is left.
   *
   * <p>Throws {@link IllegalArgumentException} if the activation is not the identity, if a mask has
   * a weight that is negative or not finite, if the wrapped loss refuses a label, if the shapes do
   * not fit, or when training on a batch that is not the whole set. Cost: O(samples x outputs).
   *
   * @param loss a {@link LogDomainLoss}
   * @param samples number of samples of the training set, at least 1
   * @throws IllegalArgumentException if the loss is not known by its logarithm, or if there are no
   *     samples
   */
  public static ILossFunction logOf(ILossFunction loss, int samples) {
    return new LogOf(loss, samples);
  }
}
