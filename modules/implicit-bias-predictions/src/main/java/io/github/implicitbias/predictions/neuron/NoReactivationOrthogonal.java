package io.github.implicitbias.predictions.neuron;

import io.github.implicitbias.core.metric.Boundary;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.metric.SampleRows;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedPrediction;
import io.github.implicitbias.core.solution.MinimumVariationNorm;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * On orthogonal inputs no unit of the lowest layer is ever switched on: a step moves z_ij by a
 * multiple of norm(x_i)^2 times what sample i itself sends back through unit j, which is 0 while
 * the unit is off for it. For every loss, all labels and all rates.
 */
final class NoReactivationOrthogonal extends StatedPrediction {

  /** Makes the prediction. */
  NoReactivationOrthogonal() {
    super(
        "noReactivationOrthogonal",
        Claim.that(
                "On orthogonal inputs no unit of the first layer is ever switched on for a sample.")
            .source("arXiv:2202.05510 and arXiv:2206.00939, setting; derived")
            .requires(
                "stack of dense layers, the first of them ReLU and watched; largest abs(cos)"
                    + " between two samples at most 1e-12, a bias counting as an input 1; n^2 d / 2"
                    + " up to 5e8. Any loss, labels and rate. If all features are floats: cos at"
                    + " most 4 x 2^-24 in a stack of at most two layers, observed at every step")
            .measures("entries switched on so far")
            .against("0")
            .within(
                "flips that end within rounding of the boundary are left out, and those that the"
                    + " cosines allow: z up to the sum over the steps of rate max|cos| norm(x_i)"
                    + " (1/n) sum_k |derivative of the loss by z_kj| norm(x_k)"));
  }

  @Override
  public Needs needs() {
    return USUAL_NEEDS.and(Needs.BOUNDARY);
  }

  @Override
  public Check start(Observation first) {
    Conditions conditions = Conditions.ofGradientDescent(first);
    Stack stack = ObservedStack.of(first);
    conditions.require(
        stack != null,
        "the network is a stack of dense layers",
        "the network is not a stack of dense layers");
    if (stack != null) {
      conditions.require(
          stack.layer(0).negativeSlope() == 0,
          "the first layer is a ReLU layer",
          "the first layer is not a ReLU layer");
      Neurons.watched(conditions, first);
      double n = stack.samples();
      double work = n * n / 2 * stack.layer(0).inputs();
      conditions.atMost("the work to compare all samples", work, Neurons.MOST_WORK);
      if (conditions.areMet()) {
        double[][] rows = SampleRows.rows(first.probe(), stack.layer(0).hasBias());
        double cosine = largestCosine(first.probe().features(), stack.layer(0), stack.samples());
        boolean few = stack.depth() <= 2;
        double most =
            few ? MinimumVariationNorm.orthogonalUpTo(rows) : MinimumVariationNorm.ORTHOGONAL;
        conditions.atMost("the largest cosine between two samples", cosine, most);
        if (cosine > MinimumVariationNorm.ORTHOGONAL) {
          conditions.require(
              first.network().lossDerivatives() != null,
              "the derivatives of the loss are known",
              "the derivatives of the loss are not known");
          return conditions.check(() -> new OffStaysOff(new OrthogonalLeak(first, cosine)));
        }
      }
    }
    return conditions.check(() -> new OffStaysOff(null));
  }

  /** Returns the largest |cos| between two samples, a bias being the weight of an input 1. */
  private static double largestCosine(double[] x, WeightLayer layer, int samples) {
    int inputs = layer.inputs();
    double extension = layer.hasBias() ? 1 : 0;
    double[] lengths = new double[samples];
    for (int i = 0; i < samples; i++) {
      lengths[i] = Math.sqrt(product(x, i, i, inputs) + extension);
    }
    double largest = 0;
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < i; j++) {
        double product = product(x, i, j, inputs) + extension;
        if (product != 0) {
          largest = Math.max(largest, Math.abs(product) / lengths[i] / lengths[j]);
        }
      }
    }
    return largest;
  }

  private static double product(double[] x, int i, int j, int inputs) {
    double sum = 0;
    for (int k = 0; k < inputs; k++) {
      sum += x[i * inputs + k] * x[j * inputs + k];
    }
    return sum;
  }

  /** The check of one run. */
  private static final class OffStaysOff implements Check {
    private final @Nullable OrthogonalLeak leak;
    private long switchedOn;
    private long leftOut;
    private Verdict verdict = Verdict.holds(0, 0);

    OffStaysOff(@Nullable OrthogonalLeak leak) {
      this.leak = leak;
    }

    @Override
    public Verdict judge(Observation observation) {
      if (leak != null && !leak.follow(observation)) {
        return Verdict.notApplicable(
            "the samples are orthogonal within rounding only, and a step before step "
                + observation.step()
                + " was not observed");
      }
      PatternHistory pattern = Neurons.pattern(observation);
      long on = pattern.flipCount(FlipKind.ACTIVATION) + pattern.flipCount(FlipKind.REACTIVATION);
      if (on == 0) {
        return verdict;
      }
      Boundary known = Neurons.boundary(observation);
      if (known == null) {
        return Verdict.notApplicable(
            "entries within rounding of the boundary are not known at step " + observation.step());
      }
      long excused =
          leak == null
              ? known.flips(FlipKind.ACTIVATION) + known.flips(FlipKind.REACTIVATION)
              : leak.excused(observation, pattern, FlipKind.ACTIVATION)
                  + leak.excused(observation, pattern, FlipKind.REACTIVATION);
      leftOut += excused;
      switchedOn += on - excused;
      String others = leftOut == 0 ? "" : "ended within rounding of the boundary: " + leftOut;
      if (switchedOn == 0) {
        verdict = Verdict.holds(0, 0, others);
      } else if (on > excused) {
        verdict =
            Verdict.violated(
                switchedOn,
                0,
                "entries switched on at step "
                    + observation.step()
                    + ": "
                    + (on - excused)
                    + (others.isEmpty() ? "" : "; " + others));
      }
      return verdict;
    }
  }
}
