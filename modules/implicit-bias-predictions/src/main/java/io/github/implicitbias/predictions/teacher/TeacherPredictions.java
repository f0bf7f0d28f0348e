package io.github.implicitbias.predictions.teacher;

import io.github.implicitbias.core.prediction.Prediction;
import java.util.List;

/** The predictions from arXiv:2106.01101. */
public final class TeacherPredictions {

  private TeacherPredictions() {}

  /** Returns one of each. */
  public static List<Prediction> all() {
    return List.of(
        new TeacherDistanceNeverIncreases(),
        new LossNeverIncreases(),
        new LossBelowZeroNeuronSucceeds(),
        new DeadNeuronsStayDead(),
        new FailuresApproachTheZeroNeuron());
  }
}
