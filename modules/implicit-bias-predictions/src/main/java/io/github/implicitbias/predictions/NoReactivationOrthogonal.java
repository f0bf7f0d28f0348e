package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Boundary;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.core.solution.MinimumVariationNorm;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Verdict;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * On orthogonal inputs no unit of the lowest layer is ever switched on: a step moves z_ij by a
 * multiple of norm(x_i)^2 times what sample i itself sends back through unit j, which is 0 while
 * the unit is off for it. For every loss, all labels and all rates.
 */
final class NoReactivationOrthogonal extends StatedClaim implements Prediction {

  /** Makes the prediction. */
  NoReactivationOrthogonal() {
    super(
        "noReactivationOrthogonal",
        Claim.that(
                "On orthogonal inputs no unit of the first layer is ever switched on for a sample.")
            .source("arXiv:2202.05510 and arXiv:2206.00939, setting; derived")
            .requires(
                "stack of dense layers, the first of them ReLU and watched; largest abs(cos)"
                    + " between two samples at most 1e-12, a bias counting as an input 1; in stacks"
                    + " of up to two layers at most 2.4e-7 if all features are floats; n^2 d / 2 up"
                    + " to 5e8. Any loss, labels and rate")
            .measures("entries switched on so far")
            .against("0")
            .within(
                "flips that end within rounding of the boundary are left out, and those that end"
                    + " within what the other samples can have moved z by: the sum over steps of"
                    + " rate x mean of abs(dl_i/dz_ij) norm(x_i), x norm(x_k) x largest abs(cos)"));
  }

  @Override
  public Needs needs() {
    return USUAL_NEEDS.and(Needs.BOUNDARY);
  }

  @Override
  public Check start(Observation first) {
    Conditions conditions = Conditions.ofGradientDescent(first);
    Stack stack = first.stack();
    conditions.require(stack != null, "the network is a stack of dense layers", first.whyNoStack());
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
        double[] x = first.probe().features();
        double cosine = largestCosine(x, stack.layer(0), stack.samples());
        double exact = MinimumVariationNorm.ORTHOGONAL;
        double tolerance = stack.depth() <= 2 ? MinimumVariationNorm.tolerance(x) : exact;
        conditions.atMost("the largest cosine between two samples", cosine, tolerance);
        CrossTalk others = cosine > exact ? new CrossTalk(stack, x, cosine) : null;
        return conditions.check(() -> new OffStaysOff(others));
      }
    }
    return conditions.check(() -> new OffStaysOff(null));
  }

  /** Returns the largest |cos| between two samples, a bias being the weight of an input 1. */
  private static double largestCosine(double[] x, WeightLayer layer, int samples) {
    int inputs = layer.inputs();
    double extension = layer.hasBias() ? 1 : 0;
    double[] lengths = lengths(x, layer, samples);
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

  private static double[] lengths(double[] x, WeightLayer layer, int samples) {
    double[] lengths = new double[samples];
    for (int i = 0; i < samples; i++) {
      lengths[i] = Math.sqrt(product(x, i, i, layer.inputs()) + (layer.hasBias() ? 1 : 0));
    }
    return lengths;
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
    private final @Nullable CrossTalk others;
    private long switchedOn;
    private long leftOut;
    private Verdict verdict = Verdict.holds(0, 0);

    OffStaysOff(@Nullable CrossTalk others) {
      this.others = others;
    }

    @Override
    public Verdict judge(Observation observation) {
      Verdict found = others == null || others.follows(observation) ? judged(observation) : null;
      if (others != null) {
        others.take(observation);
      }
      return found == null
          ? Verdict.notApplicable(
              "the samples are orthogonal as floats only, and the step before step "
                  + observation.step()
                  + " is not known")
          : found;
    }

    private Verdict judged(Observation observation) {
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
      long boundary = known.flips(FlipKind.ACTIVATION) + known.flips(FlipKind.REACTIVATION);
      if (others != null) {
        boundary = others.flips(observation, pattern, known);
      }
      leftOut += boundary;
      switchedOn += on - boundary;
      String small = leftOut == 0 ? "" : "ended within rounding of the boundary: " + leftOut;
      if (switchedOn == 0) {
        verdict = Verdict.holds(0, 0, small);
      } else if (on > boundary) {
        verdict =
            Verdict.violated(
                switchedOn,
                0,
                "entries switched on at step "
                    + observation.step()
                    + ": "
                    + (on - boundary)
                    + (small.isEmpty() ? "" : "; " + small));
      }
      return verdict;
    }
  }

  /**
   * What samples that are orthogonal only as floats can move each other's pre-activations by, in a
   * stack of one or two layers. Up to the present step sample i has moved z_kj by at most the sum
   * over steps of rate / n x abs(dl_i/dz_ij) abs(x_i . x_k).
   */
  private static final class CrossTalk {
    private final double cosine;
    private final double[] norms;
    private final double[] reach;
    private long step = -1;

    CrossTalk(Stack stack, double[] x, double cosine) {
      this.cosine = cosine;
      norms = lengths(x, stack.layer(0), stack.samples());
      reach = new double[stack.layer(0).units()];
    }

    /** Returns true if no step is missing between the last one taken and an observation. */
    boolean follows(Observation observation) {
      return step < 0 || observation.step() == step + 1;
    }

    /** Adds what the step from an observation can do. */
    void take(Observation observation) {
      Stack stack = observation.stack();
      double[] derivatives = observation.network().lossDerivatives();
      double rate = Math.abs(observation.network().training().learningRate());
      if (stack == null || derivatives == null || !follows(observation)) {
        // Once a step is missing no later one follows.
        step = Long.MAX_VALUE - 1;
        return;
      }
      step = observation.step();
      for (int j = 0; j < reach.length; j++) {
        double sum = 0;
        for (int i = 0; i < norms.length; i++) {
          sum += norms[i] * derivative(stack, derivatives, i, j);
        }
        reach[j] += rate * cosine * sum / norms.length;
      }
    }

    /** Returns the most that the derivative of the loss of a sample by z_ij can be. */
    private static double derivative(Stack stack, double[] derivatives, int sample, int unit) {
      int outputs = stack.outputs();
      if (stack.depth() == 1) {
        return Math.abs(derivatives[sample * outputs + unit]);
      }
      double[] a = stack.layer(1).weights();
      int units = stack.layer(0).units();
      double sum = 0;
      for (int k = 0; k < outputs; k++) {
        sum += Math.abs(derivatives[sample * outputs + k] * a[k * units + unit]);
      }
      return sum;
    }

    /** Returns how many entries were switched on but are on the boundary, or within reach. */
    long flips(Observation observation, PatternHistory pattern, Boundary boundary) {
      int perUnit = boundary.words().length / Math.max(1, pattern.units());
      WeightLayer layer = Objects.requireNonNull(observation.stack()).layer(0);
      double[] x = observation.probe().features();
      long count = 0;
      for (FlipKind kind : new FlipKind[] {FlipKind.ACTIVATION, FlipKind.REACTIVATION}) {
        int[] flips = pattern.flips(kind);
        for (int f = 0; f < pattern.flipCount(kind); f++) {
          int unit = flips[f] / norms.length;
          int sample = flips[f] % norms.length;
          long word = boundary.words()[unit * perUnit + (sample >>> 6)];
          double z = preActivation(layer, x, unit, sample);
          boolean within = (word >>> (sample & 63) & 1) != 0 || z <= norms[sample] * reach[unit];
          count += within ? 1 : 0;
        }
      }
      return count;
    }

    private static double preActivation(WeightLayer layer, double[] x, int unit, int sample) {
      int inputs = layer.inputs();
      double[] w = layer.weights();
      double z = layer.hasBias() ? Objects.requireNonNull(layer.biases())[unit] : 0;
      for (int k = 0; k < inputs; k++) {
        z += w[unit * inputs + k] * x[sample * inputs + k];
      }
      return z;
    }
  }
}
