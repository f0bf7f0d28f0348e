package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Verdict;

/**
 * Equal rows have equal outputs, and the mean loss of a group of them is least where the outputs
 * are the mean of their labels: what is left is the entropy of that mean, or the variance of the
 * labels for squared error.
 */
final class ConflictingLabelsFloor extends StatedClaim implements Prediction {

  private static final double REACHED = 1.02;
  private static final double ROUNDING = 64;

  ConflictingLabelsFloor() {
    super(
        "conflictingLabelsFloor",
        Claim.that(
                "No network that is a function of the row gets below the loss that equal rows with"
                    + " different labels, or labels that are not sure, leave over.")
            .source("derived")
            .requires(
                "any network and updater; cross entropy after softmax or sigmoid, or squared error;"
                    + " no masks; a floor above 0")
            .measures("loss of the probe")
            .against(
                "the mean over the samples of the entropy of the mean label of all rows equal to"
                    + " theirs (the variance for squared error)")
            .within("2 % for reached; 64 units of rounding of the loss and the mean |z| for below")
            .advises(
                "No network can get below this loss on these labels: equal rows have different "
                    + "labels, or labels are not sure. Below it, what the network says of a row "
                    + "depends on more than the row."));
  }

  @Override
  public Needs needs() {
    return Needs.NONE;
  }

  @Override
  public Check start(Observation first) {
    Probe probe = first.probe();
    OutputLoss loss = OutputLoss.of(first);
    Conditions conditions =
        Conditions.none().require(loss != null, OutputLoss.MET, OutputLoss.NOT_MET);
    if (loss == null) {
      return conditions.unmet();
    }
    double floor = new EqualFeatures(probe).floor(loss);
    conditions.require(
        floor > 0,
        "equal rows with different labels, or labels that are not sure, leave over a loss of "
            + Conditions.number(floor),
        "no two equal rows have different labels, and all labels are sure");
    return conditions.check(() -> new FloorCheck(floor));
  }

  /** Returns the coarsest type of the parameters. */
  static Precision precision(NetworkView network) {
    Precision coarsest = network.layers() == 0 ? Precision.FLOAT : Precision.DOUBLE;
    for (int l = 0; l < network.layers(); l++) {
      coarsest = coarsest.coarser(network.layer(l).precision());
    }
    return coarsest;
  }

  /** Returns the mean magnitude of the pre-activations of the output layer. */
  static double meanOutput(NetworkView network) {
    double[] z = network.outputPreActivations();
    if (z == null) {
      return Double.NaN;
    }
    double sum = 0;
    for (double value : z) {
      sum += Math.abs(value);
    }
    return sum * network.outputs() / z.length;
  }

  /** Compares the loss with the floor. */
  private static final class FloorCheck implements Check {
    private final double floor;

    FloorCheck(double floor) {
      this.floor = floor;
    }

    @Override
    public Verdict judge(Observation observation) {
      double loss = observation.loss();
      if (!Double.isFinite(loss)) {
        return Verdict.notApplicable("the loss is not finite at step " + observation.step());
      }
      if (loss < floor) {
        NetworkView network = observation.network();
        double allowed = ROUNDING * precision(network).unit() * (loss + meanOutput(network));
        if (!(floor - loss <= allowed)) {
          return Verdict.violated(
              loss,
              floor,
              "a loss below the floor at step "
                  + observation.step()
                  + ": what the network says of a row is not a function of the row");
        }
      }
      return loss <= REACHED * floor
          ? Verdict.reached(loss, floor, "equal rows have different labels: no more can be fitted")
          : Verdict.holds(loss, floor);
    }
  }
}
