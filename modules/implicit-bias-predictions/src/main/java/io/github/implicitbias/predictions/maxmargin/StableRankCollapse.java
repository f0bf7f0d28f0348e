package io.github.implicitbias.predictions.maxmargin;

import io.github.implicitbias.core.catalogue.MatrixNorms;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedPrediction;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;

/**
 * From a small start one step of gradient descent takes the stable rank of the first layer, the sum
 * of its squared singular values over the largest, to at most half of what it was, and it stays
 * there.
 *
 * <p>"Small" is norm(W_0) &lt;= norm(first update), Frobenius norms. With U the first update and
 * W_0 drawn independently of the samples, norm(W_1)^2 is about norm(U)^2 + norm(W_0)^2 and the
 * largest singular value is at least about that of U, so that the stable rank of W_1 is at most
 * about that of U times 1 + norm(W_0)^2 / norm(U)^2: from a small start at most 4, that of U being
 * at most 2 (see {@link StableRankAfterOneStep}). A first stable rank of 8 is therefore demanded;
 * one of a wide random matrix is larger.
 *
 * <p>Neither nearly orthogonal samples nor output weights of equal magnitude are demanded. Measured
 * is the largest stable rank from step 1 on, at the records that are looked at: the first three,
 * those whose number is a power of two, and as many others as their cost allows.
 *
 * <p>Source: arXiv:2210.07082, abstract; the factor two and the conditions are of this library.
 * Cost: at most 64 products with the matrix and its transpose.
 */
final class StableRankCollapse extends StatedPrediction {

  private static final double FIRST_RANK = 8;
  private static final double PASSES = 256;
  private static final double PER_RECORD = 4_000;

  /** Makes the prediction. */
  StableRankCollapse() {
    super(
        "stableRankCollapse",
        Claim.that(
                "From a small start the stable rank of the first layer falls to half or less with"
                    + " the first step, and stays there.")
            .source(
                "arXiv:2210.07082 (abstract); what is small, and the factor two, derived and"
                    + " measured here")
            .requires(
                "norm(W_0) at most norm(first update); first stable rank at least 8; step 1 is"
                    + " observed")
            .measures("largest stable rank from step 1 on")
            .against("half of the first")
            .within("half of the first stable rank"));
  }

  @Override
  public Check start(Observation first) {
    LeakySetting setting = new LeakySetting(first, false);
    Conditions conditions = setting.conditions();
    MatrixNorms norms = new MatrixNorms();
    if (setting.isMet()) {
      WeightLayer layer = ObservedStack.known(first).layer(0);
      boolean tracked = layer.trackedLayer() >= 0;
      conditions.require(tracked, "the first layer is tracked", "the first layer is not tracked");
      boolean large = PASSES * layer.units() * layer.inputs() > LeakySetting.MOST_WORK;
      FirstUpdate update = FirstUpdate.of(first);
      if (large || update.isTooLarge()) {
        setting.tooLarge();
      } else if (tracked) {
        conditions
            .atMost("norm(W_0) / norm(first update)", update.startOverUpdate(), 1)
            .atLeast(
                "the first stable rank",
                stableRank(norms, first, layer.trackedLayer()),
                FIRST_RANK);
      }
    }
    return conditions.check(() -> new Collapse(first, norms));
  }

  private static double stableRank(MatrixNorms norms, Observation observation, int layer) {
    norms.compute(observation);
    return norms.stableRank(layer);
  }

  private static final class Collapse implements Check {
    private final MatrixNorms norms;
    private final int layer;
    private final double start;
    private final long every;
    private long record = -1;
    private double worst = Absent.VALUE;
    private String seen = "";

    Collapse(Observation first, MatrixNorms norms) {
      this.norms = norms;
      WeightLayer matrix = ObservedStack.known(first).layer(0);
      layer = matrix.trackedLayer();
      start = stableRank(norms, first, layer);
      double work = PASSES * matrix.units() * matrix.inputs();
      every = Math.max(1, (long) Math.ceil(work / PER_RECORD));
    }

    @Override
    public Verdict judge(Observation observation) {
      record++;
      if (record == 0) {
        return Verdict.holds(Absent.VALUE, start / 2);
      }
      if (record == 1 && observation.step() != 1) {
        return Verdict.notApplicable(
            "step 1 was not observed, the second record is of step " + observation.step());
      }
      if (record <= 2 || (record & record - 1) == 0 || record % every == 0) {
        look(observation);
      }
      if (Double.isNaN(worst)) {
        return Verdict.holds(Absent.VALUE, start / 2);
      }
      return worst <= start / 2
          ? Verdict.reached(worst, start / 2, seen)
          : Verdict.violated(worst, start / 2, seen);
    }

    private void look(Observation observation) {
      double rank = stableRank(norms, observation, layer);
      if (Double.isFinite(rank) && !(rank <= worst)) {
        worst = rank;
        seen =
            "the stable rank was "
                + Conditions.number(start)
                + ", it is "
                + Conditions.number(rank)
                + " at step "
                + observation.step();
      }
    }
  }
}
