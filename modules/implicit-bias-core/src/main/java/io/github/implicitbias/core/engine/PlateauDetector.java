package io.github.implicitbias.core.engine;

/**
 * Finds plateaus of the loss while it is recorded.
 *
 * <p>A plateau is a stretch of records, at least {@value #MIN_RECORDS} and at least a twentieth of
 * the steps so far, over which the loss stays within one percent of its value at the beginning of
 * the stretch. It ends when the loss leaves that band.
 */
final class PlateauDetector {

  static final int MIN_RECORDS = 50;
  private static final double BAND = 0.01;
  private static final double SHARE = 0.05;

  enum Change {
    NONE,
    BEGAN,
    ENDED
  }

  private double anchorLoss = Double.NaN;
  private long anchorStep;
  private long firstStep = -1;
  private int records;
  private boolean inside;

  Change accept(long step, double loss) {
    if (firstStep < 0) {
      firstStep = step;
    }
    if (!(Math.abs(loss - anchorLoss) <= BAND * Math.abs(anchorLoss))) {
      anchorLoss = loss;
      anchorStep = step;
      records = 1;
      boolean ended = inside;
      inside = false;
      return ended ? Change.ENDED : Change.NONE;
    }
    records++;
    if (!inside && records >= MIN_RECORDS && step - anchorStep >= SHARE * (step - firstStep)) {
      inside = true;
      return Change.BEGAN;
    }
    return Change.NONE;
  }

  /** Returns the step at which the present stretch began. */
  long since() {
    return anchorStep;
  }

  /** Returns the loss at that step. */
  double level() {
    return anchorLoss;
  }
}
