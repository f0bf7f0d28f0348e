package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * With many more inputs than samples and a large step, step 1 decides which samples a unit fits.
 *
 * <p>After step 1, z_i = c y_i + noise, the noise being what other samples give, of the size c
 * rms(y) sqrt(n q) with q the mean squared cosine between two samples, about 1/d. What a unit fits
 * later adds noise of rms(y) sqrt(n q). As long as c |y_i| is far above that, every z_i keeps the
 * sign it got. Cost: O(n / 64) per record.
 */
final class PatternFreezesEarly extends StatedClaim implements Prediction {

  private static final double LEAST_INPUTS = 20;
  private static final double LEAST_STEP = 0.25;
  private static final double LARGEST_STEP = 1;
  private static final double LEAST_SIGNAL = 2.5;

  /** Makes the prediction. */
  PatternFreezesEarly() {
    super(
        "patternFreezesEarly",
        Claim.that(
                "From step 1 on every unit is on for just the samples whose labels it can fit, and"
                    + " no entry of the pattern flips after that step.")
            .source(
                HighDimensionalRun.SOURCE
                    + "abstract: \"the ReLU activation pattern quickly stabilizes\"; derived up to"
                    + " noise, bounds measured")
            .requires(
                "d >= 20 n; 0.25 <= c <= 1, the upper bound at every step; signal c min abs(y) /"
                    + " (rms(y) sqrt((n - 1) q)) at least 2.5, q the mean squared cosine between"
                    + " two samples")
            .measures("step of the last flip (the earliest it can have been, if records are apart)")
            .against("1"));
  }

  @Override
  public Check start(Observation first) {
    HighDimensionalRun setting = HighDimensionalRun.of(first);
    Conditions conditions = setting.conditions(first);
    if (conditions.areMet()) {
      double c = setting.relativeStep();
      conditions
          .atLeast("inputs per sample", (double) setting.inputs() / setting.samples(), LEAST_INPUTS)
          .atLeast("first step times trace (c)", c, LEAST_STEP)
          .atMost("first step times trace (c)", c, LARGEST_STEP)
          .atLeast(
              "c times the smallest label, by the noise of the others",
              signal(setting, c),
              LEAST_SIGNAL);
    }
    return conditions.check(() -> new Pattern(setting));
  }

  /** Returns c min |y| / (rms(y) sqrt((n - 1) q)), infinite for a single sample. */
  private static double signal(HighDimensionalRun setting, double c) {
    double least = Double.POSITIVE_INFINITY;
    for (double y : setting.labels()) {
      least = Math.min(least, Math.abs(y));
    }
    int n = setting.samples();
    double noise = setting.squares() / n * (n - 1) * setting.meanSquaredCosine();
    return c * least / Math.sqrt(noise);
  }

  /** The check of one run. */
  private static final class Pattern implements Check {
    private final HighDimensionalRun setting;
    private long previous = -1;
    private long lastFlip;
    private @Nullable Verdict violated;

    Pattern(HighDimensionalRun setting) {
      this.setting = setting;
    }

    @Override
    public Verdict judge(Observation observation) {
      if (violated == null) {
        Verdict verdict = look(observation);
        violated = verdict.state() == Verdict.State.VIOLATED ? verdict : null;
        return verdict;
      }
      return violated;
    }

    private Verdict look(Observation observation) {
      long step = observation.step();
      PatternHistory pattern = setting.pattern(observation);
      double rate =
          observation.network().training().kappa()
              * observation.network().training().learningRate();
      if (pattern.nanEntries() > 0 || !(Math.abs(observation.loss()) < Double.POSITIVE_INFINITY)) {
        return Verdict.notApplicable(
            "the numbers of the network overflow, or are none, at step " + step);
      }
      if (setting.relativeStep(rate) > LARGEST_STEP) {
        return Verdict.notApplicable(
            "the step has grown to c = "
                + Conditions.number(setting.relativeStep(rate))
                + " at step "
                + step);
      }
      if (pattern.flipCount() > 0) {
        // Records need not follow each other: this is the earliest step at which it can have been.
        lastFlip = previous + 1;
      }
      previous = step;
      if (step > 0 && !setting.isPatternOfLabels(observation)) {
        int entry = setting.firstStray(observation);
        int sample = entry % setting.samples();
        return Verdict.violated(
            lastFlip,
            1,
            "at step "
                + step
                + " unit "
                + entry / setting.samples()
                + " is "
                + (setting.isOn(observation, entry) ? "on" : "off")
                + " for sample "
                + sample
                + ", whose label is "
                + Conditions.number(setting.labels()[sample]));
      }
      return lastFlip > 1
          ? Verdict.violated(lastFlip, 1, "an entry has flipped after step 1, at step " + step)
          : Verdict.holds(lastFlip, 1);
    }
  }
}
