package io.github.implicitbias.predictions.neuron;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedPrediction;
import io.github.implicitbias.core.solution.ActiveLeastSquares;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * From a small start the norm of the weights of a neuron only grows. The abstract of
 * arXiv:2202.05510 says so under some conditions; those used here are ours: no bias, squared loss,
 * a start of at most 0.01 of the norm of the least-squares solution of the positive labels, and a
 * step that overshoots in no direction. Slight overshoots near convergence break it in a few runs.
 */
final class WeightNormIncreases extends StatedPrediction {

  private static final double SMALL = 0.01;
  private static final double DOUBLE_TOLERANCE = 1e-12;
  private static final double FLOAT_TOLERANCE = 1e-6;

  /** Makes the prediction. */
  WeightNormIncreases() {
    super(
        "weightNormIncreases",
        Claim.that("From a small start the norm of the weights of a neuron only grows.")
            .source(
                "arXiv:2202.05510, abstract (\"under some conditions\"; those used here are ours)")
            .requires(
                "one ReLU or linear neuron without bias; squared loss; norm(w_0) at most 0.01 of"
                    + " the norm of the least-squares solution of the positive labels; tau times"
                    + " the largest eigenvalue of X^T X / n at most 1; 20 n d min(n, d) up to 5e8")
            .measures("norm(w) - largest norm before")
            .against("0")
            .within("1e-12 of the norm, 1e-6 if all weights are floats"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(dimensions.inputs());
  }

  @Override
  public Check start(Observation first) {
    Conditions conditions = Neurons.oneNeuron(first);
    if (conditions.areMet()) {
      Neurons.fittable(conditions, first);
    }
    StepSize size = StepSize.of(first, conditions);
    size.require(conditions, first);
    if (conditions.areMet()) {
      double[] w = Neurons.weights(first);
      int inputs = first.probe().inputs();
      double norm = Math.sqrt(Neurons.dot(w, 0, w, inputs));
      conditions.atMost(
          "norm of the first weights / norm of the least-squares solution of the positive labels",
          norm / normOfFit(first),
          SMALL);
    }
    return conditions.check(() -> new OnlyGrows(size, first.probe().inputs()));
  }

  private static double normOfFit(Observation first) {
    double[] y = Targets.of(first).labels();
    boolean[] positive = new boolean[y.length];
    for (int i = 0; i < y.length; i++) {
      positive[i] = y[i] > 0;
    }
    try {
      return ActiveLeastSquares.of(first.probe().features(), first.probe().inputs(), y, positive)
          .norm();
    } catch (IllegalArgumentException e) {
      return Double.NaN;
    }
  }

  /** The check of one run. */
  private static final class OnlyGrows implements Check {
    private final StepSize size;
    private final int inputs;
    private double largest;
    private @Nullable Verdict violation;

    OnlyGrows(StepSize size, int inputs) {
      this.size = size;
      this.inputs = inputs;
    }

    @Override
    public Verdict judge(Observation observation) {
      if (violation != null) {
        return violation;
      }
      double[] w = Neurons.weights(observation);
      double norm = Math.sqrt(Neurons.dot(w, 0, w, inputs));
      double change = largest == 0 ? 0 : norm - largest;
      double tolerance = Neurons.areFloats(w, inputs) ? FLOAT_TOLERANCE : DOUBLE_TOLERANCE;
      if (change < -tolerance * largest) {
        violation =
            Verdict.violated(
                change,
                0,
                "the norm has fallen from "
                    + Conditions.number(largest)
                    + " by "
                    + Conditions.number(-change)
                    + " at step "
                    + observation.step());
        return violation;
      }
      largest = Math.max(largest, norm);
      Verdict excess = size.excess(observation);
      return excess != null ? excess : Verdict.holds(change, 0);
    }
  }
}
