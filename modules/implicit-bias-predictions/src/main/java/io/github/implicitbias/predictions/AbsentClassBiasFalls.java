package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;

/**
 * The gradient of the bias of a class without mass in any label is the mean probability of the
 * class, never negative. With momentum the step is mu^2 v - (1 + mu) eta g with v never positive;
 * Adam's first moment is never negative.
 */
final class AbsentClassBiasFalls extends StatedClaim implements Law {

  AbsentClassBiasFalls() {
    super(
        "absentClassBiasFalls",
        Claim.that("The output bias of a class that occurs in no label never rises.")
            .source("derived")
            .requires(
                "softmax or sigmoid with cross-entropy; SGD, Nesterovs or Adam without decay for"
                    + " output biases, from the first step on; visits of every step; a class that"
                    + " occurs in no label so far")
            .measures("largest rise so far")
            .against("0")
            .advises(
                "A class never occurs in the labels: nOut is one too many, labels are counted from"
                    + " 1, or the training set lacks it."));
  }

  @Override
  public Check start(StepNetwork network) {
    Conditions conditions = Outputs.required(Conditions.none(), network);
    if (conditions.areMet()) {
      StepLayer layer = Outputs.layer(network);
      UpdateRule rule = layer.biasRule();
      boolean known =
          rule.kind() == UpdateRule.Kind.SGD
              || rule.kind() == UpdateRule.Kind.NESTEROVS
              || rule.kind() == UpdateRule.Kind.ADAM;
      String beside = known ? rule.beside() : layer.name() + " has the updater " + rule.updater();
      Outputs.goal(
          conditions,
          network,
          "cross-entropy",
          StepNetwork.Goal.SOFTMAX,
          StepNetwork.Goal.LOGISTIC);
      conditions
          .require(layer.hasBias(), "there are output biases", layer.name() + " has no biases")
          .require(beside == null, "SGD, Nesterovs or Adam", String.valueOf(beside))
          .require(rule.isUndecayed(), "biases are not decayed", "biases are decayed");
    }
    return new Absent(network, conditions);
  }

  private static final class Absent extends LawCheck {
    private final boolean[] occurs;
    private final double[] before;
    private final double[] now;
    private boolean begun;

    Absent(StepNetwork network, Conditions conditions) {
      super(conditions);
      int units = conditions.areMet() ? Outputs.layer(network).units() : 0;
      occurs = new boolean[units];
      before = new double[units];
      now = new double[units];
    }

    @Override
    void before(TrainingStep step) {
      BatchOutput output = step.output();
      if (!step.readsEveryBatch()) {
        ends(Outputs.NOT_EVERY_BATCH);
      } else if (!begun && !step.isFirst()) {
        ends("observed from step " + step.step() + " on, not from the first");
      } else if (output == null) {
        ends("the labels of step " + step.step() + " were not read");
      } else {
        if (!begun) {
          step.biases(step.network().output(), before);
          begun = true;
        }
        look(output);
      }
    }

    private void look(BatchOutput output) {
      double[] y = output.labels();
      int width = occurs.length;
      boolean all = true;
      for (int k = 0; k < width; k++) {
        for (int at = k; at < output.rows() * width && !occurs[k]; at += width) {
          occurs[k] = y[at] != 0;
        }
        all &= occurs[k];
      }
      if (all) {
        ends("every class occurs in the labels");
      }
    }

    @Override
    void after(TrainingStep step) {
      if (isMovedOtherwise(step)) {
        return;
      }
      step.biases(step.network().output(), now);
      int worst = -1;
      double rise = Double.NEGATIVE_INFINITY;
      int absent = 0;
      for (int k = 0; k < now.length; k++) {
        if (!occurs[k]) {
          absent++;
          if (!(now[k] - before[k] <= rise)) {
            rise = now[k] - before[k];
            worst = k;
          }
        }
      }
      System.arraycopy(now, 0, before, 0, now.length);
      int output = worst;
      note(
          step,
          Double.isNaN(rise) ? rise : Math.max(0, rise),
          0,
          () -> "the bias of output " + output + ", whose class occurs in no label, has risen");
      if (step.isRead()) {
        say(absent + " of " + now.length + " classes occur in no label so far, such as " + worst);
      }
    }
  }
}
