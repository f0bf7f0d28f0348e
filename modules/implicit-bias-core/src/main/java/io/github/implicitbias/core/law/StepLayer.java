package io.github.implicitbias.core.law;

import io.github.implicitbias.core.network.Precision;
import java.util.List;

/**
 * A layer with trained parameters, as laws see it. Its weights are a matrix of units x inputs; a
 * kernel is flattened, channel by channel. Of a batch normalization a unit is a channel, its only
 * weight gamma and its bias beta. Immutable but for the numbers of its {@link UpdateRule}s.
 */
public final class StepLayer {

  /** What a layer computes before its activation. */
  public enum Kind {
    /** W x + b, or a convolution. */
    LINEAR,
    /** gamma (x - mean) / sd + beta, with mean and standard deviation of the batch. */
    NORMALIZATION,
    /** Anything else. */
    OTHER
  }

  private final String name;
  private final Kind kind;
  private final int units;
  private final int inputs;
  private final boolean hasBias;
  private final Precision precision;
  private final UpdateRule weights;
  private final UpdateRule biases;
  private int sources = 1;
  private boolean sourcesLast;
  private double slope = Double.NaN;
  private int positions = 1;
  private List<Integer> consumers = List.of();
  private String whyOneSided = "";
  private int normalizedBy = -1;
  private boolean takesFeatures;
  private boolean featuresAreNoisy;
  private boolean isOutput;
  private Precision rounding;

  /**
   * Describes a layer.
   *
   * @param units rows of the matrix
   * @param inputs columns of the matrix
   * @param weights how the matrix is updated
   * @param biases how the biases are updated; as the weights if there are none
   */
  public StepLayer(
      String name,
      Kind kind,
      int units,
      int inputs,
      boolean hasBias,
      Precision precision,
      UpdateRule weights,
      UpdateRule biases) {
    this.name = name;
    this.kind = kind;
    this.units = units;
    this.inputs = inputs;
    this.hasBias = hasBias;
    this.precision = precision;
    this.weights = weights;
    this.biases = biases;
    this.sources = Math.max(1, inputs);
    this.rounding = precision;
  }

  /**
   * Says from how many units of the layer below the inputs come.
   *
   * @param count divides the number of inputs
   * @param last true if input k comes from unit k % count, false if from k / (inputs / count)
   */
  public StepLayer from(int count, boolean last) {
    if (count < 1 || inputs % count != 0) {
      throw new IllegalArgumentException(
          inputs + " inputs cannot come from " + count + " units: give a divisor");
    }
    sources = count;
    sourcesLast = last;
    return this;
  }

  /** Says the slope of the activation below 0; it is 1 above. NaN for every other activation. */
  public StepLayer slope(double below) {
    slope = below;
    return this;
  }

  /** Says at how many positions the matrix is applied to a sample. */
  public StepLayer positions(int count) {
    positions = count;
    return this;
  }

  /** Says that something of the backward pass rounds more coarsely than the parameters are. */
  public StepLayer rounding(Precision coarse) {
    rounding = precision.coarser(coarse);
    return this;
  }

  /** Says which layers, all of them linear, take what the units put out, and nobody else does. */
  public StepLayer consumers(List<Integer> layers) {
    consumers = List.copyOf(layers);
    return this;
  }

  /** Says why the units have not two sides whose gradients balance: a clause. */
  public StepLayer oneSided(String why) {
    whyOneSided = why;
    return this;
  }

  /** Says which batch normalization takes what the units put out, and nobody else does. */
  public StepLayer normalizedBy(int layer) {
    normalizedBy = layer;
    return this;
  }

  /**
   * Says that it takes the features.
   *
   * @param noisy true if training changes them at random first, as dropout does
   */
  public StepLayer takesFeatures(boolean noisy) {
    takesFeatures = true;
    featuresAreNoisy = noisy;
    return this;
  }

  /** Says that the loss is a function of its pre-activations. */
  public StepLayer output() {
    isOutput = true;
    return this;
  }

  /** Returns the name of the layer. */
  public String name() {
    return name;
  }

  /** Returns what it computes. */
  public Kind kind() {
    return kind;
  }

  /** Returns the number of units. */
  public int units() {
    return units;
  }

  /** Returns the number of weights of a unit. */
  public int inputs() {
    return inputs;
  }

  /** Returns true if units have biases. */
  public boolean hasBias() {
    return hasBias;
  }

  /** Returns the type of the parameters. */
  public Precision precision() {
    return precision;
  }

  /** Returns how coarsely its gradient is rounded: as its parameters, or more. */
  public Precision rounding() {
    return rounding;
  }

  /** Returns how the weights are updated. */
  public UpdateRule rule() {
    return weights;
  }

  /** Returns how the biases are updated. */
  public UpdateRule biasRule() {
    return biases;
  }

  /** Returns true if training changes the weights. */
  public boolean isTrained() {
    return weights.kind() != UpdateRule.Kind.NONE;
  }

  /** Returns from how many units of the layer below the inputs come. */
  public int sources() {
    return sources;
  }

  /**
   * Returns true if input k comes from unit k % sources, false if inputs of a unit are together.
   */
  public boolean areSourcesLast() {
    return sourcesLast;
  }

  /** Returns the slope of the activation below 0; NaN if it is not 1 above or not linear. */
  public double slope() {
    return slope;
  }

  /** Returns at how many positions the matrix is applied to a sample. */
  public int positions() {
    return positions;
  }

  /** Returns the layers that take what the units put out; empty if {@link #whyOneSided} says so. */
  public List<Integer> consumers() {
    return consumers;
  }

  /** Returns why the units have not two sides whose gradients balance; empty if they have. */
  public String whyOneSided() {
    return whyOneSided;
  }

  /** Returns the batch normalization directly above, -1 for none. */
  public int normalizedBy() {
    return normalizedBy;
  }

  /** Returns true if it takes the features. */
  public boolean takesFeatures() {
    return takesFeatures;
  }

  /** Returns true if training changes the features at random before it sees them. */
  public boolean areFeaturesNoisy() {
    return featuresAreNoisy;
  }

  /** Returns true if the loss is a function of its pre-activations. */
  public boolean isOutput() {
    return isOutput;
  }

  @Override
  public String toString() {
    return name;
  }
}
