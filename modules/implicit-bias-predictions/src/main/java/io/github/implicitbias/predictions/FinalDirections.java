package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The network of smallest variation norm has one direction per sign, so the units that matter lie
 * along it. The longest unit begins a cluster, which all units of its sign near it join, then the
 * longest of those left, and so on.
 */
final class FinalDirections extends StatedClaim implements Prediction {

  private static final double ANGLE = 0.05;
  private static final double LIVE = 1e-3;

  /** Below it units that see only a part of the labels of their sign are not counted as live. */
  private static final double EXCESS = 3e-4;

  /** No more clusters are counted. */
  private static final int MOST = 100;

  FinalDirections() {
    super(
        "finalDirections",
        Claim.that(
                "When the labels are fitted, the units that matter point in one direction per sign"
                    + " of the labels.")
            .source("arXiv:2206.00939, derived for its setting")
            .requires("expected excess at most 0.03 %")
            .measures("number of directions")
            .against("number of signs")
            .within(
                "an angle of 0.05 to the longest unit of a cluster, units above 1e-3 of the path"
                    + " norm, when the loss has fallen to 1e-6 of the first"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.everyRecord();
  }

  @Override
  public Check start(Observation first) {
    OrthogonalRun run = OrthogonalRun.of(first);
    Conditions conditions = run.small(run.conditions(first));
    if (conditions.areMet()) {
      conditions.atMost(
          "expected share of units in other directions", run.expectedExcess(), EXCESS);
    }
    return conditions.check(() -> new ClusterCheck(run));
  }

  /** Counts clusters once, when the labels are fitted. */
  private static final class ClusterCheck implements Check {
    private final double end;
    private final double bound;
    private @Nullable Verdict last;

    ClusterCheck(OrthogonalRun run) {
      end = MinimumVariationNormReached.OVER * run.firstLoss();
      bound = (run.side(true).samples > 0 ? 1 : 0) + (run.side(false).samples > 0 ? 1 : 0);
    }

    @Override
    public Verdict judge(Observation observation) {
      if (last != null) {
        return last;
      }
      Stack stack = observation.loss() <= end ? observation.stack() : null;
      if (stack == null) {
        return Verdict.holds(Absent.VALUE, bound);
      }
      int clusters =
          clusters(stack, MinimumVariationNormReached.PATH_NORM.evaluate(observation, -1));
      String seen = clusters + " directions at step " + observation.step();
      last =
          clusters == bound
              ? Verdict.reached(clusters, bound, seen)
              : Verdict.violated(clusters, bound, seen);
      return last;
    }

    private static int clusters(Stack stack, double path) {
      WeightLayer hidden = stack.layer(0);
      double[] a = stack.layer(1).weights();
      int units = hidden.units();
      double[] norms = new double[units];
      for (int j = 0; j < units; j++) {
        norms[j] = Math.sqrt(product(hidden, j, j));
      }
      double live = LIVE * path;
      boolean[] done = new boolean[units];
      int clusters = 0;
      while (clusters < MOST) {
        int head = -1;
        for (int j = 0; j < units; j++) {
          boolean candidate = !done[j] && Math.abs(a[j]) * norms[j] > live;
          if (candidate && (head < 0 || norms[j] > norms[head])) {
            head = j;
          }
        }
        if (head < 0) {
          return clusters;
        }
        clusters++;
        for (int j = 0; j < units; j++) {
          double cosine = product(hidden, head, j) / norms[head] / norms[j];
          done[j] |= a[j] > 0 == a[head] > 0 && cosine >= Math.cos(ANGLE);
        }
        done[head] = true;
      }
      return clusters;
    }

    private static double product(WeightLayer hidden, int j, int k) {
      int inputs = hidden.inputs();
      double[] w = hidden.weights();
      double sum = ScalarProduct.of(w, j * inputs, w, k * inputs, inputs);
      return sum + hidden.bias(j) * hidden.bias(k);
    }
  }
}
