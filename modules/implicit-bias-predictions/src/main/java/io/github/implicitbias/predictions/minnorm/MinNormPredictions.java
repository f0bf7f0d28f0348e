package io.github.implicitbias.predictions.minnorm;

import io.github.implicitbias.core.prediction.Prediction;
import java.util.List;

/** The predictions from arXiv:2603.04895. */
public final class MinNormPredictions {

  private MinNormPredictions() {}

  /** Returns one of each. */
  public static List<Prediction> all() {
    return List.of(
        new PatternFreezesEarly(),
        new LimitClosedForm(),
        new GapScaling(),
        new MinNormForPositiveLabels(),
        new LossFloor());
  }
}
