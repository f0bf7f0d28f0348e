package io.github.implicitbias.core.weightspace;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.run.Definition;

/**
 * The samples in the plane of {@link UnitWeights}, and their labels. They never change: recorded at
 * the first record and every 100,000th.
 */
public enum SampleInputs implements SampleMetric {
  /** The first coordinate of x_i: the first input, or x_i . v_1, see {@link WeightPlane}. */
  INPUT_X("inputX"),
  /** The second coordinate of x_i: the second input, 1 with a single input, or x_i . v_2. */
  INPUT_Y("inputY"),
  /** The label of one output as it is, the number of the class of several. */
  TARGET("target");

  private final String id;

  SampleInputs(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Definition definition() {
    switch (this) {
      case INPUT_X:
        return Definition.formula("first coordinate of x_i: the first input, or x_i . v_1")
            .applies("as weightX")
            .expect("constant: the data")
            .constant();
      case INPUT_Y:
        return Definition.formula(
                "second coordinate of x_i: the second input, 1 with a single input, or x_i . v_2")
            .applies("as weightX")
            .expect("constant: the data")
            .constant();
      default:
        return Definition.formula("y_i of one output, the number of the class of several")
            .applies("as weightNorm, and labels")
            .expect("constant: the labels")
            .constant();
    }
  }

  @Override
  public Metric.Scope scope() {
    return Metric.Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return Cadence.every(100_000);
  }

  @Override
  public boolean evaluate(Observation observation, int layer, double[] into) {
    WeightSpace space = WeightSpace.of(observation);
    if (space == null) {
      return false;
    }
    double[] values =
        this == INPUT_X ? space.inputX() : this == INPUT_Y ? space.inputY() : space.target();
    if (values == null) {
      return false;
    }
    System.arraycopy(values, 0, into, 0, into.length);
    return true;
  }
}
