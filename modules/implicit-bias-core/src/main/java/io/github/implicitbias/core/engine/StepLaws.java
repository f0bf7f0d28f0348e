package io.github.implicitbias.core.engine;

/**
 * Says to a session when the gradient of the step that has begun is known, and when its update is
 * done, so that laws can read the step; what that costs is part of the share of watching.
 */
public final class StepLaws {

  private final LawRunner laws;
  private final CostMeter meter;
  private boolean isDue;

  StepLaws(LawRunner laws, CostMeter meter) {
    this.laws = laws;
    this.meter = meter;
  }

  /** Returns true if gradient and parameters of a step will be read, and its outputs should be. */
  public boolean isDue(long step) {
    isDue = laws.isDue(step);
    return isDue;
  }

  /**
   * Says that the gradient of the step is known, while the parameters are still those of it.
   *
   * @param epoch number of epochs that have ended
   * @param samples of its batch
   */
  public void begin(long step, int epoch, int samples) {
    if (isDue) {
      meter.enter();
    }
    laws.begin(step, epoch, samples);
    if (isDue) {
      meter.leaveVisits();
    }
  }

  /** Says that the parameters are those that the update has left. */
  public void end() {
    if (isDue) {
      meter.enter();
    }
    laws.end();
    if (isDue) {
      meter.leaveVisits();
    }
  }
}
