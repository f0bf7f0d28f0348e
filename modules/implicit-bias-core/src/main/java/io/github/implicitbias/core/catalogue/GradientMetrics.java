package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** The gradient of the loss of the probe. */
final class GradientMetrics {

  /**
   * Euclidean norm of the gradient of the mean unregularised loss of the probe by the trained
   * parameters, for stacks of dense layers. Cost: O(samples x parameters).
   */
  public static final Metric GRADIENT_NORM =
      Metric.ofNetwork("gradientNorm")
          .definition(
              Definition.formula("norm of grad L")
                  .parameters("theta")
                  .applies("stack, some of it trained, derivatives of the loss known")
                  .expect("small on plateaus, too: look at the loss and saddleIndex with it")
                  .title("norm of the gradient")
                  .group(Definition.MARGIN)
                  .chart("Gradient"))
          .absent(SolutionAbsences::gradient)
          .cadence(LossGradient::cadence)
          .price(LossGradient::price)
          .value(GradientMetrics::gradientNorm);

  /**
   * cos(theta, -grad L): 1 when gradient descent only makes the trained parameters longer. For
   * stacks of dense layers; absent where one of the two is 0. Cost: O(samples x parameters), shared
   * with {@link #GRADIENT_NORM}.
   */
  public static final Metric GRADIENT_ALIGNMENT =
      Metric.ofNetwork("gradientAlignment")
          .definition(
              Definition.formula("cos(theta, -grad L)")
                  .parameters("theta")
                  .applies("as gradientNorm; neither is 0")
                  .source("Ji and Telgarsky 2020*")
                  .expect("goes to 1 when only the norm still grows: the direction has converged")
                  .title("alignment with the gradient")
                  .group(Definition.MARGIN)
                  .chart("Alignment"))
          .absent(SolutionAbsences::gradientDirection)
          .cadence(LossGradient::cadence)
          .price(LossGradient::price)
          .value(GradientMetrics::gradientAlignment);

  private GradientMetrics() {}

  private static double gradientNorm(Observation observation, int layer) {
    LossGradient gradient = LossGradient.of(observation);
    return gradient == null ? Absent.VALUE : gradient.norm();
  }

  private static double gradientAlignment(Observation observation, int layer) {
    LossGradient gradient = LossGradient.of(observation);
    if (gradient == null || gradient.isZero()) {
      return Absent.VALUE;
    }
    return gradient.alignment();
  }
}
