package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedPrediction;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * With D_j = -(1/n) sum_k l'_k s'(z_kj) x_k, l' the derivative of the trained loss by the output
 * and s the activation, a step of length h is w_j + h a_j D_j and a_j + h (D_j . w_j), because s(z)
 * = s'(z) z. In the difference of the squares the terms linear in h cancel. A bias is the weight of
 * an input 1.
 *
 * <p>What rounding may do to a_j^2 - norm(w_j)^2 in a step is a small number times u c_j, u half a
 * unit in the last place of the coarser type of the two layers' parameters and c_j = (norm(w_j)^2 +
 * a_j^2)(1 + h g)^2 with g = (1/n) sum_k |l'_k| norm(x_k), which bounds both updates; the small
 * number grows with the lengths of the sums.
 */
final class BalanceDriftLaw extends StatedPrediction {

  private static final double MOST_PRODUCTS = 8_000;

  /** The largest share of a number that rounding may be for the law to say something. */
  private static final double MOST_ROUNDING = 0.1;

  /** Squares in double below this are rounded more coarsely than their own last place. */
  private static final double TINY = 1e-290;

  BalanceDriftLaw() {
    super(
        "balanceDriftLaw",
        Claim.that(
                "In a step of length h, a_j^2 - norm(w_j)^2 changes by exactly h^2 ((D_j . w_j)^2 -"
                    + " a_j^2 norm(D_j)^2), of second order in the step.")
            .source(
                "derived; exact for gradient descent, the law of arXiv:2206.00939 for gradient flow"
                    + " is 0")
            .requires(
                "any two trained layers with one output, any data and loss known by its"
                    + " derivatives; at most 8,000 products per record; 4 (n + d + 8) u at most"
                    + " 0.1, u the rounding unit of the coarser layer's type: 2^-11 HALF, 2^-8"
                    + " BFLOAT16, 2^-24 FLOAT, 2^-53 DOUBLE")
            .measures("largest deviation, in units of rounding")
            .against("4 (n + d + 8)")
            .within(
                "rounding: 4 (samples + inputs + 8) units of rounding of (norm(w_j)^2 + a_j^2)(1 +"
                    + " h g)^2, g the mean of |loss derivative| norm(x)"));
  }

  @Override
  public Check start(Observation first) {
    Stack stack = ObservedStack.of(first);
    boolean pair = TwoLayers.areTrained(stack);
    Conditions conditions =
        Conditions.ofGradientDescent(first)
            .require(pair, TwoLayers.MET, TwoLayers.NOT_MET)
            .require(
                !pair || first.network().lossDerivatives() != null,
                "the loss is known",
                "the derivatives of the loss are not known");
    if (stack == null || !pair) {
      return conditions.unmet();
    }
    WeightLayer hidden = stack.layer(0);
    double rounding = bound(first, hidden) * precision(stack).unit();
    conditions.require(
        rounding <= MOST_ROUNDING,
        "rounding is at most " + Conditions.number(rounding) + " of what is compared",
        "rounding hides it: with parameters of type "
            + precision(stack)
            + " it may be "
            + Conditions.number(rounding)
            + " of what is compared, should be at most "
            + Conditions.number(MOST_ROUNDING));
    double products = (3.0 + first.probe().samples()) * hidden.units() * (hidden.inputs() + 1);
    conditions.require(
        products <= MOST_PRODUCTS,
        Conditions.number(products) + " products per record",
        "too large for every record: "
            + Conditions.number(products)
            + " products, should be at most "
            + Conditions.number(MOST_PRODUCTS));
    return conditions.check(() -> new DriftCheck(first, stack));
  }

  /** Returns the type of the coarser of the two layers. */
  private static Precision precision(Stack stack) {
    return stack.layer(0).precision().coarser(stack.layer(1).precision());
  }

  private static double bound(Observation first, WeightLayer hidden) {
    return 4.0 * (first.probe().samples() + hidden.inputs() + 8);
  }

  /** Compares what is with what follows from the record before. */
  private static final class DriftCheck implements Check {
    private final int samples;
    private final int units;
    private final int inputs;
    private final boolean biases;
    private final double bound;
    private final double unit;
    private final double normal;
    private final double[] sampleNorms;
    private final double[] direction;
    private final double[] expected;
    private final double[] scale;
    private long step = -1;
    private double largest = Absent.VALUE;
    private long skipped;
    private @Nullable Verdict last;

    DriftCheck(Observation first, Stack stack) {
      samples = first.probe().samples();
      WeightLayer hidden = stack.layer(0);
      units = hidden.units();
      inputs = hidden.inputs();
      biases = hidden.hasBias();
      bound = bound(first, hidden);
      unit = precision(stack).unit();
      normal = precision(stack).smallestNormal();
      direction = new double[inputs + 1];
      expected = new double[units];
      scale = new double[units];
      sampleNorms = new double[samples];
      double[] x = stack.inputs(0);
      for (int i = 0; i < samples; i++) {
        double squared = ScalarProduct.of(x, i * inputs, x, i * inputs, inputs);
        sampleNorms[i] = Math.sqrt(squared + (biases ? 1 : 0));
      }
    }

    @Override
    public Verdict judge(Observation observation) {
      if (last != null) {
        return last;
      }
      Stack stack = ObservedStack.of(observation);
      double[] derivatives = observation.network().lossDerivatives();
      if (stack == null || derivatives == null || stack.layer(0).outputActivations() == null) {
        return Verdict.notApplicable("the network is not known at step " + observation.step());
      }
      if (step >= 0 && observation.step() == step + 1) {
        compare(stack, observation.step());
      }
      if (last == null) {
        step = observation.step();
        expect(stack, derivatives, observation.network().training().learningRate());
      }
      String left = skipped == 0 ? "" : "units at their kink, left out so far: " + skipped;
      return last == null ? Verdict.holds(largest, bound, left) : last;
    }

    private void compare(Stack stack, long now) {
      largest = Absent.is(largest) ? 0 : largest;
      double[] a = stack.layer(1).weights();
      for (int j = 0; j < units; j++) {
        double deviation = Math.abs(a[j] * a[j] - squared(stack, j) - expected[j]);
        double relative = deviation / scale[j];
        if (relative > largest) {
          largest = relative;
          if (relative > bound && relative < Double.POSITIVE_INFINITY) {
            last =
                Verdict.violated(
                    relative,
                    bound,
                    "a_j^2 - norm(w_j)^2 of unit "
                        + j
                        + " is off by "
                        + Conditions.number(deviation)
                        + " after step "
                        + now);
            return;
          }
        }
      }
    }

    private double squared(Stack stack, int unitNumber) {
      WeightLayer hidden = stack.layer(0);
      double[] w = hidden.weights();
      double sum = ScalarProduct.of(w, unitNumber * inputs, w, unitNumber * inputs, inputs);
      double b = hidden.bias(unitNumber);
      return sum + b * b;
    }

    private void expect(Stack stack, double[] derivatives, double rate) {
      WeightLayer hidden = stack.layer(0);
      double[] a = stack.layer(1).weights();
      double[] w = hidden.weights();
      double[] x = stack.inputs(0);
      double[] h = stack.activations(0);
      double slope = hidden.negativeSlope();
      double pull = 0;
      for (int i = 0; i < samples; i++) {
        pull += Math.abs(derivatives[i]) * sampleNorms[i] / samples;
      }
      double growth = (1 + rate * pull) * (1 + rate * pull);
      for (int j = 0; j < units; j++) {
        Arrays.fill(direction, 0);
        boolean kinked = false;
        for (int i = 0; i < samples; i++) {
          kinked |= h[i * units + j] == 0 && slope != 0 && slope != 1;
          double factor = -derivatives[i] / samples * (h[i * units + j] > 0 ? 1 : slope);
          if (factor != 0) {
            for (int k = 0; k < inputs; k++) {
              direction[k] += factor * x[i * inputs + k];
            }
            direction[inputs] += biases ? factor : 0;
          }
        }
        double along = ScalarProduct.of(direction, 0, w, j * inputs, inputs);
        along += biases ? direction[inputs] * hidden.bias(j) : 0;
        double norm = ScalarProduct.of(direction, 0, direction, 0, inputs + 1);
        double squared = squared(stack, j);
        double drift = rate * rate * (along * along - a[j] * a[j] * norm);
        double size = a[j] * a[j] + squared;
        // Where a kinked unit is at its kink, its derivative is a matter of convention.
        skipped += kinked ? 1 : 0;
        expected[j] = kinked ? Double.NaN : a[j] * a[j] - squared + drift;
        scale[j] = unit * size * growth + 4 * normal * (Math.sqrt(size) + normal) + TINY;
      }
    }
  }
}
