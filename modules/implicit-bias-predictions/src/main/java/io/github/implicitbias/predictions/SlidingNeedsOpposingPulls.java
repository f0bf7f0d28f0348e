package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Verdict;

/**
 * A sample is switched on only if the other samples pull it up, and switched off only if they pull
 * it up less than its own residual pulls it down: exact for gradient descent. With g_j = (1/n) sum
 * over the other samples that are on of r_i x_i . x_j, a step of tau moves z_j by tau g_j if j is
 * off, and by tau (g_j + r_j norm(x_j)^2 / n) if it is on. Both can happen in turn only if 0 &lt;
 * g_j &lt; (z_j - y_j) norm(x_j)^2 / n, near the boundary only for y_j &lt; 0: then the neuron
 * slides along the boundary of sample j.
 */
final class SlidingNeedsOpposingPulls extends StatedClaim implements Prediction {

  private static final int MOST = 2000;
  private static final int SLIDES = 4;

  /** Makes the prediction. */
  SlidingNeedsOpposingPulls() {
    super(
        "slidingNeedsOpposingPulls",
        Claim.that(
                "A ReLU neuron switches a sample on only if the others pull it up, and off only if"
                    + " they pull it up less than its own residual pulls it down.")
            .source("arXiv:2202.05510, setting; derived, exact for gradient descent")
            .requires("one ReLU neuron without bias, watched; squared loss; n d up to 2000")
            .measures("flips between consecutive steps that contradict it")
            .against("0")
            .within("8 (n + d) units of rounding"));
  }

  @Override
  public Check start(Observation first) {
    Conditions conditions = Neurons.watched(Neurons.oneReLuNeuron(first), first);
    return Neurons.smallEnough(conditions, first, MOST)
        .check(() -> new PullsAgree(first.probe().samples()));
  }

  /** The check of one run. */
  private static final class PullsAgree implements Check {
    private final int[] flipsOfSample;
    private long contradictions;
    private Verdict verdict = Verdict.holds(0, 0);

    PullsAgree(int samples) {
      flipsOfSample = new int[samples];
    }

    @Override
    public Verdict judge(Observation observation) {
      PatternHistory pattern = Neurons.pattern(observation);
      PullHistory pulls = PullHistory.of(observation);
      if (pattern.flipCount() > 0 && pulls.isOneStep()) {
        judge(pattern, FlipKind.ACTIVATION, pulls);
        judge(pattern, FlipKind.REACTIVATION, pulls);
        judge(pattern, FlipKind.DEACTIVATION, pulls);
        if (contradictions == 0) {
          verdict = Verdict.holds(0, 0, sliding(pulls));
        }
      }
      return verdict;
    }

    private void judge(PatternHistory pattern, FlipKind kind, PullHistory pulls) {
      int[] flips = pattern.flips(kind);
      for (int i = 0; i < pattern.flipCount(kind); i++) {
        int sample = flips[i];
        flipsOfSample[sample]++;
        double move = pulls.move(sample);
        double upwards = kind.turnsOn() ? move : -move;
        if (upwards <= -pulls.rounding(sample)) {
          contradictions++;
          verdict =
              Verdict.violated(
                  contradictions,
                  0,
                  "sample "
                      + sample
                      + " was switched "
                      + (kind.turnsOn() ? "on" : "off")
                      + " at step "
                      + pulls.now().step
                      + ", but the step moves it by "
                      + Conditions.number(move));
        }
      }
    }

    private String sliding(PullHistory pulls) {
      int most = -1;
      for (int i = 0; i < flipsOfSample.length; i++) {
        boolean more = most < 0 || flipsOfSample[i] > flipsOfSample[most];
        if (pulls.label(i) < 0 && flipsOfSample[i] >= SLIDES && more) {
          most = i;
        }
      }
      return most < 0
          ? ""
          : "slides on the boundary of sample "
              + most
              + ", which has flipped "
              + flipsOfSample[most]
              + " times";
    }
  }
}
