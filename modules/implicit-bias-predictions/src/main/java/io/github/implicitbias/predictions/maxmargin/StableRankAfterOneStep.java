package io.github.implicitbias.predictions.maxmargin;

import io.github.implicitbias.core.catalogue.MatrixNorms;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedPrediction;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;

/**
 * After one step from a tiny start the stable rank of the first layer is at most 2 (1 + g^2) / (1 +
 * g)^2, g the slope below 0.
 *
 * <p>Derivation, for orthogonal samples of equal norm R and the weights W_0 ~ 0: all outputs are
 * about 0, so all samples count equally and row j of the update is a multiple of a_j sum_i s_i
 * phi'_ij x_i, where phi'_ij is 1 or g, each for about half of the pairs. With phi'_ij = (1 + g) /
 * 2 +- (1 - g) / 2 the first part is a matrix of rank one with squared norm proportional to ((1 +
 * g) / 2)^2, the second one of squared norm ((1 - g) / 2)^2. The stable rank is at most their sum
 * over the first, if the second part does not act against the first.
 *
 * <p>Source: arXiv:2210.07082 for the setting; derived here. Cost: once, that of the stable rank
 * and O(n^2 d).
 */
final class StableRankAfterOneStep extends StatedPrediction {

  private static final double TINY = 1e-3;
  private static final double COSINE = 0.1;
  private static final double ALIKE = 1.1;
  private static final double SLACK = 1.02;

  /** Makes the prediction. */
  StableRankAfterOneStep() {
    super(
        "stableRankAfterOneStep",
        Claim.that(
                "After one step from a tiny start the stable rank of the first layer is at most"
                    + " 2 (1 + g^2) / (1 + g)^2, g the slope of the leaky ReLU below 0.")
            .source("derived here, for the setting of arXiv:2210.07082")
            .requires(
                "norm(W_0) at most 1e-3 norm(first update); equal magnitude; cosines between"
                    + " samples at most 0.1; classes and norms of samples alike within 10 %; step 1"
                    + " is observed")
            .measures("stable rank at step 1")
            .against("1.02 times the formula")
            .within("2 %, contained in the bound"));
  }

  @Override
  public Check start(Observation first) {
    LeakySetting setting = new LeakySetting(first, true);
    Conditions conditions = setting.conditions();
    if (setting.isMet()) {
      WeightLayer layer = ObservedStack.known(first).layer(0);
      conditions.require(
          layer.trackedLayer() >= 0,
          "the first layer is tracked",
          "the first layer is not tracked");
      SampleGeometry geometry = SampleGeometry.of(first);
      FirstUpdate update = FirstUpdate.of(first);
      if (geometry.isTooLarge() || update.isTooLarge()) {
        setting.tooLarge();
      } else {
        int[] classes = Targets.of(first).classes();
        double ones = LeakySetting.ones(classes);
        double others = classes.length - ones;
        conditions
            .atMost("norm(W_0) / norm(first update)", update.startOverUpdate(), TINY)
            .atMost("the largest |cos| between two samples", geometry.largestCosine(), COSINE)
            .atMost(
                "the larger class over the smaller",
                Math.max(ones, others) / Math.min(ones, others),
                ALIKE)
            .atMost("the largest norm of a sample over the smallest", geometry.normRatio(), ALIKE);
      }
    }
    double g = setting.slope();
    double bound = SLACK * 2 * (1 + g * g) / ((1 + g) * (1 + g));
    return conditions.check(() -> new OneStep(bound));
  }

  private static final class OneStep implements Check {
    private final double bound;
    private long record = -1;
    private Verdict verdict;

    OneStep(double bound) {
      this.bound = bound;
      this.verdict = Verdict.holds(Absent.VALUE, bound);
    }

    @Override
    public Verdict judge(Observation observation) {
      record++;
      if (record != 1) {
        return verdict;
      }
      if (observation.step() != 1) {
        return Verdict.notApplicable(
            "step 1 was not observed, the second record is of step " + observation.step());
      }
      int layer = ObservedStack.known(observation).layer(0).trackedLayer();
      MatrixNorms norms = new MatrixNorms();
      norms.compute(observation);
      double rank = norms.stableRank(layer);
      if (Double.isFinite(rank)) {
        String seen = "the stable rank is " + Conditions.number(rank) + " at step 1";
        verdict =
            rank <= bound
                ? Verdict.reached(rank, bound, seen)
                : Verdict.violated(rank, bound, seen);
      }
      return verdict;
    }
  }
}
