package io.github.implicitbias.core.metric;

/** Sizes of a run, from which a metric tells how dear it is. */
public final class Dimensions {

  private final int samples;
  private final int inputs;
  private final int outputs;
  private final long parameters;
  private final long trackedUnits;
  private final int widestInputs;
  private final int widestUnits;

  /**
   * Makes the sizes of a run.
   *
   * @param samples of the probe
   * @param inputs features of one sample
   * @param outputs of the network, per sample
   * @param parameters that are trained
   * @param trackedUnits units of all tracked layers together
   * @param widestInputs inputs of a unit in the layer with the most weights
   * @param widestUnits units of that layer
   */
  public Dimensions(
      int samples,
      int inputs,
      int outputs,
      long parameters,
      long trackedUnits,
      int widestInputs,
      int widestUnits) {
    this.samples = samples;
    this.inputs = inputs;
    this.outputs = outputs;
    this.parameters = parameters;
    this.trackedUnits = trackedUnits;
    this.widestInputs = widestInputs;
    this.widestUnits = widestUnits;
  }

  public int samples() {
    return samples;
  }

  public int inputs() {
    return inputs;
  }

  public int outputs() {
    return outputs;
  }

  /** Returns the number of parameters that are trained. */
  public long parameters() {
    return parameters;
  }

  /** Returns the number of units of all tracked layers together. */
  public long trackedUnits() {
    return trackedUnits;
  }

  /** Returns the inputs of a unit in the layer with the most weights. */
  public int widestInputs() {
    return widestInputs;
  }

  /** Returns the units of the layer with the most weights. */
  public int widestUnits() {
    return widestUnits;
  }
}
