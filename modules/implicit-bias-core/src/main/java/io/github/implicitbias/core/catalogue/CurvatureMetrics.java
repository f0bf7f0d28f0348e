package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** The ends of the spectrum of the Hessian of the loss of the probe. */
final class CurvatureMetrics {

  /**
   * Largest eigenvalue of the Hessian of the mean unregularised loss of the probe by the trained
   * parameters, piecewise exact, by Lanczos on Hessian-vector products; how exact it is says {@link
   * #SHARPNESS_RESIDUAL}. For stacks of dense layers and losses whose second derivative is known,
   * up to 250,000 parameters.
   */
  public static final Metric SHARPNESS =
      Metric.ofNetwork("sharpness")
          .definition(
              Definition.formula(
                      "largest eigenvalue of the Hessian of L, piecewise exact, by Lanczos on"
                          + " Hessian-vector products with full orthogonalization")
                  .parameters("theta")
                  .applies(
                      "stack, some of it trained, second derivative of the loss known, no weights,"
                          + " up to 250,000 parameters and 10^8 operations per product")
                  .source("Cohen et al. 2021*")
                  .expect("rises until about 2 / rate and hovers there (edge of stability)")
                  .title("sharpness")
                  .group(Definition.KERNEL)
                  .chart("Sharpness"))
          .absent(SolutionAbsences::curvature)
          .cadence(ObservedCurvature::cadence)
          .price(ObservedCurvature::largestPrice)
          .value(CurvatureMetrics::sharpness);

  /**
   * Residual norm(H v - sharpness v) of {@link #SHARPNESS}: an eigenvalue lies within this
   * distance.
   */
  public static final Metric SHARPNESS_RESIDUAL =
      Metric.ofNetwork("sharpnessResidual")
          .definition(
              Definition.formula("norm(H v - sharpness v)")
                  .parameters("theta")
                  .applies("as sharpness")
                  .expect("below 1e-6 of sharpness")
                  .title("residual of the sharpness")
                  .withoutChart())
          .absent(SolutionAbsences::curvature)
          .cadence(ObservedCurvature::cadence)
          .price(ObservedCurvature::largestPrice)
          .value(CurvatureMetrics::sharpnessResidual);

  /**
   * learningRate x sharpness / c: gradient descent on a quadratic with this curvature is stable
   * below 1; c is 2 for plain SGD and 2(1 + mu) / (1 + 2 mu) for Nesterov's method with momentum mu
   * as Deeplearning4j does it. On the full batch, without regularization; for the rest see {@link
   * #SHARPNESS}.
   */
  public static final Metric STABILITY_RATIO =
      Metric.ofNetwork("stabilityRatio")
          .definition(
              Definition.formula(
                      "learningRate x sharpness / c, c = 2, or 2(1 + mu) / (1 + 2 mu) with momentum"
                          + " mu; gradient descent on a quadratic is stable below 1")
                  .parameters("theta")
                  .applies(
                      "as sharpness; plain SGD or Nesterov's method without regularization, full"
                          + " batch, gradient divided by the batch")
                  .source("Cohen et al. 2021*")
                  .expect("rises to about 1 and stays there in many runs, not in all")
                  .title("stability ratio")
                  .group(Definition.KERNEL)
                  .chart("Stability: learning rate × sharpness / c"))
          .absent(SolutionAbsences::stability)
          .needs(Needs.FULL_BATCH)
          .cadence(ObservedCurvature::cadence)
          .price(ObservedCurvature::largestPrice)
          .value(CurvatureMetrics::stabilityRatio);

  /**
   * Lowest eigenvalue of the Hessian of the mean unregularised loss of the probe by the trained
   * parameters, piecewise exact: below 0 at a saddle. For the rest see {@link #SHARPNESS}.
   */
  public static final Metric SADDLE_INDEX =
      Metric.ofNetwork("saddleIndex")
          .definition(
              Definition.formula("lowest eigenvalue of the Hessian of L")
                  .parameters("theta")
                  .applies("as sharpness")
                  .source("Jacot et al. 2021*")
                  .expect("negative on a plateau that is a saddle, near 0 at a minimum")
                  .title("lowest curvature")
                  .group(Definition.KERNEL)
                  .chart("Lowest curvature"))
          .absent(SolutionAbsences::curvature)
          .cadence(dimensions -> Cadence.onDemand())
          .price(ObservedCurvature::smallestPrice)
          .value(CurvatureMetrics::saddleIndex);

  private CurvatureMetrics() {}

  private static double sharpness(Observation observation, int layer) {
    Lanczos end = ObservedCurvature.largest(observation);
    return end == null ? Absent.VALUE : end.value();
  }

  private static double sharpnessResidual(Observation observation, int layer) {
    Lanczos end = ObservedCurvature.largest(observation);
    return end == null ? Absent.VALUE : end.residual();
  }

  private static double stabilityRatio(Observation observation, int layer) {
    TrainingSetup training = observation.network().training();
    double rate = training.learningRate();
    boolean applies =
        training.isMomentumSgd()
            && training.isFullBatch()
            && !training.isRegularized()
            && training.dividesByBatch()
            && rate > 0;
    double momentum = training.momentum();
    double most = 2 * (1 + momentum) / (1 + 2 * momentum);
    // Asked for even where it does not apply: the search goes on from where it ended before.
    Lanczos end = ObservedCurvature.largest(observation);
    return end == null || !applies ? Absent.VALUE : rate * end.value() / most;
  }

  private static double saddleIndex(Observation observation, int layer) {
    Lanczos end = ObservedCurvature.smallest(observation);
    return end == null ? Absent.VALUE : end.value();
  }
}
