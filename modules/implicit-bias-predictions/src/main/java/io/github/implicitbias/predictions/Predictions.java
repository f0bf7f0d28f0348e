package io.github.implicitbias.predictions;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.predictions.maxmargin.MaxMarginPredictions;
import io.github.implicitbias.predictions.minnorm.MinNormPredictions;
import io.github.implicitbias.predictions.neuron.NeuronPredictions;
import io.github.implicitbias.predictions.saddle.SaddlePredictions;
import io.github.implicitbias.predictions.teacher.TeacherPredictions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The predictions of the library; docs/predictions.md describes each. */
public final class Predictions {

  private Predictions() {}

  /** Returns one of each, in the order of their columns: paper by paper. */
  public static List<Prediction> all() {
    return Stream.of(
            NeuronPredictions.all(),
            MaxMarginPredictions.all(),
            TeacherPredictions.all(),
            SaddlePredictions.all(),
            MinNormPredictions.all())
        .flatMap(List::stream)
        .collect(Collectors.toUnmodifiableList());
  }
}
