package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;

/**
 * The network computes the same if the weights and the bias that come into a unit are multiplied by
 * c and those that go out of it divided by c. The derivative by c at 1 is the difference of the two
 * sides.
 */
final class UnitRescaling extends StatedClaim implements Law {

  UnitRescaling() {
    super(
        "unitRescaling",
        Claim.that(
                "The gradients on the two sides of a hidden unit balance: weights times gradient,"
                    + " summed over what comes in, is the same as summed over what goes out.")
            .source("derived: the function is unchanged under (w, b, v) -> (c w, c b, v / c)")
            .requires(
                "hidden units of slope 1 above 0 whose output goes into linear layers only, through"
                    + " dropout, pooling, flattening or masks if any; any loss, updater and decay")
            .measures("largest difference, in units of rounding of the largest terms so far")
            .against("16 sqrt(N), N the length of the longest sums")
            .within("rounding, which is the bound")
            .advises(
                "A custom layer, activation or loss does not back-propagate what it computes: check"
                    + " its gradient."));
  }

  @Override
  public Check start(StepNetwork network) {
    Pairs pairs = new Pairs(network);
    return new Balance(pairs, network, pairs.required(Conditions.none(), network));
  }

  private static final class Balance extends LawCheck {
    private final Pairs pairs;
    private final double[] largest;

    Balance(Pairs pairs, StepNetwork network, Conditions conditions) {
      super(conditions);
      this.pairs = pairs;
      this.largest = new double[network.layers().size()];
    }

    @Override
    void after(TrainingStep step) {
      if (!step.isRead()) {
        return;
      }
      int judged = 0;
      Precision coarse = Precision.DOUBLE;
      for (int l : pairs.layers()) {
        double bound = Pairs.bound(step.network(), l, step.samples());
        coarse = coarse.coarser(Pairs.precision(step.network(), l));
        if (bound * Pairs.precision(step.network(), l).unit() <= Pairs.MOST_ROUNDING) {
          compare(step, l, bound);
          judged++;
        }
      }
      if (judged == 0) {
        ends("rounding hides it: the parameters are of type " + coarse);
      }
    }

    private void compare(TrainingStep step, int l, double bound) {
      LayerSums in = step.sums(l);
      int worst = 0;
      double difference = 0;
      largest[l] = Math.max(largest[l], BatchTerms.size(step, l));
      for (int j = 0; j < in.squares().length; j++) {
        double b = Pairs.at(in.biases(), j);
        double gb = Pairs.at(in.biasGradient(), j);
        double left = in.weightsTimesGradient()[j] + b * gb;
        double right = Pairs.out(step, l, j, LayerSums.Of.WG);
        double size =
            Math.sqrt(in.squares()[j] * in.gradientSquares()[j])
                + Math.abs(b * gb)
                + Math.sqrt(
                    Pairs.out(step, l, j, LayerSums.Of.WW)
                        * Pairs.out(step, l, j, LayerSums.Of.GG));
        largest[l] = Math.max(largest[l], size);
        if (Math.abs(left - right) > difference) {
          difference = Math.abs(left - right);
          worst = j;
        }
      }
      int unit = worst;
      double by = difference;
      Precision precision = Pairs.precision(step.network(), l);
      noteUnits(
          step,
          difference,
          precision.unit() * largest[l] + precision.smallestNormal(),
          bound,
          () ->
              "the two sides of unit "
                  + unit
                  + " of "
                  + step.network().layer(l).name()
                  + " differ by "
                  + Conditions.number(by)
                  + ", of terms of "
                  + Conditions.number(largest[l]));
    }
  }
}
