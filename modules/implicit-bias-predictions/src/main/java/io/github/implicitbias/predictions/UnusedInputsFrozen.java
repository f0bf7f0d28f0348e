package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.StatedClaim;

/**
 * The gradient of the weights of an input that is 0 for every sample of a batch is exactly 0, and
 * so is every buffer of the updater as long as it was never anything else.
 */
final class UnusedInputsFrozen extends StatedClaim implements Law {

  private static final double UNITS = 4;

  /** Beyond so many weights the start is not kept. */
  private static final long MOST_WEIGHTS = 1L << 24;

  /** At a step that is read, so many of the units are compared, one after the other. */
  private static final int PARTS = 8;

  UnusedInputsFrozen() {
    super(
        "unusedInputsFrozen",
        Claim.that(
                "The weights of an input that was 0 in every batch stay bit for bit as they were at"
                    + " the start; with l2 and SGD, or weightDecay, each step only multiplies them"
                    + " by 1 - eta lambda.")
            .source("derived")
            .requires(
                "a dense first layer on a matrix of features, no noise on them; no decay, or l2"
                    + " with SGD, or weightDecay; observed from the first step on; an input that"
                    + " was 0 in every batch")
            .measures("largest change beyond decay; with decay in units of rounding")
            .against("0; with decay 4")
            .advises(
                "Inputs that are never used keep their random start and act on new data: remove"
                    + " them, or start them at 0."));
  }

  @Override
  public Check start(StepNetwork network) {
    StepLayer first = network.layers().isEmpty() ? null : network.layer(0);
    boolean takes = first != null && first.takesFeatures() && first.kind() == StepLayer.Kind.LINEAR;
    Conditions conditions =
        Conditions.none()
            .require(
                takes && first != null && first.positions() == 1,
                "the first layer is dense",
                "the first layer is not a dense one");
    if (first != null && conditions.areMet()) {
      UpdateRule rule = first.rule();
      boolean decayOnly = rule.isUndecayed() || rule.l2() == 0 || isSgd(rule);
      boolean known = rule.kind() != UpdateRule.Kind.OTHER && rule.kind() != UpdateRule.Kind.NONE;
      conditions
          .require(
              !first.areFeaturesNoisy(),
              "no noise on the features",
              "training changes the features at random")
          .require(
              known && rule.beside() == null,
              "an updater whose buffers stay 0",
              rule.beside() != null ? rule.beside() : "the updater is " + rule.updater())
          .require(
              decayOnly, "decay multiplies the weights", "l2 goes through the updater's buffers")
          .require(
              (long) first.units() * first.inputs() <= MOST_WEIGHTS,
              "the start can be kept",
              "the first layer has too many weights to keep their start");
    }
    boolean judged = first != null && conditions.areMet();
    return new Frozen(
        conditions,
        first != null && judged ? first.units() : 0,
        first != null && judged ? first.inputs() : 0);
  }

  private static boolean isSgd(UpdateRule rule) {
    return rule.kind() == UpdateRule.Kind.SGD;
  }

  private static final class Frozen extends LawCheck {
    private final int units;
    private final int inputs;
    private float[] floats = {};
    private double[] doubles = {};
    private final double[] row;
    private boolean begun;
    private int part;

    Frozen(Conditions conditions, int units, int inputs) {
      super(conditions);
      this.units = units;
      this.inputs = inputs;
      row = new double[inputs];
    }

    @Override
    void before(TrainingStep step) {
      if (begun) {
        return;
      }
      begun = true;
      if (!step.isFirst()) {
        ends("observed from step " + step.step() + " on, not from the first");
        return;
      }
      boolean isDouble = step.network().layer(0).precision().unit() < 0x1p-30;
      floats = isDouble ? floats : new float[units * inputs];
      doubles = isDouble ? new double[units * inputs] : doubles;
      for (int j = 0; j < units; j++) {
        step.weights(0, j, row);
        for (int k = 0; k < inputs; k++) {
          if (isDouble) {
            doubles[j * inputs + k] = row[k];
          } else {
            floats[j * inputs + k] = (float) row[k];
          }
        }
      }
    }

    @Override
    void after(TrainingStep step) {
      if (isMovedOtherwise(step) || !step.isRead()) {
        return;
      }
      boolean[] used = step.usedInputs();
      String hindrance = used == null ? "not every batch was looked at" : null;
      int unused = used == null ? 0 : count(used);
      if (used != null && unused == 0) {
        hindrance = "every input was other than 0 in some batch";
      }
      if (hindrance != null || used == null) {
        ends(String.valueOf(hindrance));
        return;
      }
      StepLayer first = step.network().layer(0);
      if (first.rule().isUndecayed()) {
        compareWithStart(step, used);
      } else {
        compareWithStepBefore(step, used, first);
      }
      say(unused + " of " + inputs + " inputs were 0 in every batch");
    }

    private int count(boolean[] used) {
      int unused = 0;
      for (boolean one : used) {
        unused += one ? 0 : 1;
      }
      return unused;
    }

    private void compareWithStart(TrainingStep step, boolean[] used) {
      for (int j = part; j < units; j += PARTS) {
        step.weights(0, j, row);
        for (int k = 0; k < inputs; k++) {
          if (!used[k]) {
            double start = doubles.length > 0 ? doubles[j * inputs + k] : floats[j * inputs + k];
            double moved = Math.abs(row[k] - start);
            if (moved != 0) {
              moved(step, j, k, moved, 0);
            }
          }
        }
      }
      part = (part + 1) % PARTS;
      note(step, 0, 0, () -> "");
    }

    private void compareWithStepBefore(TrainingStep step, boolean[] used, StepLayer first) {
      double kept = 1 - first.rule().rate() * (first.rule().l2() + first.rule().decay());
      double unit = first.precision().unit();
      double[] before = new double[inputs];
      double largest = 0;
      for (int j = part; j < units; j += PARTS) {
        step.weights(0, j, row);
        step.weightsBefore(0, j, before);
        for (int k = 0; k < inputs; k++) {
          double size = unit * Math.abs(before[k]) + first.precision().smallestNormal();
          double off = used[k] ? 0 : Math.abs(row[k] - kept * before[k]) / size;
          largest = Math.max(largest, off);
          if (off > UNITS) {
            moved(step, j, k, off, UNITS);
          }
        }
      }
      part = (part + 1) % PARTS;
      note(step, largest, UNITS, () -> "");
    }

    private void moved(TrainingStep step, int unit, int input, double by, double bound) {
      note(
          step,
          by,
          bound,
          () ->
              "the weight of input "
                  + input
                  + ", which was 0 in every batch, to unit "
                  + unit
                  + " has moved");
    }
  }
}
