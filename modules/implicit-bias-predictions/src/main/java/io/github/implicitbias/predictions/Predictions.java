package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.prediction.Prediction;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The predictions and laws of the library, one file each; docs/predictions.md describes them. */
public final class Predictions {

  private Predictions() {}

  /** Returns one of each, in the order of their columns: ordinary training, then paper by paper. */
  public static List<Prediction> all() {
    return Stream.of(ordinary(), neuron(), maxMargin(), teacher(), saddle(), minNorm())
        .flatMap(List::stream)
        .collect(Collectors.toUnmodifiableList());
  }

  /**
   * Returns one prediction of the library, to add it to a preset that does not have it.
   *
   * @param id as in docs/predictions.md, such as "outputSignsKept"
   * @throws IllegalArgumentException if the library has no prediction with that id
   */
  public static Prediction named(String id) {
    for (Prediction prediction : all()) {
      if (prediction.id().equals(id)) {
        return prediction;
      }
    }
    throw new IllegalArgumentException(
        "No prediction of the library has the id " + id + ": docs/predictions.md lists their ids");
  }

  /**
   * Returns the laws of ordinary training, which are judged from its steps and not from a probe:
   * one of each, in the order of their columns.
   */
  public static List<Law> laws() {
    return List.of(
        new UnitRescaling(),
        new OutputEuler(),
        new BalanceDriftLaw(),
        new ClassSumsConserved(),
        new NormGrowth(),
        new FittedBatchLengthensWeights(),
        new ScaleInvariance(),
        new CalibrationOnAverage(),
        new AbsentClassBiasFalls(),
        new UnusedInputsFrozen(),
        new DeadUnitsStayDead(),
        new AdamStepBounded(),
        new OutputGradientBounded());
  }

  /**
   * Returns one law of the library, to add it to a preset that does not have it.
   *
   * @param id as in docs/predictions.md, such as "unitRescaling"
   * @throws IllegalArgumentException if the library has no law with that id
   */
  public static Law law(String id) {
    for (Law law : laws()) {
      if (law.id().equals(id)) {
        return law;
      }
    }
    throw new IllegalArgumentException(
        "No law of the library has the id " + id + ": docs/predictions.md lists their ids");
  }

  /** Returns the statements about ordinary training, of any network that meets their conditions. */
  public static List<Prediction> ordinary() {
    return List.of(
        new ConflictingLabelsFloor(),
        new SmoothedMarginNeverDecreases(),
        new ConvexLossNeverRises(),
        new DistanceBoundedByLoss(),
        new LayerNormsEqualAtRest(),
        new RestIsStable(),
        new FlatRest());
  }

  /** Returns the statements about one ReLU neuron trained on the square loss, arXiv:2202.05510. */
  public static List<Prediction> neuron() {
    return List.of(
        new NoReactivationOrthogonal(),
        new NoReactivation(),
        new DeactivatedSamplesReturn(),
        new NoImmediateReactivation(),
        new SlidingNeedsOpposingPulls(),
        new WeightNormIncreases(),
        new DistanceSinceFlipNeverFalls(),
        new NormRisesWithPositivePull(),
        new SolutionFixedByActiveSupport(),
        new RestsAtFitOrOneRay());
  }

  /** Returns the statements about leaky ReLU networks and the maximum margin, arXiv:2210.07082. */
  public static List<Prediction> maxMargin() {
    return List.of(
        new KktDirection(),
        new MarginsEqual(),
        new RankAtMostTwo(),
        new StableRankCollapse(),
        new StableRankStaysLow(),
        new StableRankAfterOneStep(),
        new LinearDecisionBoundary(),
        new ApproximateMaxMargin());
  }

  /**
   * Returns the statements about a neuron with bias that learns another neuron, arXiv:2106.01101.
   */
  public static List<Prediction> teacher() {
    return List.of(
        new TeacherDistanceNeverIncreases(),
        new LinearRate(),
        new LossNeverIncreases(),
        new LossBelowZeroNeuronSucceeds(),
        new DeadNeuronsStayDead(),
        new FailuresApproachTheZeroNeuron());
  }

  /** Returns the statements about shallow ReLU networks on orthogonal inputs, arXiv:2206.00939. */
  public static List<Prediction> saddle() {
    return List.of(
        new EarlyAlignment(),
        new EscapeTimePositive(),
        new EscapeTimeNegative(),
        new PositivesBeforeNegatives(),
        new PlateauLoss(),
        new SaddleCurvature(),
        new MinimumVariationNormReached(),
        new FinalDirections(),
        new OutputSignsKept());
  }

  /** Returns the statements about ReLU regression in high dimension, arXiv:2603.04895. */
  public static List<Prediction> minNorm() {
    return List.of(
        new PatternFreezesEarly(),
        new LimitClosedForm(),
        new GapScaling(),
        new MinNormForPositiveLabels(),
        new LossFloor());
  }
}
