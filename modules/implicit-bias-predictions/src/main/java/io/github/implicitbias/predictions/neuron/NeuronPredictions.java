package io.github.implicitbias.predictions.neuron;

import io.github.implicitbias.core.prediction.Prediction;
import java.util.List;

/** The predictions from arXiv:2202.05510. */
public final class NeuronPredictions {

  private NeuronPredictions() {}

  /** Returns one of each. */
  public static List<Prediction> all() {
    return List.of(
        new NoReactivationOrthogonal(),
        new NoReactivation(),
        new DeactivatedSamplesReturn(),
        new NoImmediateReactivation(),
        new SlidingNeedsOpposingPulls(),
        new WeightNormIncreases(),
        new DistanceSinceFlipNeverFalls(),
        new NormRisesWithPositivePull(),
        new SolutionFixedByActiveSupport());
  }
}
