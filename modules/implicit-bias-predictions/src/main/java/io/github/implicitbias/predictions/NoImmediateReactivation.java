package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;

/**
 * A sample with a positive label that a ReLU neuron switches off does not come back with the very
 * next step. In gradient flow z_j reaches 0 from above only if the other samples pull it down more
 * than its own residual, y_j, pulls it up; without the latter it moves on downwards. A finite step
 * may break this where the pull of the others turns within one step.
 */
final class NoImmediateReactivation extends StatedClaim implements Prediction {

  /** Makes the prediction. */
  NoImmediateReactivation() {
    super(
        "noImmediateReactivation",
        Claim.that(
                "A sample with a positive label that a ReLU neuron switches off does not come back"
                    + " with the next step.")
            .observed()
            .source(
                "arXiv:2202.05510, setting; derived for gradient flow, a finite step may break it")
            .requires(
                "one layer of ReLU neurons, watched; squared loss; tau times the largest eigenvalue"
                    + " of X^T X / n at most 1, asked again at every record; 4 n d min(n, d) up to"
                    + " 5e8")
            .measures("samples with y > 0 that came back one step after they were switched off")
            .against("0"));
  }

  @Override
  public Check start(Observation first) {
    Conditions conditions = Neurons.watched(Neurons.reLuNeurons(first), first);
    StepSize size = StepSize.of(first, conditions);
    size.require(conditions, first);
    return conditions.check(() -> new StaysOffOnce(size, Targets.of(first).labels()));
  }

  /** The check of one run. */
  private static final class StaysOffOnce implements Check {
    private final StepSize size;
    private final double[] labels;
    private int[] switchedOff = {};
    private int count;
    private long stepBefore = -2;
    private long immediate;
    private Verdict verdict = Verdict.holds(0, 0);

    StaysOffOnce(StepSize size, double[] labels) {
      this.size = size;
      this.labels = labels;
    }

    @Override
    public Verdict judge(Observation observation) {
      Verdict excess = size.excess(observation);
      if (excess != null) {
        return excess;
      }
      PatternHistory pattern = Neurons.pattern(observation);
      boolean isNext = observation.step() == stepBefore + 1;
      int back = isNext && count > 0 ? pattern.flipCount(FlipKind.REACTIVATION) : 0;
      int[] flips = pattern.flips(FlipKind.REACTIVATION);
      for (int i = 0; i < back; i++) {
        int sample = flips[i] % pattern.samples();
        int unit = flips[i] / pattern.samples();
        if (labels[sample * pattern.units() + unit] > 0
            && Arrays.binarySearch(switchedOff, 0, count, flips[i]) >= 0) {
          immediate++;
          verdict =
              Verdict.violated(
                  immediate,
                  0,
                  "sample "
                      + sample
                      + " was switched off at step "
                      + stepBefore
                      + " and came back at step "
                      + observation.step());
        }
      }
      remember(pattern, isNext);
      stepBefore = observation.step();
      return verdict;
    }

    private void remember(PatternHistory pattern, boolean isNext) {
      // Between records that are further apart it is not known when a sample was switched off.
      count = isNext ? pattern.flipCount(FlipKind.DEACTIVATION) : 0;
      if (switchedOff.length < count) {
        switchedOff = new int[Math.max(count, 2 * switchedOff.length)];
      }
      System.arraycopy(pattern.flips(FlipKind.DEACTIVATION), 0, switchedOff, 0, count);
    }
  }
}
