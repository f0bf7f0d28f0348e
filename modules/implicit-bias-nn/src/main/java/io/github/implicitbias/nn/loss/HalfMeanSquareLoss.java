package io.github.implicitbias.nn.loss;

/**
 * Half the squared error of a sample, so that the mean over n samples is (1/2n) sum |f - y|^2.
 *
 * <p>l(f, y) = 1/2 sum_k (f_k - y_k)^2 and dl/df_k = f_k - y_k, not divided by the number of
 * outputs. This is the loss whose gradient flow the papers on squared losses follow, so learning
 * rates and times need no conversion: {@link #kappa} is 1. Deeplearning4j's own {@code LossMSE}
 * with one output is twice this loss.
 *
 * <p>Labels and outputs have shape [samples, outputs]; masks may have shape [samples, 1] or that of
 * the outputs. Any activation may stand before the loss; its own backward pass is used. As a {@link
 * io.github.implicitbias.core.loss.PerSampleLoss} it is a function of the pre-activation and
 * therefore exact only behind the identity activation; behind any other, ask {@link
 * #computeScoreArray}.
 *
 * <p>Throws {@link IllegalArgumentException} if the shapes do not fit. Cost: O(samples x outputs).
 */
public final class HalfMeanSquareLoss extends EntrywiseLoss {

  private static final long serialVersionUID = 1L;

  @Override
  double loss(double f, double y) {
    return 0.5 * (f - y) * (f - y);
  }

  @Override
  double slope(double f, double y) {
    return f - y;
  }

  @Override
  double bend(double f, double y) {
    return 1;
  }

  @Override
  public double kappa(int outputs) {
    return 1;
  }
}
