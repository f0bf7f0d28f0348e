package io.github.implicitbias.predictions;

/**
 * Says where training rests: the norm of the gradient is at most 1e-7 of the largest so far, and
 * smaller than it was at least 100 steps before, at the same learning rate.
 */
final class Rest {

  private static final double SHARE = 1e-7;
  private static final int STEPS = 100;

  private double largest;
  private double rate = Double.NaN;

  /** A record that is at least 100 steps old, and one that will be. */
  private double olderNorm = Double.NaN;

  private double markedNorm = Double.NaN;
  private long markedStep = -1;

  /** Takes note of a record and returns true if training rests there. */
  boolean isAt(long step, double norm, double learningRate) {
    largest = Math.max(largest, norm);
    // After the last record no step follows: its rate is not a number.
    if (!Double.isNaN(learningRate) && learningRate != rate) {
      rate = learningRate;
      olderNorm = Double.NaN;
      markedStep = -1;
    }
    if (markedStep < 0 || step - markedStep >= STEPS) {
      olderNorm = markedStep < 0 ? Double.NaN : markedNorm;
      markedNorm = norm;
      markedStep = step;
    }
    return norm <= SHARE * largest && largest > 0 && (norm < olderNorm || norm == 0);
  }

  /** Returns the learning rate at which it rests. */
  double rate() {
    return rate;
  }
}
