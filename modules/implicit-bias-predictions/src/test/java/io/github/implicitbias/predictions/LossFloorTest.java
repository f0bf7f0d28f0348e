package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossFloorTest {

  private final Prediction prediction = new LossFloor();

  @Test
  void theReferenceNeuron_comesToWhatTheNegativeLabelsCost() {
    List<Verdict> verdicts = HighDimension.judge(prediction, new HighDimension().build(), 100);
    // Recorded as half the sum of squares; the mean of squares is a tenth of it here.
    assertEquals(Verdict.State.HOLDS, verdicts.get(0).state());
    assertEquals(9.417440562647448 / 10, verdicts.get(0).measured(), 1e-12);
    Verdict last = HighDimension.last(verdicts);
    assertEquals(Verdict.State.REACHED, last.state(), last.toString());
    assertEquals(4.567774612 / 10, last.bound(), 1e-9);
    assertEquals(last.bound(), last.measured(), 1e-14);
  }

  @Test
  void theReferencePair_comesToZero() {
    List<Verdict> verdicts =
        HighDimension.judge(prediction, new HighDimension().pair(1, -1).build(), 100);
    Verdict last = HighDimension.last(verdicts);
    assertEquals(Verdict.State.REACHED, last.state(), last.toString());
    assertEquals(0, last.bound());
    assertTrue(last.measured() < 1e-28, "" + last.measured());
  }

  @Test
  void withFewInputs_aPositiveSampleIsLost_andTheLossStaysAbove() {
    int ended = 0;
    for (long seed = 1; seed <= 5; seed++) {
      List<Verdict> verdicts =
          HighDimension.judge(
              prediction, new HighDimension().size(20, 50).seed(seed).build(), 5000);
      Verdict last = HighDimension.last(verdicts);
      if (last.state() == Verdict.State.NOT_APPLICABLE) {
        ended++;
        assertTrue(last.detail().contains("is not as the labels ask for"), last.detail());
      }
    }
    assertTrue(ended > 0);
  }
}
