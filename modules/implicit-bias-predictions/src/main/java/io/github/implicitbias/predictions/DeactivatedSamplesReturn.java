package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.core.solution.ActiveLeastSquares;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * If v . x_i = y_i &gt; 0 for all samples, a neuron that arrives at v is on for all of them, so
 * that every sample that was off on the way has come back.
 */
final class DeactivatedSamplesReturn extends StatedClaim implements Prediction {

  private static final double CLOSE = 1e-6;
  private static final double REALIZABLE = 1e-9;

  /** Makes the prediction. */
  DeactivatedSamplesReturn() {
    super(
        "deactivatedSamplesReturn",
        Claim.that(
                "Where one weight vector fits all labels, and all are positive, a ReLU neuron that"
                    + " reaches it has switched every sample on again.")
            .source("arXiv:2202.05510, setting; derived")
            .requires(
                "one ReLU neuron without bias, watched; squared loss; all y_i > 0; samples of rank"
                    + " d; relative residual of the best fit at most 1e-9; cosines of samples and v"
                    + " at least 2e-6; 20 n d min(n, d) up to 5e8")
            .measures("samples that are off")
            .against("0")
            .within("reached within 1e-6 of the norm of the fitting weights"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork((double) dimensions.samples() + dimensions.inputs());
  }

  @Override
  public Check start(Observation first) {
    Conditions conditions = Neurons.watched(Neurons.oneReLuNeuron(first), first);
    ActiveLeastSquares fit = conditions.areMet() ? fit(first, conditions) : null;
    return fit == null
        ? conditions.unmet()
        : conditions.check(() -> new AllReturn(fit, first.probe().samples()));
  }

  private static @Nullable ActiveLeastSquares fit(Observation first, Conditions conditions) {
    double[] y = Targets.of(first).labels();
    double[] x = first.probe().features();
    int inputs = first.probe().inputs();
    double smallest = Arrays.stream(y).min().orElse(Double.NaN);
    conditions.require(
        smallest > 0,
        "all labels are positive",
        "the smallest label is " + Conditions.number(smallest) + ", should be positive");
    Neurons.fittable(conditions, first);
    if (!conditions.areMet()) {
      return null;
    }
    boolean[] all = new boolean[y.length];
    Arrays.fill(all, true);
    ActiveLeastSquares fit;
    try {
      fit = ActiveLeastSquares.of(x, inputs, y, all);
    } catch (IllegalArgumentException e) {
      conditions.require(false, "", String.valueOf(e.getMessage()));
      return null;
    }
    double squared = 0;
    for (double label : y) {
      squared += label * label;
    }
    conditions
        .atLeast("the rank of the samples", fit.rank(), inputs)
        .atMost(
            "the relative residual of the best fit", fit.misfit() / Math.sqrt(squared), REALIZABLE);
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < y.length; i++) {
      double length = 0;
      for (int k = 0; k < inputs; k++) {
        length += x[i * inputs + k] * x[i * inputs + k];
      }
      least = Math.min(least, y[i] / Math.sqrt(length) / fit.norm());
    }
    // Closer to the boundary, a sample may be off although the weights count as reached.
    return conditions.areMet()
            && conditions
                .atLeast("the smallest cosine of a sample and the fit", least, 2 * CLOSE)
                .areMet()
        ? fit
        : null;
  }

  /** The check of one run. */
  private static final class AllReturn implements Check {
    private final double[] fit;
    private final double norm;
    private final boolean[] wasOff;
    private @Nullable Verdict last;

    AllReturn(ActiveLeastSquares found, int samples) {
      fit = found.solution();
      norm = found.norm();
      wasOff = new boolean[samples];
    }

    @Override
    public Verdict judge(Observation observation) {
      PatternHistory pattern = Neurons.pattern(observation);
      int off = 0;
      for (int i = 0; i < wasOff.length; i++) {
        if (!Neurons.isOn(pattern, i)) {
          off++;
          wasOff[i] = true;
        }
      }
      if (!(distance(observation) <= CLOSE * norm)) {
        last = null;
        return Verdict.holds(off, 0);
      }
      if (last == null || last.measured() != off) {
        last = arrived(off, observation.step());
      }
      return last;
    }

    private Verdict arrived(int off, long step) {
      int returned = -off;
      for (boolean was : wasOff) {
        returned += was ? 1 : 0;
      }
      return off == 0
          ? Verdict.reached(
              0,
              0,
              "all samples are on at step " + step + ", " + returned + " that were off before")
          : Verdict.violated(off, 0, "the labels are fitted at step " + step);
    }

    private double distance(Observation observation) {
      double[] w = Neurons.weights(observation);
      double sum = 0;
      for (int k = 0; k < fit.length; k++) {
        sum += (w[k] - fit[k]) * (w[k] - fit[k]);
      }
      return Math.sqrt(sum);
    }
  }
}
