package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * From a small start the units first turn, and only then grow. The alignment of the units of a sign
 * is that of the metrics {@code alignmentPositive} and {@code alignmentNegative}: units that see
 * only a part of the labels of their sign never turn to D, but grow more slowly, so that the
 * weighted mean leaves them behind.
 */
final class EarlyAlignment extends StatedClaim implements Prediction {

  private static final Metric POSITIVE = Metrics.named("alignmentPositive");
  private static final Metric NEGATIVE = Metrics.named("alignmentNegative");

  private static final double BOUND = 0.99;
  private static final double FALL = 0.01;

  EarlyAlignment() {
    super(
        "earlyAlignment",
        Claim.that(
                "Before the loss has fallen by 1 %, the units have turned towards D+ or -D-, as the"
                    + " sign of their output weight says: the weighted mean cosine of each sign is"
                    + " at least 0.99.")
            .observed()
            .source("arXiv:2206.00939, abstract (initial alignment); numbers derived")
            .requires("expected misalignment when the loss has fallen by 1 % at most 0.005")
            .measures("the smaller of alignmentPositive and alignmentNegative")
            .against("0.99")
            .within("a mean cosine of 0.99, at the latest at the first record with 1 % less loss"));
  }

  @Override
  public Needs needs() {
    return USUAL_NEEDS.and(POSITIVE.needs()).and(NEGATIVE.needs());
  }

  @Override
  public Check start(Observation first) {
    OrthogonalRun run = OrthogonalRun.of(first);
    Conditions conditions = run.small(run.conditions(first));
    if (conditions.areMet()) {
      conditions.atMost(
          "expected misalignment of the units of a sign when the loss has fallen by 1 %",
          misalignment(run), 1 - BOUND);
    }
    return conditions.check(() -> new AlignmentCheck(first, run));
  }

  /** Returns 1 minus the smaller mean cosine that is expected when the loss falls. */
  private static double misalignment(OrthogonalRun run) {
    LabelSide positive = run.side(true);
    LabelSide negative = run.side(false);
    double fall = Math.min(timeOfFall(positive, negative), timeOfFall(negative, positive));
    double ofPositive = positive.samples == 0 ? 0 : positive.misalignment(fall);
    double ofNegative = negative.samples == 0 ? 0 : negative.misalignment(fall);
    return Math.max(ofPositive, ofNegative);
  }

  private static double timeOfFall(LabelSide side, LabelSide other) {
    double part = FALL * (side.squares + other.squares) / side.squares;
    return side.samples == 0 || part > 0.5
        ? Double.POSITIVE_INFINITY
        : side.timeOf(1 - Math.sqrt(1 - part));
  }

  /** Follows the alignments until the loss falls. */
  private static final class AlignmentCheck implements Check {
    private final OrthogonalRun run;
    private final Cadence cadence;
    private long record;
    private double smallest = Double.NaN;
    private @Nullable Verdict last;

    AlignmentCheck(Observation first, OrthogonalRun run) {
      this.run = run;
      WeightLayer layer = first.knownStack().layer(0);
      cadence = Cadence.ofWork(4.0 * layer.units() * (layer.inputs() + 2));
    }

    @Override
    public Verdict judge(Observation observation) {
      if (last != null) {
        return last;
      }
      boolean fallen = observation.loss() <= (1 - FALL) * run.firstLoss();
      if (cadence.isDue(record++) || fallen) {
        smallest = smallest(observation);
        if (smallest >= BOUND) {
          last =
              Verdict.reached(
                  smallest,
                  BOUND,
                  "mean cosine "
                      + Conditions.number(smallest)
                      + " at step "
                      + observation.step()
                      + ", where the loss is "
                      + Conditions.number(observation.loss() / run.firstLoss())
                      + " times the first");
          return last;
        }
      }
      if (fallen && smallest < BOUND) {
        last =
            Verdict.violated(
                smallest,
                BOUND,
                "the loss has fallen by 1 % at step "
                    + observation.step()
                    + ", where the mean cosine of a sign is "
                    + Conditions.number(smallest));
        return last;
      }
      return Verdict.holds(smallest, BOUND);
    }

    private double smallest(Observation observation) {
      double value = 1;
      for (int side = 0; side < 2; side++) {
        boolean sign = side == 0;
        if (run.side(sign).samples > 0) {
          double one = (sign ? POSITIVE : NEGATIVE).evaluate(observation, -1);
          // Not a number stays one.
          value = one >= value ? value : one;
        }
      }
      return value;
    }
  }
}
