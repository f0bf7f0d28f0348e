package io.github.implicitbias.predictions;

import static io.github.implicitbias.run.Verdict.State.HOLDS;
import static io.github.implicitbias.run.Verdict.State.NOT_APPLICABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.predictions.Orthogonal.Judged;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The conditions of the statements about orthogonal inputs, each dropped alone. */
class SaddleConditionsTest extends SaddleFixture {

  @ParameterizedTest
  @MethodSource("predictions")
  void conditionsOfGradientDescent(Prediction prediction) {
    notApplicable(prediction, net -> net.setPlainSgd(false), "another updater");
    notApplicable(prediction, net -> net.setFullBatch(false), "other samples");
    notApplicable(prediction, net -> net.setRegularized(true), "regularization");
    notApplicable(prediction, net -> net.setDividesByBatch(false), "sums");
    notApplicable(prediction, PlainStack::countStep, "observed from step 1 on");
  }

  private static void notApplicable(
      Prediction prediction, Consumer<PlainStack> change, String reason) {
    PlainStack plain = Orthogonal.four(1e-8).net();
    assertNotEquals(
        NOT_APPLICABLE,
        Orthogonal.judge(plain, 2, List.of(prediction)).of(prediction.id()).state());
    PlainStack net = Orthogonal.four(1e-8).net();
    change.accept(net);
    Judged judged = Orthogonal.judge(net, 2, List.of(prediction));
    is(NOT_APPLICABLE, judged, prediction.id());
    assertEquals(1, judged.unmet(prediction.id()).size(), "" + judged.unmet(prediction.id()));
    assertTrue(judged.of(prediction.id()).detail().contains(reason), judged.states());
  }

  static List<Prediction> predictions() {
    return Predictions.saddle();
  }

  private static Arguments change(
      String ids, String reason, Orthogonal run, Consumer<Orthogonal> change) {
    List<String> of =
        ids.equals("all") ? REACHED_ALL : ids.isEmpty() ? List.of() : List.of(ids.split(","));
    return Arguments.of(of, reason, run, change);
  }

  static Stream<Arguments> changes() {
    String pair = "not a trained ReLU layer";
    String norm = "norm(w_j) / root of N+ + N- is 0.1,";
    return Stream.of(
        change("all", pair, Orthogonal.four(1e-8), run -> run.slope = 0.1),
        change("all", pair, Orthogonal.four(1e-8), run -> run.threeLayers = true),
        change("all", pair, Orthogonal.four(1e-8), run -> run.fixedOutput = true),
        change("all", pair, Orthogonal.four(1e-8), run -> run.outputBias = new double[1]),
        change("all", "not squared", Orthogonal.two(), run -> run.loss = new Orthogonal.Logistic()),
        change("all", "the step on the loss", Orthogonal.two(), run -> run.rate = Double.NaN),
        change("all", "too large to compare", Orthogonal.four(1e-8), Changes::large),
        change("all", "cosine found", Orthogonal.four(1e-8), run -> run.x[0] += 1e-9),
        change("all", "all labels are 0", Orthogonal.two(), run -> run.y = new double[2]),
        change("all", "Sample 0 is 0 but", Orthogonal.two(), run -> run.x[0] = run.x[1] = 0),
        change("all", "- norm(w_j)^2| / ", Orthogonal.two(), run -> run.a[3] *= 1 + 1e-6),
        change("all", norm, Orthogonal.four(1e-8), run -> Changes.longUnit(run)),
        change(
            "all",
            "no unit with negative output",
            Orthogonal.four(1e-8),
            run -> run.a = Arrays.stream(run.a).map(Math::abs).toArray()),
        change(
            "escapeTimePositive,positivesBeforeNegatives,plateauLoss,saddleCurvature",
            "no positive labels",
            Orthogonal.two(),
            run -> run.y = new double[] {-1, 0}),
        change(
            "earlyAlignment",
            "expected misalignment",
            Orthogonal.four(1e-8),
            run -> Changes.scale(run, 100)),
        change(
            "escapeTimePositive",
            "number of these units",
            Orthogonal.two(),
            run -> Changes.scale(run, 115)),
        change(
            "positivesBeforeNegatives,plateauLoss,saddleCurvature",
            "norms of D+ and D-, the larger by the smaller, is 1, should be at least 1.1",
            Orthogonal.two(),
            run -> run.y = new double[] {-2, 1}),
        change(
            "plateauLoss,saddleCurvature",
            "expected flow time between the escapes",
            Orthogonal.two(),
            run -> run.y = new double[] {-1.6, 1}),
        change(
            "positivesBeforeNegatives,plateauLoss,saddleCurvature",
            "expected",
            Orthogonal.two(),
            run -> {
              run.y = new double[] {-1.8, 1};
              Changes.scale(run, 10);
            }),
        change(
            "earlyAlignment,minimumVariationNorm,finalDirections",
            "expected",
            Orthogonal.four(1e-8),
            run -> run.y[3] = -0.12),
        change(
            "earlyAlignment,plateauLoss,saddleCurvature,minimumVariationNorm,finalDirections",
            "expected",
            Orthogonal.four(1e-8),
            run -> Changes.scale(run, 1e5)));
  }

  /** Changes of runs that take more than an expression. */
  private static final class Changes {

    static void scale(Orthogonal run, double factor) {
      for (int j = 0; j < run.a.length; j++) {
        run.a[j] *= factor;
      }
      for (int k = 0; k < run.w.length; k++) {
        run.w[k] *= factor;
      }
    }

    /** Turns the unit away from all samples, where its length changes nothing else. */
    static void longUnit(Orthogonal run) {
      double norm = 0.1 * Math.sqrt(2.62636208);
      run.a[0] = norm;
      Arrays.fill(run.w, 0, 6, 0);
      for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 6; k++) {
          run.w[k] -= run.x[6 * i + k];
        }
      }
      double length = 0;
      for (int k = 0; k < 6; k++) {
        length += run.w[k] * run.w[k];
      }
      for (int k = 0; k < 6; k++) {
        run.w[k] *= norm / Math.sqrt(length);
      }
    }

    /** Coordinate vectors as samples, more than can be compared with each other. */
    static void large(Orthogonal run) {
      int n = 800;
      run.x = new double[n * n];
      run.y = new double[n];
      for (int i = 0; i < n; i++) {
        run.x[i * n + i] = 1;
        run.y[i] = i % 2 == 0 ? 1 : -1;
      }
      run.a = new double[] {1e-8, -1e-8};
      run.w = new double[2 * n];
      Arrays.fill(run.w, 1e-8 / Math.sqrt(n));
    }
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aRunChangedInOneRespect(
      List<String> ids, String reason, Orthogonal run, Consumer<Orthogonal> change) {
    Judged before = Orthogonal.judge(run.net(), 0, Predictions.saddle());
    change.accept(run);
    Judged judged = Orthogonal.judge(run.net(), 0, Predictions.saddle());
    for (String id : REACHED_ALL) {
      is(HOLDS, before, id);
      is(ids.contains(id) ? NOT_APPLICABLE : HOLDS, judged, id);
      if (ids.contains(id)) {
        assertEquals(1, judged.unmet(id).size(), "" + judged.unmet(id));
        assertTrue(judged.of(id).detail().contains(reason), judged.states());
      }
    }
  }

  @Test
  void conditionsOfTheSigns() {
    String id = "outputSignsKept";
    Orthogonal run = Orthogonal.four(1e-8);
    run.fixedOutput = true;
    unmet(run.judge(0), id, "not a trained piecewise linear layer below one trained output");
    run = Orthogonal.two();
    run.a[5] *= 1 - 1e-6;
    unmet(run.judge(0), id, "largest (norm(w_j)^2 - a_j^2) / norm(w_j)^2 is 2e-6");
    run = Orthogonal.two();
    run.a[5] *= 3;
    is(HOLDS, run.judge(0), id);
  }

  private static void unmet(Judged judged, String id, String reason) {
    is(NOT_APPLICABLE, judged, id);
    assertEquals(1, judged.unmet(id).size());
    assertTrue(judged.unmet(id).get(0).startsWith(reason), judged.states());
  }
}
