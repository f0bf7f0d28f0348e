package io.github.implicitbias.predictions.maxmargin;

import io.github.implicitbias.core.prediction.Prediction;
import java.util.List;

/** The predictions from arXiv:2210.07082. */
public final class MaxMarginPredictions {

  private MaxMarginPredictions() {}

  /** Returns one of each. */
  public static List<Prediction> all() {
    return List.of(
        new KktDirection(),
        new MarginsEqual(),
        new RankAtMostTwo(),
        new StableRankCollapse(),
        new StableRankStaysLow(),
        new StableRankAfterOneStep(),
        new LinearDecisionBoundary());
  }
}
