package io.github.implicitbias.predictions;

import static io.github.implicitbias.run.Verdict.State.HOLDS;
import static io.github.implicitbias.run.Verdict.State.REACHED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.implicitbias.predictions.Orthogonal.Judged;
import io.github.implicitbias.run.Verdict;
import java.util.List;

/** What tests of the statements about orthogonal inputs look at. */
abstract class SaddleFixture {

  static final List<String> REACHED_ALL =
      List.of(
          "earlyAlignment",
          "escapeTimePositive",
          "escapeTimeNegative",
          "positivesBeforeNegatives",
          "plateauLoss",
          "saddleCurvature",
          "minimumVariationNorm",
          "finalDirections");

  static void is(Verdict.State state, Judged judged, String id) {
    assertEquals(state, judged.of(id).state(), id + "\n" + judged.states());
  }

  static void isReached(Judged judged) {
    REACHED_ALL.forEach(id -> is(REACHED, judged, id));
    is(HOLDS, judged, "outputSignsKept");
  }
}
