package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The weights turn to the max-margin solution: 1 - cos(W, W*) &lt;= 1e-4, W* the point of {@link
 * LeakyKktPoint}.
 *
 * <p>1 - cos is taken as norm(W / norm(W) - W* / norm(W*))^2 / 2, which keeps its digits where it
 * is small. Gradient descent at a fixed rate takes a time exponential in 1 / (1 - cos) to get
 * there, descent on the logarithm of the loss does not.
 *
 * <p>Source: arXiv:2210.07082; the closed form of W* is derived, the condition on the samples
 * recalled. Cost: O(parameters) per record; O(n^2 d + n^3) once.
 */
final class KktDirection extends StatedClaim implements Prediction {

  private static final double BOUND = 1e-4;
  private static final double LIMIT = 1e-2;

  /** Makes the prediction. */
  KktDirection() {
    super(
        "kktDirection",
        Claim.that(
                "The direction of the first layer goes to that of the max-margin solution, known in"
                    + " closed form.")
            .source("arXiv:2210.07082 (abstract); closed form derived, near-orthogonality recalled")
            .requires(
                "near-orthogonality; a_j of equal magnitude; all multipliers of the closed form"
                    + " positive")
            .measures("1 - cos(W, W*)")
            .against("1e-4")
            .within("reached when 1 - cos is at most 1e-4, violated above 1e-2 after that"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(3.0 * dimensions.parameters());
  }

  @Override
  public Check start(Observation first) {
    LeakySetting setting = new LeakySetting(first, true).nearlyOrthogonal(first);
    Conditions conditions = setting.conditions();
    if (!setting.isMet()) {
      return conditions.unmet();
    }
    double samples = first.probe().samples();
    if (samples * samples * (first.probe().inputs() + samples) > LeakySetting.MOST_WORK) {
      setting.tooLarge();
      return conditions.unmet();
    }
    LeakyKktPoint point = point(first, setting, conditions);
    return point == null ? conditions.unmet() : conditions.check(() -> new Turn(first, point));
  }

  private static @Nullable LeakyKktPoint point(
      Observation first, LeakySetting setting, Conditions conditions) {
    try {
      LeakyKktPoint point =
          LeakyKktPoint.of(
              first.probe().rows(false),
              Targets.of(first).classes(),
              setting.positive(),
              setting.negative(),
              setting.magnitude(),
              setting.slope());
      conditions.require(
          true,
          "the closed form has positive multipliers and norm " + Conditions.number(point.norm()),
          "");
      return point;
    } catch (IllegalArgumentException e) {
      conditions.require(false, "", "no closed form: " + e.getMessage());
      return null;
    }
  }

  private static final class Turn implements Check {
    private final Approach approach = new Approach("1 - cos(W, W*)", BOUND, LIMIT);
    private final double[] target;

    /** Keeps W* / norm(W*), row by row. */
    Turn(Observation first, LeakyKktPoint point) {
      Stack stack = first.knownStack();
      int inputs = stack.layer(0).inputs();
      double[] a = stack.layer(1).weights();
      target = new double[stack.layer(0).units() * inputs];
      double[] plus = point.plus();
      double[] minus = point.minus();
      for (int k = 0; k < target.length; k++) {
        double[] row = a[k / inputs] > 0 ? plus : minus;
        target[k] = row[k % inputs] / point.norm();
      }
    }

    @Override
    public Verdict judge(Observation observation) {
      WeightLayer layer = observation.knownStack().layer(0);
      double[] w = layer.weights();
      double norm = Math.sqrt(ScalarProduct.of(w, 0, w, 0, target.length));
      double squared = 0;
      for (int k = 0; k < target.length; k++) {
        double difference = w[k] / norm - target[k];
        squared += difference * difference;
      }
      return approach.judge(observation.step(), squared / 2);
    }
  }
}
