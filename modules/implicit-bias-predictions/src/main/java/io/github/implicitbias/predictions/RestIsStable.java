package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.LossGradient;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;

/**
 * Linearised at a point of rest, a step multiplies the part along an eigenvector of the Hessian by
 * 1 - eta h for plain SGD; with momentum the two roots stay within the unit circle up to eta h =
 * 2(1 + mu) / (1 + 2 mu), as Deeplearning4j does Nesterov's method. What is above is left.
 */
final class RestIsStable extends GradientStatement {

  private static final double TOLERANCE = 1.02;

  /** The most operations of one product with the Hessian; 80 of them take some tenths of a s. */
  static final double MOST_WORK = 3e6;

  static final int MOST_PARAMETERS = 20_000;

  RestIsStable() {
    super(
        "restIsStable",
        Claim.that("Where training rests, sharpness x learning rate is at most c.")
            .source(
                "derived, by linearisation; what is exact in the edge of stability that Cohen et"
                    + " al. 2021 observed (recalled)")
            .requires(
                "a stack of dense layers with piecewise linear activations, up to 20,000 parameters"
                    + " and 10^6 samples x parameters; second derivative of the loss known; plain"
                    + " SGD or Nesterov's method with one learning rate; l2 may be. Rest: the"
                    + " gradient, l2 included, is at most 1e-7 of its largest and smaller than 100"
                    + " steps before at the same rate; judged there only")
            .measures("learning rate x largest eigenvalue of the Hessian, l2 included")
            .against("c = 2, or 2(1 + mu) / (1 + 2 mu) with momentum mu")
            .within("2 %")
            .advises(
                "The learning rate chooses the solution: training rests only where the loss is "
                    + "flat enough for it."));
  }

  /** Returns the conditions of a rest of gradient descent, with momentum or without. */
  static Conditions conditions(Observation first) {
    TrainingSetup training = first.network().training();
    Conditions conditions =
        Conditions.ofFullBatch(first)
            .require(
                training.isMomentumSgd() && training.hasOneLearningRate(),
                "trained by SGD or Nesterov's method with one learning rate",
                "not trained by SGD or Nesterov's method with one learning rate");
    return requireGradient(requireStack(conditions, first), first);
  }

  /** Returns the largest stable product of learning rate and curvature. */
  static double most(double momentum) {
    return 2 * (1 + momentum) / (1 + 2 * momentum);
  }

  @Override
  public Check start(Observation first) {
    TrainingSetup training = first.network().training();
    Stack stack = first.stack();
    Conditions conditions =
        conditions(first)
            .require(
                training.l2() >= 0,
                "no regularization but l2 of the weights",
                training.regularization());
    if (stack == null) {
      return conditions.unmet();
    }
    double parameters = stack.trainedParameters();
    double[] z = new double[first.probe().samples() * stack.outputs()];
    conditions
        .atMost("the number of parameters", parameters, MOST_PARAMETERS)
        .atMost("samples x parameters", first.probe().samples() * parameters, MOST_WORK / 3)
        .require(
            first.network().lossCurvature(z, z.clone()),
            "the second derivative of the loss is known",
            "the second derivative of the loss is not known");
    return conditions.check(RestCheck::new);
  }

  /** Waits for a rest. */
  private static final class RestCheck implements Check {
    private final Rest rest = new Rest();
    private long next;
    private Verdict said = Verdict.holds(Absent.VALUE, Absent.VALUE);

    @Override
    public Verdict judge(Observation observation) {
      LossGradient gradient = LossGradient.of(observation);
      if (gradient == null) {
        return unknown(observation);
      }
      TrainingSetup training = observation.network().training();
      long step = observation.step();
      boolean rests = rest.isAt(step, gradient.penalizedNorm(), training.learningRate());
      if (!rests || step < next || said.state() == Verdict.State.VIOLATED) {
        return said;
      }
      // Products with the Hessian are dear: looked at again after twice as many steps.
      next = 2 * step;
      double curvature = LossGradient.largestCurvature(observation, MOST_WORK);
      if (!Double.isFinite(curvature)) {
        return said;
      }
      double measured = rest.rate() * curvature;
      double bound = most(training.momentum());
      said =
          measured <= TOLERANCE * bound
              ? Verdict.reached(measured, bound, "at rest at step " + step)
              : Verdict.violated(
                  measured,
                  bound,
                  "at rest at step " + step + " where steps of this length are not stable");
      return said;
    }
  }
}
