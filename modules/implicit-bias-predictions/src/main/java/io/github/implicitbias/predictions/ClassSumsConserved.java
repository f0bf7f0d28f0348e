package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.LayerSums.Column;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;

/**
 * A softmax does not see what is added to all pre-activations alike, so that the derivatives of the
 * loss of a sample sum to 0 over the classes, and with them each column of the gradient. SGD and
 * Nesterov's momentum then move the sums of the weights only by velocity and decay of those sums.
 */
final class ClassSumsConserved extends StatedClaim implements Law {

  ClassSumsConserved() {
    super(
        "classSumsConserved",
        Claim.that(
                "With softmax, what one class gains the others lose: the gradient of the last layer"
                    + " sums to 0 over the classes, and SGD or Nesterovs keep the sums of its"
                    + " weights, up to decay.")
            .source("derived: a softmax is unchanged when a number is added to all of its inputs")
            .requires(
                "an output layer with weights and a softmax; any loss and updater for the gradient,"
                    + " SGD or Nesterovs for the sums of weights")
            .measures("largest sum, or deviation of one, in units of rounding")
            .against("16 sqrt(N), N the length of the longest sums")
            .within("rounding, which is the bound")
            .advises(
                "Rows of your labels do not sum to 1, or the loss is not one for a softmax: one-hot"
                    + " rows with cross-entropy (MCXENT) go together."));
  }

  @Override
  public Check start(StepNetwork network) {
    Conditions conditions = Outputs.required(Conditions.none(), network);
    if (conditions.areMet()) {
      Outputs.goal(
          conditions,
          network,
          "a loss behind a softmax",
          StepNetwork.Goal.SOFTMAX,
          StepNetwork.Goal.THROUGH_SOFTMAX);
    }
    return new Sums(conditions);
  }

  private static final class Sums extends LawCheck {
    private double largest;

    Sums(Conditions conditions) {
      super(conditions);
    }

    @Override
    void after(TrainingStep step) {
      BatchOutput output = step.output();
      if (!step.isRead() || output == null || Double.isNaN(output.largestMeanInput())) {
        return;
      }
      StepLayer layer = Outputs.layer(step.network());
      LayerSums sums = step.sums(step.network().output());
      double unit = layer.precision().unit();
      double bound = 16 * Math.sqrt((double) output.rows() + layer.inputs() + layer.units() + 8);
      if (bound * unit > Pairs.MOST_ROUNDING) {
        ends("rounding hides it: the parameters are of type " + layer.precision());
        return;
      }
      double[] g = sums.column(Column.G);
      double difference = Math.abs(sum(sums.biasGradient()));
      int worst = -1;
      // A softmax with its cross-entropy has derivatives whose magnitudes sum to at most 2.
      double size = 2 * Math.max(output.largestMeanInput(), sums.biases().length == 0 ? 0 : 1);
      for (int h = 0; h < g.length; h++) {
        size = Math.max(size, sums.column(Column.G_SIZE)[h]);
        if (Math.abs(g[h]) > difference) {
          difference = Math.abs(g[h]);
          worst = h;
        }
      }
      largest = Math.max(largest, size);
      int column = worst;
      double by = difference;
      noteUnits(
          step,
          difference,
          unit * largest + layer.precision().smallestNormal(),
          bound,
          () ->
              "the gradient of "
                  + (column < 0 ? "the biases" : "the weights of input " + column)
                  + " sums to "
                  + Conditions.number(by)
                  + " over the classes, not to 0,");
      if (step.otherMover() == null) {
        judgeSums(step, layer, sums, bound);
      }
    }

    private static double sum(double[] all) {
      double sum = 0;
      for (double one : all) {
        sum += one;
      }
      return sum;
    }

    private void judgeSums(TrainingStep step, StepLayer layer, LayerSums sums, double bound) {
      UpdateRule rule = layer.rule();
      boolean judged =
          Steps.whyNoMomentum(layer, rule) == null
              && (sums.isVelocityKnown() || rule.kind() == UpdateRule.Kind.SGD);
      if (!judged) {
        return;
      }
      double unit = layer.precision().unit();
      double ofGradient = rule.rate() * (1 + rule.momentum()) * largest;
      int worst = 0;
      double units = -1;
      for (int h = 0; h < layer.inputs(); h++) {
        double expected =
            Steps.withoutGradient(rule, sums.column(Column.W)[h], sums.column(Column.V)[h]);
        double deviation = Math.abs(sums.column(Column.D)[h] - expected);
        double size = sums.column(Column.W_SIZE)[h] + sums.column(Column.D_SIZE)[h] + ofGradient;
        double now = deviation / (unit * size + layer.precision().smallestNormal());
        if (!(now <= units)) {
          units = now;
          worst = h;
        }
      }
      int input = worst;
      note(
          step,
          units,
          bound,
          () -> "the weights of input " + input + ", summed over the classes, have moved");
    }
  }
}
