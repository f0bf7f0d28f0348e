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
 * Where a ReLU neuron comes to rest, its weights are the least-squares solution w_A of the samples
 * on which it is on, if those have as large a rank as there are inputs: the others could be left
 * out. The gradient is X_A^T X_A (w - w_A) / n, so norm(w - w_A) is at most n norm(gradient) / s^2
 * with s the smallest singular value of X_A; as long as that leaves room for a larger distance,
 * nothing is said.
 */
final class SolutionFixedByActiveSupport extends StatedClaim implements Prediction {

  private static final double VANISHED = 1e-8;
  private static final double CLOSE = 1e-6;
  private static final double FAR = 1e-3;

  /** Makes the prediction. */
  SolutionFixedByActiveSupport() {
    super(
        "solutionFixedByActiveSupport",
        Claim.that(
                "Where the gradient vanishes, a ReLU neuron is the least-squares solution of the"
                    + " samples on which it is on.")
            .source("arXiv:2202.05510, setting; derived")
            .requires("one ReLU neuron without bias; squared loss; 20 n d min(n, d) up to 5e8")
            .measures("norm(w - w_A) / norm(w_A), absent while w_A is not unique")
            .against("1e-6")
            .within(
                "reached within 1e-6 of the norm of the solution, violated beyond 1e-3, once the"
                    + " gradient is at most 1e-8 of the first"));
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
    if (conditions.areMet()) {
      ActiveSolution found = ActiveSolution.of(first);
      conditions.require(
          found != null && !found.isTooLarge(),
          "small enough to solve for",
          "too large to solve for the samples that are on");
    }
    return conditions.check(AtRest::new);
  }

  /** The check of one run. */
  private static final class AtRest implements Check {
    private double firstGradient = Double.NaN;
    private @Nullable Verdict violation;
    private String detail = "";
    private @Nullable ActiveLeastSquares saidOf;

    @Override
    public Verdict judge(Observation observation) {
      if (violation != null) {
        return violation;
      }
      ActiveSolution found = ActiveSolution.of(observation);
      if (found == null) {
        return Verdict.notApplicable("the network is not known at step " + observation.step());
      }
      if (Double.isNaN(firstGradient)) {
        firstGradient = found.gradient();
      }
      ActiveLeastSquares solution = found.solution();
      if (solution == null || found.samplesOn() == 0) {
        return Verdict.holds(Absent.VALUE, CLOSE);
      }
      if (!solution.isUnique()) {
        return Verdict.holds(Absent.VALUE, CLOSE, detail(solution, observation.step()));
      }
      double relative = found.distance() / solution.norm();
      if (!(found.gradient() <= VANISHED * firstGradient)) {
        return Verdict.holds(relative, CLOSE);
      }
      if (relative <= CLOSE) {
        return Verdict.reached(relative, CLOSE, detail(solution, observation.step()));
      }
      double smallest = solution.smallestSingularValue();
      double explained =
          observation.probe().samples() * found.gradient() / (smallest * smallest * solution.norm())
              + solution.relativeError();
      if (relative > FAR && relative > 2 * explained) {
        violation =
            Verdict.violated(
                relative,
                CLOSE,
                "the gradient has fallen to "
                    + Conditions.number(found.gradient() / firstGradient)
                    + " of the first at step "
                    + observation.step());
        return violation;
      }
      return Verdict.holds(relative, CLOSE);
    }

    /** Returns what was last said of a solution, made anew only for another one. */
    private String detail(ActiveLeastSquares solution, long step) {
      if (saidOf != solution) {
        saidOf = solution;
        detail =
            solution.isUnique()
                ? "at step "
                    + step
                    + " the weights are the solution of the "
                    + solution.samples()
                    + " samples that are on"
                : "the active samples leave "
                    + (solution.inputs() - solution.rank())
                    + " directions free";
      }
      return detail;
    }
  }
}
