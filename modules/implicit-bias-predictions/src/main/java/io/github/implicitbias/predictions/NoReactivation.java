package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Verdict;

/**
 * A ReLU neuron never switches a deactivated sample on again: a claim of popular summaries that is
 * not a theorem. It depends on the data: where labels are positive and can be fitted, {@link
 * DeactivatedSamplesReturn} says the opposite.
 */
final class NoReactivation extends StatedClaim implements Prediction {

  /** Makes the prediction. */
  NoReactivation() {
    super(
        "noReactivation",
        Claim.that(
                "A ReLU neuron never switches a sample on again after it was switched off"
                    + " (a claim that depends on the data).")
            .observed()
            .source(
                "arXiv:2202.05510, popular summary; not stated in the abstract, and not a theorem")
            .requires("one layer of ReLU neurons, watched; squared loss")
            .measures("reactivations so far")
            .against("0"));
  }

  @Override
  public Check start(Observation first) {
    return Neurons.watched(Neurons.reLuNeurons(first), first).check(StaysOff::new);
  }

  /** The check of one run. */
  private static final class StaysOff implements Check {
    private long reactivations;
    private Verdict verdict = Verdict.holds(0, 0);

    @Override
    public Verdict judge(Observation observation) {
      PatternHistory pattern = Neurons.pattern(observation);
      int count = pattern.flipCount(FlipKind.REACTIVATION);
      if (count > 0) {
        reactivations += count;
        int flip = pattern.flips(FlipKind.REACTIVATION)[0];
        verdict =
            Verdict.violated(
                reactivations,
                0,
                "sample "
                    + flip % pattern.samples()
                    + " came back to neuron "
                    + flip / pattern.samples()
                    + " at step "
                    + observation.step());
      }
      return verdict;
    }
  }
}
