package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/** A neuron that is off for all samples has gradient 0. */
final class DeadNeuronsStayDead extends StatedClaim implements Prediction {

  /** Pre-activations this small, relative to norm(w) norm(x), may have either sign. */
  private static final double ROUNDING = 0x1p-20;

  DeadNeuronsStayDead() {
    super(
        "deadNeuronsStayDead",
        Claim.that("A neuron that is off for all samples never changes again.")
            .source("derived, in the setting of arXiv:2106.01101")
            .requires("the pattern is recorded; any loss")
            .measures("neurons that were dead at a record and have changed")
            .against("0"));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.ofWork((double) dimensions.outputs() * (dimensions.inputs() + 1));
  }

  @Override
  public Check start(Observation first) {
    TeacherConditions conditions = TeacherConditions.ofNeurons(first);
    if (conditions.areMet()) {
      int tracked = first.knownStack().layer(0).trackedLayer();
      conditions.require(
          tracked >= 0 && !first.pattern(tracked).isGrouped(),
          "the activation pattern of the neurons is recorded",
          "the activation pattern of the neurons is not recorded");
    }
    if (!conditions.areMet()) {
      return conditions.unmet();
    }
    Dead dead = new Dead(conditions.neurons(), first);
    return conditions
        .require(true, dead.describe() + " at the first record", "no such condition")
        .check(() -> dead);
  }

  /** Follows the dead neurons of a run. */
  private static final class Dead implements Check {
    private final NeuronLayer neurons;
    private final double radius;
    private final boolean[] dead;
    private final boolean[] certified;
    private final double[] kept;
    private final boolean[] lookedAt;
    private final boolean[] changed;
    private int changes;
    private @Nullable Verdict violation;

    Dead(NeuronLayer neurons, Observation first) {
      this.neurons = neurons;
      this.radius = neurons.radius();
      this.dead = new boolean[neurons.count()];
      this.certified = new boolean[neurons.count()];
      this.lookedAt = new boolean[neurons.count()];
      this.changed = new boolean[neurons.count()];
      this.kept = new double[neurons.count() * neurons.width()];
      look(first);
    }

    @Override
    public Verdict judge(Observation observation) {
      if (violation != null) {
        return violation;
      }
      WeightLayer layer = observation.knownStack().layer(0);
      int which = -1;
      for (int k = 0; k < dead.length; k++) {
        if (dead[k] && !changed[k]) {
          if (!isFinite(layer, k)) {
            return Verdict.notApplicable(
                "neuron " + k + " is not finite at step " + observation.step());
          }
          if (!isAsKept(layer, k)) {
            changed[k] = true;
            changes++;
            which = which < 0 ? k : which;
          }
        }
      }
      if (changes > 0) {
        violation =
            Verdict.violated(
                changes,
                0,
                "neuron "
                    + which
                    + " was dead and has changed by step "
                    + observation.step()
                    + "; "
                    + describe());
        return violation;
      }
      look(observation);
      return Verdict.holds(0, 0);
    }

    /** Notes neurons that have died since the record before. */
    private void look(Observation observation) {
      WeightLayer layer = observation.knownStack().layer(0);
      PatternHistory pattern = observation.pattern(layer.trackedLayer());
      for (int k = 0; k < dead.length; k++) {
        // What has not moved since it was looked at need not be looked at again.
        if (pattern.activeSamples(k) == 0
            && !dead[k]
            && isFinite(layer, k)
            && !(lookedAt[k] && isAsKept(layer, k))) {
          keep(layer, k);
          lookedAt[k] = true;
          dead[k] = isClearlyDead(k);
        }
      }
    }

    private boolean isFinite(WeightLayer layer, int k) {
      boolean finite = true;
      for (int j = 0; j < neurons.width(); j++) {
        finite &= Double.isFinite(weight(layer, k, j));
      }
      return finite;
    }

    private boolean isAsKept(WeightLayer layer, int k) {
      int width = neurons.width();
      boolean same = true;
      for (int j = 0; j < width; j++) {
        same &= weight(layer, k, j) == kept[k * width + j];
      }
      return same;
    }

    private static double weight(WeightLayer layer, int k, int j) {
      int inputs = layer.inputs();
      return j < inputs ? layer.weights()[k * inputs + j] : layer.bias(k);
    }

    private void keep(WeightLayer layer, int k) {
      int width = neurons.width();
      for (int j = 0; j < width; j++) {
        kept[k * width + j] = weight(layer, k, j);
      }
    }

    /** Returns true if rounding cannot have turned the neuron off for a sample. */
    private boolean isClearlyDead(int k) {
      int width = neurons.width();
      int inputs = width - (neurons.hasBias() ? 1 : 0);
      double bias = neurons.hasBias() ? kept[k * width + inputs] : 0;
      double squares = 0;
      for (int j = 0; j < inputs; j++) {
        squares += kept[k * width + j] * kept[k * width + j];
      }
      double norm = Math.sqrt(squares);
      certified[k] = norm * radius + bias <= 0;
      double[] x = neurons.features();
      for (int i = 0; i < neurons.samples(); i++) {
        double z = bias;
        double length = 0;
        for (int j = 0; j < inputs; j++) {
          z += kept[k * width + j] * x[i * inputs + j];
          length += x[i * inputs + j] * x[i * inputs + j];
        }
        if (!(z <= -ROUNDING * (norm * Math.sqrt(length) + Math.abs(bias)))) {
          return false;
        }
      }
      return true;
    }

    String describe() {
      int number = 0;
      int sure = 0;
      for (int k = 0; k < dead.length; k++) {
        number += dead[k] ? 1 : 0;
        sure += dead[k] && certified[k] ? 1 : 0;
      }
      return number
          + " of "
          + dead.length
          + " neurons are dead, "
          + sure
          + " of them for all inputs no longer than the longest sample";
    }
  }
}
