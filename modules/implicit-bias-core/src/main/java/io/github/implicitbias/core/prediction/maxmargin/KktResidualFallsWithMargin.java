package io.github.implicitbias.core.prediction.maxmargin;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.GradientAlignment;
import io.github.implicitbias.core.metric.MinMargin;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.Verdict;

/**
 * The KKT residual falls like one over the smallest margin: sin(W, -grad L) q_min stays below twice
 * its value at the first record with q_min &gt;= 1.
 *
 * <p>The sine is an upper bound of the KKT residual, which is the least distance of W from the
 * combinations of the gradients of the margins with non-negative coefficients, over norm(W): -grad
 * L is one of them. Derivation of the law, while no unit switches any more: W is a multiple of the
 * max-margin direction, which grows without bound, plus a remainder that stays bounded; so the
 * angle is of the order 1 / norm(W), and q_min of that of norm(W). The factor two is measured: on
 * the reference runs the product grows by 1.3 and 1.5 after q_min = 1.
 *
 * <p>Source: derived here, for the setting of arXiv:2210.07082. Cost: O(n parameters).
 */
public final class KktResidualFallsWithMargin implements Prediction {

  private static final double FACTOR = 2;

  /** Below it the sine is mostly rounding of the cosine. */
  private static final double SMALLEST_SQUARE = 1e-13;

  @Override
  public String id() {
    return "kktResidualFallsWithMargin";
  }

  @Override
  public String statement() {
    return "The KKT residual falls at least like one over the smallest margin.";
  }

  @Override
  public String source() {
    return "derived here, for the setting of arXiv:2210.07082; the factor measured";
  }

  @Override
  public String tolerance() {
    return "twice the value at the first record whose margins are all at least 1";
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork((double) dimensions.samples() * dimensions.parameters());
  }

  @Override
  public Check start(Observation first) {
    LeakySetting setting = new LeakySetting(first, true).nearlyOrthogonal(first);
    if (setting.isMet()) {
      WeightLayer layer = ObservedStack.of(first).layer(0);
      double work = (double) first.probe().samples() * layer.units() * layer.inputs();
      if (work > LeakySetting.MOST_WORK) {
        setting.tooLarge();
      }
    }
    return setting.conditions().check(Product::new);
  }

  private static final class Product implements Check {
    private final GradientAlignment alignment = new GradientAlignment();
    private final MinMargin margin = new MinMargin();
    private double bound = Absent.VALUE;
    private String violated = "";

    @Override
    public Verdict judge(Observation observation) {
      double smallest = margin.evaluate(observation, -1);
      double cosine = alignment.evaluate(observation, -1);
      double square = (1 - cosine) * (1 + cosine);
      if (!(smallest >= 1 && smallest < Double.POSITIVE_INFINITY && square > SMALLEST_SQUARE)) {
        return Verdict.holds(Absent.VALUE, bound);
      }
      double product = Math.sqrt(square) * smallest;
      if (Double.isNaN(bound)) {
        bound = FACTOR * product;
      }
      if (product <= bound) {
        return Verdict.holds(product, bound);
      }
      if (violated.isEmpty()) {
        violated =
            "sin(W, -grad L) min q is "
                + Conditions.number(product)
                + " at step "
                + observation.step();
      }
      return Verdict.violated(product, bound, violated);
    }
  }
}
