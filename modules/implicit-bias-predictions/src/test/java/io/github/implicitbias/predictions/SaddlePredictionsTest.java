package io.github.implicitbias.predictions;

import static io.github.implicitbias.run.Verdict.State.HOLDS;
import static io.github.implicitbias.run.Verdict.State.NOT_APPLICABLE;
import static io.github.implicitbias.run.Verdict.State.REACHED;
import static io.github.implicitbias.run.Verdict.State.VIOLATED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.predictions.Orthogonal.Judged;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Verdicts of the predictions on orthogonal inputs; numbers of the theory sheet, section 4.5. */
class SaddlePredictionsTest extends SaddleFixture {

  @Test
  void twoSamples_escapeOneAfterTheOther_andEndAtTheSmallestNorm() {
    Judged judged = Orthogonal.two().judge(4000);
    isReached(judged);
    assertEquals(1244, judged.step("escapeTimePositive"));
    assertEquals(1244, judged.step("positivesBeforeNegatives"));
    assertEquals(2586, judged.step("escapeTimeNegative"));
    assertEquals(12.44, judged.of("escapeTimePositive").measured(), 1e-9);
    assertEquals(13.1, judged.of("escapeTimePositive").bound(), 0.05);
    assertEquals(25.86, judged.of("escapeTimeNegative").measured(), 1e-9);
    assertEquals(26.9, judged.of("escapeTimeNegative").bound(), 0.05);
    assertEquals(1.341640786, judged.of("minimumVariationNorm").bound(), 1e-9);
    assertEquals(1.3404, judged.of("minimumVariationNorm").measured(), 1e-4);
    assertEquals(2, judged.of("finalDirections").measured());
    assertTrue(judged.of("plateauLoss").measured() < 1e-3);
  }

  @Test
  void fourSamples_fromWeightsOfScale1e8_too() {
    Judged judged = Orthogonal.four(1e-8).judge(4500);
    isReached(judged);
    assertEquals(38.26, judged.of("escapeTimePositive").measured(), 1e-9);
    assertEquals(38.9, judged.of("escapeTimePositive").bound(), 0.05);
    assertEquals(63.22, judged.of("escapeTimeNegative").measured(), 1e-9);
    assertEquals(64.0, judged.of("escapeTimeNegative").bound(), 0.05);
    assertEquals(2.62636208, judged.of("minimumVariationNorm").bound(), 1e-8);
  }

  @Test
  void theLowestCurvature_isThePullOfTheLabelsThatAreNotFitted() {
    Judged judged = Orthogonal.four(1e-8).judge(3000);
    is(REACHED, judged, "saddleCurvature");
    assertEquals(0, judged.of("saddleCurvature").measured(), 1e-2);
    String detail = judged.of("saddleCurvature").detail();
    // norm(D-) of the sheet; at the start some unit sees labels of both signs.
    assertTrue(detail.contains("predicted -0.318198"), detail);
    // A jump onto the fit passes no plateau.
    Judged jumped = jumpToOneUnitPerSample(true, true, true, true);
    is(VIOLATED, jumped, "saddleCurvature");
    assertTrue(jumped.of("saddleCurvature").detail().contains("without a plateau"));
    // Twice the loss has twice the curvature.
    Orthogonal other = Orthogonal.four(1e-8);
    other.factor = 2;
    other.rate /= 2;
    Judged twice = other.judge(3000);
    is(REACHED, twice, "saddleCurvature");
    assertTrue(twice.of("saddleCurvature").detail().contains("predicted -0.636396"));
  }

  @Test
  void twiceTheLoss_atHalfTheRate_isTheSame() {
    Orthogonal run = Orthogonal.two();
    run.factor = 2;
    run.rate /= 2;
    Judged judged = run.judge(4000);
    isReached(judged);
    assertEquals(12.44, judged.of("escapeTimePositive").measured(), 1e-9);
    assertTrue(judged.of("plateauLoss").measured() < 1e-3);
  }

  @Test
  void biases_areWeightsOfAnInput1() {
    Orthogonal run = Orthogonal.two();
    run.x = new double[] {run.x[0], run.x[2]};
    double[] w = run.w;
    run.w = new double[60];
    run.biases = new double[60];
    for (int j = 0; j < 60; j++) {
      run.w[j] = w[2 * j];
      run.biases[j] = w[2 * j + 1];
    }
    Judged judged = run.judge(4000);
    isReached(judged);
    assertEquals(12.44, judged.of("escapeTimePositive").measured(), 1e-9);
    assertEquals(1.341640786, judged.of("minimumVariationNorm").bound(), 1e-9);
  }

  @Test
  void withOppositeLabels_negativesComeFirst() {
    Orthogonal run = Orthogonal.two();
    run.y = new double[] {1, -1};
    run.a = Arrays.stream(run.a).map(a -> -a).toArray();
    Judged judged = run.judge(4000);
    isReached(judged);
    assertEquals(12.44, judged.of("escapeTimeNegative").measured(), 1e-9);
    assertTrue(
        judged.of("positivesBeforeNegatives").detail().contains("negative ones to 0.5"),
        judged.of("positivesBeforeNegatives").detail());
  }

  @Test
  void oneClass_endsInOneDirection() {
    Orthogonal run = Orthogonal.four(1e-8);
    run.x = Arrays.copyOf(run.x, 12);
    run.y = Arrays.copyOf(run.y, 2);
    Judged judged = run.judge(4500);
    for (String id :
        List.of(
            "earlyAlignment", "escapeTimePositive", "minimumVariationNorm", "finalDirections")) {
      is(REACHED, judged, id);
    }
    assertEquals(1, judged.of("finalDirections").bound());
    for (String id : List.of("escapeTimeNegative", "positivesBeforeNegatives", "plateauLoss")) {
      is(NOT_APPLICABLE, judged, id);
      assertEquals(List.of("there are no negative labels"), judged.unmet(id));
    }
  }

  /** Sets weights at step 1, as if a step had led there. */
  private static Judged jump(Orthogonal run, double[] w, double[] a, int more) {
    PlainStack net = run.net();
    net.observe();
    Judged judged = new Judged();
    judged.start(net, Predictions.saddle());
    judged.judge(net);
    net.setWeights(0, w);
    net.setWeights(1, a);
    net.countStep();
    net.observe();
    judged.judge(net);
    for (int step = 0; step < more; step++) {
      net.descend();
      net.observe();
      judged.judge(net);
    }
    return judged;
  }

  /** Units along single samples: fit the labels, each unit alone those of one of them. */
  private static Judged jumpToOneUnitPerSample(boolean... fitted) {
    Orthogonal run = Orthogonal.four(1e-8);
    double[] w = run.w.clone();
    double[] a = run.a.clone();
    for (int i = 0; i < 4; i++) {
      if (fitted[i]) {
        // Of the units only their number matters, except for the signs of the first.
        int unit = unitOfSign(run.a, run.y[i], i);
        double squared = 0;
        for (int k = 0; k < 6; k++) {
          squared += run.x[6 * i + k] * run.x[6 * i + k];
        }
        double size = Math.sqrt(Math.abs(run.y[i]) / Math.sqrt(squared));
        a[unit] = Math.signum(run.y[i]) * size;
        for (int k = 0; k < 6; k++) {
          w[6 * unit + k] = size * run.x[6 * i + k] / Math.sqrt(squared);
        }
      }
    }
    return jump(run, w, a, 0);
  }

  private static int unitOfSign(double[] a, double sign, int skip) {
    int left = skip;
    for (int j = 0; j < a.length; j++) {
      if (a[j] * sign > 0 && left-- == 0) {
        return j;
      }
    }
    throw new AssertionError("no such unit");
  }

  @Test
  void oneUnitPerSample_isNeitherShortNorInTwoDirections() {
    Judged judged = jumpToOneUnitPerSample(true, true, true, true);
    is(VIOLATED, judged, "minimumVariationNorm");
    assertEquals(3.466667, judged.of("minimumVariationNorm").measured(), 1e-6);
    is(VIOLATED, judged, "finalDirections");
    assertEquals(4, judged.of("finalDirections").measured());
    // The loss is gone before anything was aligned, and without a plateau.
    is(VIOLATED, judged, "earlyAlignment");
    assertEquals(0.7071, judged.of("earlyAlignment").measured(), 0.01);
    is(VIOLATED, judged, "plateauLoss");
    is(VIOLATED, judged, "positivesBeforeNegatives");
    is(VIOLATED, judged, "escapeTimePositive");
    assertEquals(0.02, judged.of("escapeTimePositive").measured());
    is(VIOLATED, judged, "escapeTimeNegative");
    is(HOLDS, judged, "outputSignsKept");
  }

  @Test
  void negativesFirst_whereDPlusIsLonger_isAViolation() {
    Judged judged = jumpToOneUnitPerSample(false, false, true, true);
    is(VIOLATED, judged, "positivesBeforeNegatives");
    is(HOLDS, judged, "minimumVariationNorm");
    is(HOLDS, judged, "escapeTimePositive");
    is(VIOLATED, judged, "escapeTimeNegative");
    Judged other = jumpToOneUnitPerSample(true, true, false, false);
    is(REACHED, other, "positivesBeforeNegatives");
    is(REACHED, other, "plateauLoss");
  }

  @Test
  void tooLargeASteps_delayTheEscape() {
    // Growth by 1 + h norm(D) per step instead of exp(h norm(D)), h norm(D) = 0.67 and 0.34.
    Orthogonal run = Orthogonal.two();
    run.rate = 0.6;
    Judged judged = run.judge(200);
    is(VIOLATED, judged, "escapeTimePositive");
    assertTrue(
        judged.of("escapeTimePositive").detail().contains("only at flow time"),
        judged.of("escapeTimePositive").detail());
    run.rate = 1.0;
    is(VIOLATED, run.judge(200), "escapeTimeNegative");
  }

  @Test
  void unitsThatTurnByAStepOfMoreThan1_changeTheirSigns() {
    Orthogonal run = Orthogonal.two();
    run.rate = 1.7;
    Judged judged = run.judge(1);
    is(VIOLATED, judged, "outputSignsKept");
    assertEquals(1, judged.step("outputSignsKept"));
    assertTrue(judged.of("outputSignsKept").measured() >= 1);
    run.rate = 0.5;
    is(HOLDS, run.judge(1), "outputSignsKept");
  }

  @Test
  void theSigns_holdForOtherDataLossesAndSlopes() {
    for (double slope : new double[] {0, 0.1, 1}) {
      Orthogonal run = Orthogonal.four(1);
      run.x[0] += 1;
      run.slope = slope;
      run.loss = slope == 0 ? new Orthogonal.Logistic() : null;
      run.outputBias = new double[] {0.1};
      run.rate = 0.1;
      Judged judged = run.judge(500);
      is(HOLDS, judged, "outputSignsKept");
      is(NOT_APPLICABLE, judged, "minimumVariationNorm");
    }
  }

  @Test
  void recordsFarApart_areEnough() {
    PlainStack net = Orthogonal.two().net();
    net.observe();
    Judged judged = new Judged();
    judged.start(net, Predictions.saddle());
    for (int record = 0; record < 100; record++) {
      judged.judge(net);
      for (int step = 0; step < 40; step++) {
        net.descend();
      }
      net.observe();
    }
    isReached(judged);
    assertEquals(12.8, judged.of("escapeTimePositive").measured(), 1e-9);
  }

  /** The final path norms that the theory sheet measured, and those that the condition expects. */
  @Test
  void aLargerStart_isNoLongerExpectedToEndAtTheSmallestNorm() {
    Orthogonal run = Orthogonal.four(1e-4);
    Judged judged = run.judge(3000);
    is(REACHED, judged, "minimumVariationNorm");
    is(NOT_APPLICABLE, judged, "finalDirections");
    for (double scale : new double[] {1e-2, 0.1, 1, 10}) {
      Judged larger = Orthogonal.four(scale).judge(0);
      is(NOT_APPLICABLE, larger, "minimumVariationNorm");
      is(NOT_APPLICABLE, larger, "finalDirections");
      is(NOT_APPLICABLE, larger, "earlyAlignment");
      is(NOT_APPLICABLE, larger, "plateauLoss");
    }
    for (double measured : new double[] {4.866e-6, 1.0523e-3, 1.4938e-2}) {
      double scale = measured < 1e-5 ? 1e-8 : measured < 1e-2 ? 1e-4 : 1e-2;
      PlainStack net = Orthogonal.four(scale).net();
      net.observe();
      double expected = OrthogonalRun.of(net).expectedExcess();
      // It is of the same order.
      assertEquals(1, expected / measured, 0.25, "from " + scale);
    }
  }

  @Test
  void numbersThatAreNone_violateNothing() {
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      for (int layer = 0; layer < 2; layer++) {
        PlainStack net = Orthogonal.two().net();
        Judged judged = Orthogonal.judge(net, 3, Predictions.saddle());
        double[] weights = new double[layer == 0 ? 120 : 60];
        Arrays.fill(weights, value);
        net.setWeights(layer, weights);
        for (int step = 0; step < 3; step++) {
          net.descend();
          net.observe();
          judged.judge(net);
        }
        for (Prediction prediction : Predictions.saddle()) {
          assertNotEquals(VIOLATED, judged.of(prediction.id()).state(), judged.states());
        }
      }
    }
  }
}
