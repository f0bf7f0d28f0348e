package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * From a small start training ends at the network of smallest variation norm that fits the labels,
 * {@link io.github.implicitbias.core.solution.MinimumVariationNorm}.
 */
final class MinimumVariationNormReached extends StatedClaim implements Prediction {

  /** The path norm of a stack, absent for other networks. */
  static final Metric PATH_NORM = Metrics.named("pathNorm");

  /** Share of the first loss at which training counts as over. */
  static final double OVER = 1e-6;

  private static final double TOLERANCE = 0.01;

  /** In 228 random runs the excess was up to 2.5 times the expected one. */
  private static final double EXPECTED = 0.0025;

  MinimumVariationNormReached() {
    super(
        "minimumVariationNorm",
        Claim.that(
                "When the labels are fitted, the path norm is the smallest that any network of this"
                    + " kind needs for them, N+ + N-.")
            .source("arXiv:2206.00939, abstract (minimal variation norm); value N+ + N- derived")
            .requires("expected excess at most 0.25 %")
            .measures("path norm")
            .against("N+ + N-")
            .within("1 %, when the loss has fallen to 1e-6 of the first"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork(2.0 * dimensions.parameters());
  }

  @Override
  public Check start(Observation first) {
    OrthogonalRun run = OrthogonalRun.of(first);
    Conditions conditions = run.small(run.conditions(first));
    if (conditions.areMet()) {
      conditions.atMost(
          "expected excess of the final path norm over the smallest",
          run.expectedExcess(),
          EXPECTED);
    }
    return conditions.check(() -> new PathCheck(run));
  }

  /** Follows the path norm until the labels are fitted. */
  private static final class PathCheck implements Check {
    private final double end;
    private final double least;
    private @Nullable Verdict last;

    PathCheck(OrthogonalRun run) {
      end = OVER * run.firstLoss();
      least = run.least();
    }

    @Override
    public Verdict judge(Observation observation) {
      if (last != null) {
        return last;
      }
      double path = PATH_NORM.evaluate(observation, -1);
      double excess = path / least - 1;
      if (!(observation.loss() <= end) || Double.isNaN(excess)) {
        return Verdict.holds(path, least);
      }
      String seen =
          "path norm "
              + Conditions.number(path)
              + " at step "
              + observation.step()
              + ", "
              + Conditions.number(100 * excess)
              + " % above the smallest";
      last =
          Math.abs(excess) <= TOLERANCE
              ? Verdict.reached(path, least, seen)
              : Verdict.violated(path, least, seen);
      return last;
    }
  }
}
