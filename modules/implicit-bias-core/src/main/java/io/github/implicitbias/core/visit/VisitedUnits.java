package io.github.implicitbias.core.visit;

/** For which part of the visits each unit of a layer was on: in this epoch and in the last. */
public final class VisitedUnits {

  private final String layer;
  private final long visits;
  private final float[] soFar;
  private final float[] lastEpoch;

  VisitedUnits(String layer, long visits, float[] soFar, float[] lastEpoch) {
    this.layer = layer;
    this.visits = visits;
    this.soFar = soFar;
    this.lastEpoch = lastEpoch;
  }

  /** Returns the name of the layer. */
  public String layer() {
    return layer;
  }

  /** Returns the number of visits in the epoch that is not over. */
  public long visits() {
    return visits;
  }

  /** Returns, per unit, the share of the visits of this epoch so far; NaN before the first. */
  public float[] soFar() {
    return soFar.clone();
  }

  /** Returns, per unit, the share of the visits of the last epoch that ended; empty before. */
  public float[] lastEpoch() {
    return lastEpoch.clone();
  }
}
