package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;

/**
 * With margins q_i and losses l_i = log(1 + e^{-q_i}) or more, -l_i'(q_i) q_i is at least phi(l_i),
 * phi(s) = (1 - e^{-s}) (-log(e^s - 1)), which is concave and positive on (0, log 2), so that the
 * sum over the batch is at least phi of the summed loss.
 */
final class FittedBatchLengthensWeights extends StatedClaim implements Law {

  private static final double FITTED = Math.log(2);

  FittedBatchLengthensWeights() {
    super(
        "fittedBatchLengthensWeights",
        Claim.that(
                "A step on a batch whose summed loss is below log 2 lengthens the weights: b theta"
                    + " . (-g) >= k (1 - e^{-S}) (-log(e^S - 1)) > 0, S the summed loss.")
            .source("derived, the argument of arXiv:1906.05890 for flow, on one batch")
            .requires(
                "the stack of normGrowth without decay; softmax or logistic loss; labels one-hot or"
                    + " 0 and 1; no weights of samples; judged at steps with S < log 2")
            .measures("the smallest ratio of what is required to the pull, over the steps")
            .against("1")
            .within("16 sqrt(N) units of rounding of the pull's terms")
            .advises(
                "Once the data is fitted the weights grow for ever: only their direction still"
                    + " matters, and decay or early stopping limits their size."));
  }

  @Override
  public Check start(StepNetwork network) {
    Conditions conditions = HomogeneousStack.required(network);
    boolean undecayed = network.layers().stream().allMatch(layer -> layer.rule().isUndecayed());
    conditions.require(undecayed, "no decay", "there is l2 or weight decay");
    Outputs.goal(
        conditions, network, "cross-entropy", StepNetwork.Goal.SOFTMAX, StepNetwork.Goal.LOGISTIC);
    return new Pull(conditions);
  }

  private static final class Pull extends LawCheck {

    Pull(Conditions conditions) {
      super(conditions);
    }

    @Override
    void after(TrainingStep step) {
      BatchOutput output = step.output();
      if (!step.isRead() || output == null) {
        return;
      }
      String hindrance = Outputs.weighted(output);
      boolean classes =
          step.network().goal() == StepNetwork.Goal.SOFTMAX
              ? Outputs.areOneHot(output)
              : output.outputs() == 1 && areZeroOrOne(output);
      if (hindrance == null && !classes) {
        hindrance = "labels are not one class per row";
      }
      if (hindrance != null) {
        ends(hindrance);
        return;
      }
      double summed = 0;
      for (int i = 0; i < output.samples(); i++) {
        summed += output.losses()[i];
      }
      if (!(summed < FITTED) || summed == 0) {
        return;
      }
      HomogeneousStack.Totals all = new HomogeneousStack.Totals(step);
      int degree = HomogeneousStack.degree(step.network());
      double required = degree * -Math.expm1(-summed) * -Math.log(Math.expm1(summed));
      double pull = output.samples() * all.pull;
      Precision precision = HomogeneousStack.precision(step.network());
      double terms = output.rows() + 8.0 + step.network().parameters();
      double tolerance =
          16
              * Math.sqrt(terms)
              * precision.unit()
              * output.samples()
              * degree
              * Outputs.size(output);
      double least = pull + tolerance;
      if (tolerance >= required) {
        return; // beyond rounding nothing is left to be judged
      }
      note(
          step,
          least > 0 ? required / least : Double.MAX_VALUE,
          1,
          () ->
              "the pull outwards is "
                  + Conditions.number(pull)
                  + ", should be at least "
                  + Conditions.number(required));
    }

    private static boolean areZeroOrOne(BatchOutput output) {
      for (int k = 0; k < output.rows(); k++) {
        if (output.labels()[k] != 0 && output.labels()[k] != 1) {
          return false;
        }
      }
      return true;
    }
  }
}
