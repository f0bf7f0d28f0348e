package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A unit that is off for a sample has gradient 0 from it. If it was off for all of them and nothing
 * that the updater remembers has moved it either, nothing ever will: the rows that come are the
 * same rows.
 */
final class DeadUnitsStayDead extends StatedClaim implements Law {

  /** Beyond so many weights the first layer is not kept from the beginning of an epoch. */
  private static final long MOST_WEIGHTS = 1L << 24;

  /** Until its fifth step what Adam remembers may grow again. */
  private static final int ADAM_SETTLES = 5;

  DeadUnitsStayDead() {
    super(
        "deadUnitsStayDead",
        Claim.that(
                "A ReLU unit of the first layer that was off for every sample of one whole epoch,"
                    + " and did not change in it, never changes again.")
            .source("derived: its gradient is exactly 0, and the updater's memory only fades")
            .requires(
                "a first layer of ReLU units whose visits show every unit; the same rows in every"
                    + " epoch, each of them once; SGD, Nesterovs, Adam or RMSProp without decay; a"
                    + " unit that was certified so")
            .measures("units that were certified and have changed or come back")
            .against("0")
            .advises(
                "Units that are dead for a whole epoch are lost for good: use a smaller rate, a"
                    + " leaky ReLU or another initialization if there are many."));
  }

  @Override
  public Check start(StepNetwork network) {
    StepLayer first = network.layers().isEmpty() ? null : network.layer(0);
    Conditions conditions =
        Conditions.none()
            .require(
                first != null && first.takesFeatures() && first.slope() == 0,
                "the first layer is one of ReLU units",
                "the first layer is not one of ReLU units");
    if (first != null && conditions.areMet()) {
      UpdateRule rule = first.rule();
      boolean known =
          rule.kind() != UpdateRule.Kind.OTHER
              && rule.kind() != UpdateRule.Kind.NONE
              && rule.kind() == first.biasRule().kind();
      conditions
          .require(
              !first.areFeaturesNoisy(),
              "no noise on the features",
              "training changes the features at random")
          .require(
              known && rule.beside() == null,
              "an updater whose memory fades",
              rule.beside() != null ? rule.beside() : "the updater is " + rule.updater())
          .require(
              rule.isUndecayed() && first.biasRule().isUndecayed(),
              "no decay",
              "the first layer is decayed")
          .require(
              (long) first.units() * first.inputs() <= MOST_WEIGHTS,
              "the weights can be kept",
              "the first layer has too many weights to keep them from epoch to epoch");
    }
    boolean judged = first != null && conditions.areMet();
    return new Dead(
        conditions,
        first != null && judged ? first.units() : 0,
        first != null && judged ? first.inputs() : 0,
        first != null && judged && first.hasBias());
  }

  private static final class Dead extends LawCheck {
    private final int units;
    private final int inputs;
    private final boolean[] on;
    private final boolean[] everOn;
    private final double[] row;
    private final double[] biases;
    private final Map<Integer, double[]> dead = new LinkedHashMap<>();
    private final Map<Integer, double[]> certified = new LinkedHashMap<>();
    private int[] order = {};
    private int next;
    private int epoch = -1;
    private long visits;
    private int samplesAtStart;
    private boolean whole;
    private int certifiedSamples = -1;

    Dead(Conditions conditions, int units, int inputs, boolean hasBias) {
      super(conditions);
      this.units = units;
      this.inputs = inputs;
      on = new boolean[units];
      everOn = new boolean[units];
      row = new double[inputs];
      biases = new double[hasBias ? units : 0];
    }

    @Override
    void before(TrainingStep step) {
      if (step.epoch() != epoch) {
        if (epoch >= 0 && whole) {
          certify(step);
        }
        beginEpoch(step);
      }
    }

    private void beginEpoch(TrainingStep step) {
      // Only what was off for the whole epoch before is worth a look at whether it moves in this.
      dead.clear();
      for (int j = 0; j < units && whole; j++) {
        if (!everOn[j] && !certified.containsKey(j)) {
          dead.put(j, parametersOf(step, j));
        }
      }
      epoch = step.epoch();
      visits = 0;
      whole = true;
      samplesAtStart = step.samplesThatReturn();
      Arrays.fill(everOn, false);
    }

    /** Returns the weights and the bias of a unit. */
    private double[] parametersOf(TrainingStep step, int unit) {
      double[] kept = new double[inputs + 1];
      step.weights(0, unit, kept);
      if (biases.length > 0) {
        step.biases(0, biases);
        kept[inputs] = biases[unit];
      }
      return kept;
    }

    /** At the beginning of an epoch: what was dead and unmoved in the one before stays so. */
    private void certify(TrainingStep step) {
      UpdateRule.Kind kind = step.network().layer(0).rule().kind();
      boolean settled = kind == UpdateRule.Kind.SGD || step.step() >= ADAM_SETTLES;
      int samples = step.samplesThatReturn();
      boolean all = visits == samples && samples == Math.max(samplesAtStart, (int) visits);
      if (!settled || !all) {
        return;
      }
      for (Map.Entry<Integer, double[]> one : dead.entrySet()) {
        int unit = one.getKey();
        if (!everOn[unit] && Arrays.equals(one.getValue(), parametersOf(step, unit))) {
          certified.put(unit, one.getValue());
        }
      }
      certifiedSamples = samples;
      order = certified.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    void after(TrainingStep step) {
      if (!step.onUnits(0, on)) {
        ends("visits do not show which units of the first layer are on");
        return;
      }
      if (isMovedOtherwise(step)) {
        return;
      }
      visits += step.samples();
      for (int j = 0; j < units; j++) {
        everOn[j] |= on[j];
      }
      if (order.length == 0) {
        return;
      }
      if (step.samplesThatReturn() != certifiedSamples) {
        ends("new rows came at step " + step.step() + ", after units were certified");
        return;
      }
      int changed = 0;
      int last = -1;
      for (int j : order) {
        if (on[j]) {
          changed++;
          last = j;
        }
      }
      if (biases.length > 0) {
        step.biases(0, biases);
      }
      int checked = step.isRead() ? order.length : 1;
      for (int k = 0; k < checked; k++) {
        int j = order[next++ % order.length];
        step.weights(0, j, row);
        double[] kept = certified.get(j);
        boolean same =
            kept != null
                && Arrays.equals(row, 0, inputs, kept, 0, inputs)
                && (biases.length == 0 || biases[j] == kept[inputs]);
        if (!same && !on[j]) {
          changed++;
          last = j;
        }
      }
      int unit = last;
      note(step, changed, 0, () -> "unit " + unit + " was certified dead, and is not");
      if (step.isRead()) {
        say(order.length + " of " + units + " units are dead for good");
      }
    }
  }
}
