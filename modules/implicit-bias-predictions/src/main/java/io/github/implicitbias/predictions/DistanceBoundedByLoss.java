package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.LossGradient;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A step is eta g long and lowers the loss by rho eta norm(g)^2, so its length is the root of eta /
 * rho times that of the fall: by Cauchy-Schwarz the sum of the lengths, and so the distance, is at
 * most the root of the sum of eta / rho times that of the whole fall.
 */
final class DistanceBoundedByLoss extends GradientStatement {

  /** A fall below this many units of rounding says nothing of rho. */
  private static final double LEAST_FALL = 1_000;

  private static final double TOLERANCE = 2e-3;

  DistanceBoundedByLoss() {
    super(
        "distanceBoundedByLoss",
        Claim.that(
                "While the loss falls with every step, the parameters are no farther from where"
                    + " they began than the fall of the loss pays for.")
            .source("derived")
            .requires(
                "a stack of dense layers with piecewise linear activations; plain SGD; l2 may be; a"
                    + " record of every step; not applicable once the loss rises; the fall of a"
                    + " step at least 1000 units of rounding of L + mean norm(z), later steps are"
                    + " not judged")
            .measures("norm(theta_T - theta_0)^2")
            .against(
                "(sum of eta / rho) (L_0 - L_T), rho = (L_t - L_(t+1)) / (eta norm(g)^2), L with"
                    + " lambda/2 times the squared weights")
            .within("0.2 % of the bound")
            .advises(
                "Rate times steps says how far training can have come: where it is small, the "
                    + "network is still close to its start."));
  }

  @Override
  public Check start(Observation first) {
    TrainingSetup training = first.network().training();
    Stack stack = first.stack();
    Conditions conditions =
        Conditions.ofFullBatch(first)
            .require(
                training.isPlainSgd() && training.hasOneLearningRate(),
                "trained by plain SGD with one learning rate",
                "not trained by plain SGD with one learning rate")
            .require(
                training.l2() >= 0,
                "no regularization but l2 of the weights",
                training.regularization());
    requireGradient(requireStack(conditions, first), first);
    if (stack == null) {
      return conditions.unmet();
    }
    int records = SmoothedMarginNeverDecreases.records(first);
    conditions.require(
        records == 1,
        "small enough for the gradient at every record",
        "too large for the gradient at every record"
            + (records > 1 ? ", it is known at every " + records + ". one" : ""));
    return conditions.check(DistanceCheck::new);
  }

  /** Returns the loss with what the penalty of the weights adds. */
  static double penalized(Observation observation, LossGradient gradient) {
    double lambda = observation.network().training().l2();
    double squares = 0;
    for (int l = 0; l < observation.knownStack().depth(); l++) {
      squares += gradient.weightNorm(l) * gradient.weightNorm(l);
    }
    return observation.loss() + (lambda > 0 ? lambda / 2 * squares : 0);
  }

  /** Adds up what the falls pay for. */
  private static final class DistanceCheck implements Check {
    private double firstLoss = Absent.VALUE;
    private double loss = Absent.VALUE;
    private double squaredStep = Absent.VALUE;
    private double sum;
    private long step = -1;
    private @Nullable Verdict last;

    @Override
    public Verdict judge(Observation observation) {
      if (last != null) {
        return last;
      }
      LossGradient gradient = LossGradient.of(observation);
      if (gradient == null || !observation.hasParameters()) {
        return unknown(observation);
      }
      double now = penalized(observation, gradient);
      if (step < 0) {
        firstLoss = now;
      } else {
        Verdict verdict = compare(observation, now);
        if (verdict != null) {
          return verdict;
        }
      }
      loss = now;
      double length = observation.network().training().learningRate() * gradient.penalizedNorm();
      squaredStep = length * length;
      step = observation.step();
      double moved = observation.parameters().distanceFromFirst();
      return step == 0
          ? Verdict.holds(Absent.VALUE, Absent.VALUE)
          : Verdict.holds(moved * moved, sum * (firstLoss - now));
    }

    /** Judges the last step; null if there is nothing to say but the numbers. */
    private @Nullable Verdict compare(Observation observation, double now) {
      if (observation.step() != step + 1) {
        return Verdict.notApplicable(
            "step " + (step + 1) + " was not recorded: what its fall pays for is not known");
      }
      double fall = loss - now;
      if (!(fall >= 0)) {
        return Verdict.notApplicable(
            "the loss rose from "
                + Conditions.number(loss)
                + " to "
                + Conditions.number(now)
                + " at step "
                + observation.step());
      }
      NetworkView network = observation.network();
      double rounding =
          ConflictingLabelsFloor.precision(network).unit()
              * (now + ConflictingLabelsFloor.meanOutput(network));
      double moved = observation.parameters().distanceFromFirst();
      if (fall < LEAST_FALL * rounding) {
        last =
            Verdict.holds(
                moved * moved,
                Absent.VALUE,
                "the loss has fallen to where rounding hides its fall, at step "
                    + observation.step());
        return last;
      }
      sum += squaredStep / fall;
      double bound = sum * (firstLoss - now);
      if (moved * moved > bound * (1 + TOLERANCE)) {
        last =
            Verdict.violated(
                moved * moved,
                bound,
                "farther from the start at step "
                    + observation.step()
                    + " than steps of the learning rate along the gradient can go");
      }
      return last;
    }
  }
}
