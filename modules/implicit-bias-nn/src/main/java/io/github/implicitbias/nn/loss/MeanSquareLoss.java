package io.github.implicitbias.nn.loss;

/**
 * The squared error of a sample, so that the mean over n samples is (1/n) sum |f - y|^2.
 *
 * <p>l(f, y) = sum_k (f_k - y_k)^2 and dl/df_k = 2 (f_k - y_k), not divided by the number of
 * outputs: with several outputs each is trained exactly as it would be alone. It equals
 * Deeplearning4j's {@code LossMSE} for one output and {@code LossL2} for any number. Gradient-flow
 * time of (1/2n) sum |f - y|^2 passes twice as fast: {@link #kappa} is 2.
 *
 * <p>Labels and outputs have shape [samples, outputs]; masks may have shape [samples, 1] or that of
 * the outputs. Any activation may stand before the loss; its own backward pass is used. As a {@link
 * io.github.implicitbias.core.loss.PerSampleLoss} it is a function of the pre-activation and
 * therefore exact only behind the identity activation; behind any other, ask {@link
 * #computeScoreArray}.
 *
 * <p>Throws {@link IllegalArgumentException} if the shapes do not fit. Cost: O(samples x outputs).
 */
public final class MeanSquareLoss extends EntrywiseLoss {

  private static final long serialVersionUID = 1L;

  @Override
  double loss(double f, double y) {
    return (f - y) * (f - y);
  }

  @Override
  double slope(double f, double y) {
    return 2 * (f - y);
  }

  @Override
  double bend(double f, double y) {
    return 2;
  }

  @Override
  public double kappa(int outputs) {
    return 2;
  }
}
