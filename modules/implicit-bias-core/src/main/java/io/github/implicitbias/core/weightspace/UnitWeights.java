package io.github.implicitbias.core.weightspace;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Definition;
import java.util.Map;

/**
 * What is recorded of the units j of the lowest layer of a stack, if it is tracked and has at most
 * 4,096 of them: incoming weights w_j, bias b_j, outgoing weights. Cost: O(weights of the layer).
 */
public enum UnitWeights implements UnitMetric {
  /** The first coordinate of w_j: the first weight, or w_j . v_1, see {@link WeightPlane}. */
  WEIGHT_X("weightX"),
  /** The second coordinate of w_j: the second weight, the bias of a single input, or w_j . v_2. */
  WEIGHT_Y("weightY"),
  /** norm(w_j), without the bias. */
  WEIGHT_NORM("weightNorm"),
  /** b_j, if there are biases. */
  UNIT_BIAS("unitBias"),
  /** The weight a_j by which the only unit of the next layer takes the output. */
  OUTGOING_WEIGHT("outgoingWeight"),
  /** The norm of the weights by which the units of the next layer, if several, take the output. */
  OUTGOING_NORM("outgoingNorm");

  /**
   * Operations that recording one number per unit is worth, its share of the storage included, as
   * of numbers per sample.
   */
  private static final double PER_UNIT = 200;

  private final String id;

  UnitWeights(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Definition definition() {
    switch (this) {
      case WEIGHT_X:
        return Definition.formula(
                "first coordinate of w_j: the first weight with d <= 2, w_j . v_1 with d > 2")
            .applies("d <= 2, or v_1 and v_2 within 5e8 operations, and some input is not 0")
            .expect("units of one sign gather on one ray from a small start")
            .title("first coordinate of the weights")
            .withoutChart();
      case WEIGHT_Y:
        return Definition.formula(
                "second coordinate of w_j: the second weight with d = 2, the bias with d = 1, w_j ."
                    + " v_2 with d > 2")
            .applies("as weightX")
            .expect("as weightX")
            .title("second coordinate of the weights")
            .withoutChart();
      case WEIGHT_NORM:
        return Definition.formula("norm(w_j), without the bias")
            .applies("the lowest layer of a stack, tracked, of at most 4,096 units")
            .expect("a few units grow first, from a small start")
            .title("norm of the weights")
            .withoutChart();
      case UNIT_BIAS:
        return Definition.formula("b_j")
            .applies("as weightNorm, and biases")
            .expect("with the weights it says where the unit switches")
            .title("bias")
            .withoutChart();
      case OUTGOING_WEIGHT:
        return Definition.formula("a_j, the weight by which the next layer takes the unit")
            .applies("as weightNorm, and the next layer has one unit")
            .expect("keeps its sign, and its magnitude near norm(w_j), from a balanced start")
            .title("outgoing weight")
            .withoutChart();
      default:
        return Definition.formula("the norm of the weights by which the next layer takes the unit")
            .applies("as weightNorm, and the next layer has several units")
            .expect("near norm(w_j) from a balanced start")
            .title("norm of the outgoing weights")
            .withoutChart();
    }
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    double units = Math.min(WeightSpace.MAX_UNITS, dimensions.trackedUnits());
    double pass = 2.0 * dimensions.widestInputs() * dimensions.widestUnits();
    return Cadence.ofWork(Math.max(pass, PER_UNIT * units));
  }

  @Override
  public boolean appliesTo(NetworkView network, Probe probe, int layer) {
    Stack stack = WeightSpace.stackOn(network, probe, layer);
    if (stack == null) {
      return false;
    }
    switch (this) {
      case WEIGHT_X:
      case WEIGHT_Y:
        return probe.inputs() <= 2 || WeightPlane.isAffordable(probe.samples(), probe.inputs());
      case UNIT_BIAS:
        return stack.layer(0).hasBias();
      case OUTGOING_WEIGHT:
        return stack.depth() > 1 && stack.layer(1).units() == 1;
      case OUTGOING_NORM:
        return stack.depth() > 1 && stack.layer(1).units() > 1;
      default:
        return true;
    }
  }

  @Override
  public Needs needs() {
    return WeightSpace.NEEDS;
  }

  @Override
  public boolean evaluate(Observation observation, int layer, double[] into) {
    WeightSpace space = WeightSpace.of(observation);
    if (space == null) {
      return false;
    }
    WeightLayer lowest = space.stack().layer(0);
    switch (this) {
      case WEIGHT_X:
        return space.coordinates(false, into);
      case WEIGHT_Y:
        return space.coordinates(true, into);
      case WEIGHT_NORM:
        norms(lowest.weights(), lowest.inputs(), into);
        return true;
      case UNIT_BIAS:
        System.arraycopy(lowest.biases(), 0, into, 0, into.length);
        return true;
      case OUTGOING_WEIGHT:
        System.arraycopy(space.stack().layer(1).weights(), 0, into, 0, into.length);
        return true;
      default:
        normsOfColumns(space.stack().layer(1).weights(), into);
        return true;
    }
  }

  private static void norms(double[] rows, int length, double[] into) {
    for (int j = 0; j < into.length; j++) {
      into[j] = Math.sqrt(ScalarProduct.of(rows, j * length, rows, j * length, length));
    }
  }

  private static void normsOfColumns(double[] rows, double[] into) {
    for (int j = 0; j < into.length; j++) {
      into[j] = 0;
    }
    for (int k = 0; k < rows.length; k++) {
      into[k % into.length] += rows[k] * rows[k];
    }
    for (int j = 0; j < into.length; j++) {
      into[j] = Math.sqrt(into[j]);
    }
  }

  @Override
  public Map<String, String> provenance(Observation first, int layer, String name) {
    WeightSpace space = this == WEIGHT_NORM ? WeightSpace.of(first) : null;
    return space == null ? Map.of() : space.facts(name, first.network());
  }
}
