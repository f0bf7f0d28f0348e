package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
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
 * Gradient flow keeps a_j^2 - norm(w_j)^2, so that a_j cannot pass 0 where this is not negative at
 * the start. On any data, with any loss.
 */
final class OutputSignsKept extends StatedClaim implements Prediction {

  private static final double BALANCED = 1e-6;

  OutputSignsKept() {
    super(
        "outputSignsKept",
        Claim.that(
                "From a start at which no unit has an output weight smaller than its incoming"
                    + " weights, no output weight changes its sign.")
            .observed()
            .source(
                "exact for gradient flow by the balance of the layers, a finite step may break it;"
                    + " arXiv:2206.00939 uses it")
            .requires(
                "any two trained layers with one output; (||w_j||^2 - a_j^2)/||w_j||^2 at most 1e-6"
                    + " for every unit")
            .measures("number of changed signs")
            .against("0"));
  }

  @Override
  public Check start(Observation first) {
    Stack stack = first.stack();
    boolean pair = TwoLayers.areTrained(stack);
    Conditions conditions =
        Conditions.ofGradientDescent(first).require(pair, TwoLayers.MET, TwoLayers.NOT_MET);
    if (stack == null || !pair) {
      return conditions.unmet();
    }
    conditions.atMost(
        "largest (norm(w_j)^2 - a_j^2) / norm(w_j)^2", incomingExcess(stack), BALANCED);
    return conditions.check(() -> new SignCheck(stack.layer(1).weights()));
  }

  private static double incomingExcess(Stack stack) {
    WeightLayer hidden = stack.layer(0);
    double[] w = hidden.weights();
    double[] b = hidden.hasBias() ? hidden.biases() : null;
    double[] a = stack.layer(1).weights();
    double largest = 0;
    for (int j = 0; j < hidden.units(); j++) {
      int inputs = hidden.inputs();
      double squared = ScalarProduct.of(w, j * inputs, w, j * inputs, inputs);
      squared += b == null ? 0 : b[j] * b[j];
      double excess = squared - a[j] * a[j];
      if (Double.isNaN(excess)) {
        return excess;
      }
      if (excess > largest * squared) {
        largest = excess / squared;
      }
    }
    return largest;
  }

  /** Compares the signs with the first. */
  private static final class SignCheck implements Check {
    private final double[] first;
    private @Nullable Verdict last;

    SignCheck(double[] outputWeights) {
      first = outputWeights.clone();
    }

    @Override
    public Verdict judge(Observation observation) {
      if (last != null) {
        return last;
      }
      Stack stack = observation.stack();
      double[] weights = stack == null ? first : stack.layer(1).weights();
      int changed = 0;
      int unit = -1;
      for (int j = 0; j < first.length; j++) {
        double now = weights[j];
        if (Double.isFinite(now) && (now > 0 && first[j] < 0 || now < 0 && first[j] > 0)) {
          changed++;
          unit = j;
        }
      }
      if (changed > 0) {
        last =
            Verdict.violated(
                changed,
                0,
                changed
                    + " output weights have changed their signs at step "
                    + observation.step()
                    + ", that of unit "
                    + unit
                    + " from "
                    + Conditions.number(first[unit])
                    + " to "
                    + Conditions.number(weights[unit]));
        return last;
      }
      return Verdict.holds(0, 0);
    }
  }
}
