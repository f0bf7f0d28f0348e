package io.github.implicitbias.predictions.saddle;

import io.github.implicitbias.core.prediction.Prediction;
import java.util.List;

/** The predictions from arXiv:2206.00939. */
public final class SaddlePredictions {

  private SaddlePredictions() {}

  /** Returns one of each. */
  public static List<Prediction> all() {
    return List.of(
        new EarlyAlignment(),
        new EscapeTimePositive(),
        new EscapeTimeNegative(),
        new PositivesBeforeNegatives(),
        new PlateauLoss(),
        new MinimumVariationNormReached(),
        new FinalDirections(),
        new BalanceDriftLaw(),
        new OutputSignsKept());
  }
}
