package io.github.implicitbias.core.preset;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.maxmargin.MaxMarginPredictions;
import io.github.implicitbias.core.prediction.minnorm.MinNormPredictions;
import io.github.implicitbias.core.prediction.neuron.NeuronPredictions;
import io.github.implicitbias.core.prediction.saddle.SaddlePredictions;
import io.github.implicitbias.core.prediction.teacher.TeacherPredictions;
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
