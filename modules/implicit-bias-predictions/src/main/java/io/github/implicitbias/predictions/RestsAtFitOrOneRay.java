package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.ActiveSolution;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.core.solution.ActiveLeastSquares;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Where the gradient vanishes, the residuals of the samples that are on are orthogonal to their
 * span. With two inputs that span is the plane, and then w is the v that fits all labels; or a ray.
 * It is not empty, since the loss, which never rises, began below that of the zero neuron.
 */
final class RestsAtFitOrOneRay extends StatedClaim implements Prediction {

  private static final double VANISHED = 1e-8;
  private static final double CLOSE = 1e-6;
  private static final double FAR = 1e-3;

  RestsAtFitOrOneRay() {
    super(
        "restsAtFitOrOneRay",
        Claim.that(
                "With two inputs and labels that one neuron makes, a ReLU neuron rests at that"
                    + " neuron, or where all samples that are on lie on one ray.")
            .source("arXiv:2202.05510, setting; derived")
            .requires(
                "one ReLU neuron without bias and with two inputs; squared loss; all y_i > 0;"
                    + " realizable; start below the loss of the zero neuron; step at most 2 /"
                    + " lambda_max((1/n) X^T X)")
            .measures("norm(w - v) / norm(v), v the neuron that makes the labels")
            .against("1e-6, but where the samples that are on lie on one ray")
            .within("judged once the gradient is at most 1e-8 of the first; violated beyond 1e-3"));
  }

  @Override
  public Cadence cadence(Dimensions d) {
    double small = Math.min(d.samples(), d.inputs());
    return Cadence.ofWork((double) d.samples() * d.inputs() * (2 + small));
  }

  @Override
  public Needs needs() {
    return USUAL_NEEDS.and(ActiveSolution.NEEDS);
  }

  @Override
  public Check start(Observation first) {
    Conditions conditions = Neurons.oneReLuNeuron(first);
    NeuronLayer neurons = NeuronLayer.of(first);
    if (conditions.areMet()) {
      conditions
          .require(neurons.width() == 2, "two inputs", "needs two inputs")
          .require(
              neurons.isSquaredLoss(),
              "the loss is the squared error of the outputs",
              "the loss is not known to be the squared error of the outputs")
          .require(
              neurons.smallestLabel() > 0,
              "all labels are above 0",
              "the smallest label is "
                  + Conditions.number(neurons.smallestLabel())
                  + ", should be above 0");
    }
    if (conditions.areMet()) {
      conditions.atMost(
          "the step on the half mean square", neurons.step(first), 2 / neurons.curvature());
    }
    if (conditions.areMet()) {
      NeuronLosses losses = NeuronLosses.of(first);
      ActiveSolution found = ActiveSolution.of(first);
      conditions
          .require(
              neurons.teachers().length > 0, "one neuron makes the labels", neurons.whyNoTeacher())
          .require(
              losses.of(0) < losses.ofZero(0),
              "it starts below the loss of the zero neuron",
              "it does not start below the loss of the zero neuron")
          .require(
              found != null && !found.isTooLarge(),
              "small enough to solve for",
              "too large to solve for the samples that are on");
    }
    return conditions.check(() -> new RestCheck(neurons));
  }

  /** Waits for the gradient to vanish. */
  private static final class RestCheck implements Check {
    private final NeuronLayer neurons;
    private final StepWatch steps;
    private double firstGradient = Double.NaN;
    private String detail = "";
    private @Nullable Verdict violation;

    RestCheck(NeuronLayer neurons) {
      this.neurons = neurons;
      steps = new StepWatch(neurons);
    }

    @Override
    public Verdict judge(Observation observation) {
      if (violation != null) {
        return violation;
      }
      String reason = steps.tooLong(observation);
      ActiveSolution found = ActiveSolution.of(observation);
      if (reason != null || found == null) {
        return Verdict.notApplicable(
            reason != null ? reason : "the network is not known at step " + observation.step());
      }
      if (Double.isNaN(firstGradient)) {
        firstGradient = found.gradient();
      }
      double[] v = neurons.teachers()[0];
      double[] w = Neurons.weights(observation);
      double distance = Distance.of(w, v) / Distance.length(v);
      if (!Double.isFinite(distance)) {
        return Verdict.notApplicable("not finite at step " + observation.step());
      }
      ActiveLeastSquares solution = found.solution();
      if (!(found.gradient() <= VANISHED * firstGradient)) {
        return Verdict.holds(distance, CLOSE);
      }
      if (found.samplesOn() == 0 || solution == null) {
        violation =
            Verdict.violated(distance, CLOSE, "all samples are off at step " + observation.step());
        return violation;
      }
      if (distance <= CLOSE || !solution.isUnique()) {
        String where =
            distance <= CLOSE ? "at the neuron that makes the labels" : "on one active ray";
        detail = detail.startsWith(where) ? detail : where + " at step " + observation.step();
        return Verdict.reached(distance, CLOSE, detail);
      }
      double smallest = solution.smallestSingularValue();
      double explained =
          neurons.samples() * found.gradient() / (smallest * smallest * Distance.length(v));
      if (distance > FAR && distance > 2 * explained) {
        violation =
            Verdict.violated(
                distance,
                CLOSE,
                "at rest at step "
                    + observation.step()
                    + " on samples that span the plane, and not at the neuron that makes the"
                    + " labels");
        return violation;
      }
      return Verdict.holds(distance, Absent.VALUE);
    }
  }
}
