package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;
import java.util.ArrayList;
import java.util.List;

/**
 * Batch statistics take the size of a unit's weights out, but for the number eps that is added to
 * the variance. If the variance is not at hand, the factor is at most 1.
 */
final class ScaleInvariance extends StatedClaim implements Law {

  private static final double UNITS = 1_000;

  ScaleInvariance() {
    super(
        "scaleInvariance",
        Claim.that(
                "Below batch normalization the gradient does not change the length of a unit's"
                    + " weights: w_j . G_j = eps / (sigma_j^2 + eps) gamma_j g_gamma_j. A step of"
                    + " SGD turns them by an angle of tangent eta norm(G_j) / ((1 - eta lambda)"
                    + " norm(w_j)): w_j . w_j' = (1 - eta lambda) norm(w_j)^2 - eta w_j . G_j, and"
                    + " the length follows.")
            .source("derived")
            .requires(
                "a dense or convolution layer without activation directly below batch"
                    + " normalization with the statistics of the batch; any loss and updater for"
                    + " the gradient; plain SGD, l2 or weightDecay or none for the step")
            .measures(
                "largest deviation, in units of rounding of the largest terms so far, or of"
                    + " (norm(w_j) + norm(step))^2")
            .against("1000; of the step 16 sqrt(inputs)")
            .within("rounding, which is the bound")
            .advises(
                "Batch normalization does not use the statistics of the batch, or its gradient is"
                    + " wrong. What counts as learning rate below it is rate / norm(w)^2."));
  }

  @Override
  public Check start(StepNetwork network) {
    List<Integer> below = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int l = 0; l < network.layers().size(); l++) {
      int by = network.layer(l).normalizedBy();
      if (by >= 0 && network.layer(l).isTrained()) {
        below.add(l);
        names.add(network.layer(l).name());
      }
    }
    return new Invariance(
        below,
        network,
        Conditions.none()
            .require(
                !below.isEmpty(),
                String.join(", ", names) + " below batch normalization",
                "no layer without activation stands directly below batch normalization"));
  }

  private static final class Invariance extends LawCheck {
    private final List<Integer> layers;
    private final double[] largest;
    private final double[][] variances;

    Invariance(List<Integer> layers, StepNetwork network, Conditions conditions) {
      super(conditions);
      this.layers = layers;
      this.largest = new double[network.layers().size()];
      this.variances = new double[network.layers().size()][];
      for (int l : layers) {
        variances[l] = new double[network.layer(l).units()];
      }
    }

    @Override
    void after(TrainingStep step) {
      if (!step.isRead()) {
        return;
      }
      for (int l : layers) {
        StepLayer layer = step.network().layer(l);
        if (UNITS * precision(step, l).unit() > Pairs.MOST_ROUNDING) {
          ends("rounding hides it: the parameters are of type " + layer.precision());
          return;
        }
        compare(step, l);
        if (layer.rule().kind() == UpdateRule.Kind.SGD
            && step.network().dividesByBatch()
            && step.otherMover() == null) {
          compareStep(step, l);
        }
      }
    }

    private void compareStep(TrainingStep step, int l) {
      StepLayer layer = step.network().layer(l);
      LayerSums in = step.sums(l);
      UpdateRule rule = layer.rule();
      double shrinks = rule.rate() * (rule.l2() + rule.decay());
      int worst = 0;
      double most = 0;
      for (int j = 0; j < layer.units(); j++) {
        double ww = in.squares()[j];
        double wg = in.weightsTimesGradient()[j];
        double gg = in.gradientSquares()[j];
        double dd = in.updateSquares()[j];
        double along = -shrinks * ww - rule.rate() * wg;
        double squared =
            shrinks * shrinks * ww
                + 2 * shrinks * rule.rate() * wg
                + rule.rate() * rule.rate() * gg;
        double length = Math.sqrt(ww) + Math.sqrt(dd);
        double off = Math.max(Math.abs(in.weightsTimesUpdate()[j] - along), Math.abs(dd - squared));
        double units = off / (precision(step, l).unit() * length * length + Double.MIN_NORMAL);
        if (!(units <= most)) {
          most = units;
          worst = j;
        }
      }
      int unit = worst;
      note(
          step,
          most,
          16 * Math.sqrt(layer.inputs() + 8.0),
          () ->
              "the weights of unit "
                  + unit
                  + " of "
                  + layer.name()
                  + " have not turned as a step of their gradient turns them");
    }

    private static Precision precision(TrainingStep step, int l) {
      StepLayer layer = step.network().layer(l);
      return layer.precision().coarser(step.network().layer(layer.normalizedBy()).precision());
    }

    private void compare(TrainingStep step, int l) {
      StepLayer layer = step.network().layer(l);
      LayerSums in = step.sums(l);
      LayerSums above = step.sums(layer.normalizedBy());
      boolean known = step.variances(l, variances[l]);
      double epsilon = step.epsilon(layer.normalizedBy());
      int worst = 0;
      double deviation = 0;
      largest[l] = Math.max(largest[l], BatchTerms.size(step, l));
      for (int j = 0; j < layer.units(); j++) {
        double ofScale = above.weightsTimesGradient()[j];
        double left = in.weightsTimesGradient()[j];
        double off =
            known
                ? Math.abs(left - epsilon / (variances[l][j] + epsilon) * ofScale)
                : Math.max(0, Math.abs(left) - Math.abs(ofScale));
        largest[l] = Math.max(largest[l], Math.sqrt(in.squares()[j] * in.gradientSquares()[j]));
        if (off > deviation) {
          deviation = off;
          worst = j;
        }
      }
      int unit = worst;
      double by = deviation;
      Precision precision = precision(step, l);
      noteUnits(
          step,
          deviation,
          precision.unit() * largest[l] + precision.smallestNormal(),
          UNITS,
          () ->
              "w . G of unit "
                  + unit
                  + " of "
                  + layer.name()
                  + " is off by "
                  + Conditions.number(by)
                  + " of "
                  + Conditions.number(largest[l]));
    }
  }
}
