package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.MetricDeclaration;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a run records so that units can be drawn in weight space: of the units j of the lowest layer
 * of a stack, if it is tracked and has at most 4,096 of them, incoming weights w_j, bias b_j and
 * outgoing weights; the samples in the same plane, which never change; and the output bias. A
 * function of one input with two layers is outputBias + sum over j of outgoingWeight_j
 * act(weightX_j x + weightY_j). Cost: O(weights of the layer).
 */
final class WeightSpaceMetrics {

  /** The bias of the output layer of a stack with one output. Cost: O(1). */
  public static final Metric OUTPUT_BIAS =
      Metric.ofNetwork("outputBias")
          .definition(
              Definition.formula(
                      "the bias of the output layer; with two layers f(x) = outputBias + sum_j"
                          + " outgoingWeight_j act(w_j . x + unitBias_j)")
                  .applies("stack with one output and an output bias")
                  .expect("the output where no unit is on")
                  .title("bias of the output")
                  .withoutChart())
          .absent(WeightSpace::whyNoOutputBias)
          .value(WeightSpaceMetrics::outputBias);

  /** The first coordinate of x_i: the first input, or x_i . v_1, see {@link WeightPlane}. */
  public static final SampleMetric INPUT_X =
      input(
          "inputX",
          Definition.formula("first coordinate of x_i: the first input, or x_i . v_1")
              .applies("as weightX")
              .expect("constant: the data")
              .constant()
              .title("first coordinate of the input"),
          WeightSpace::inputX,
          WeightSpace::whyNone);

  /** The second coordinate of x_i: the second input, 1 with a single input, or x_i . v_2. */
  public static final SampleMetric INPUT_Y =
      input(
          "inputY",
          Definition.formula(
                  "second coordinate of x_i: the second input, 1 with a single input, or x_i . v_2")
              .applies("as weightX")
              .expect("constant: the data")
              .constant()
              .title("second coordinate of the input"),
          WeightSpace::inputY,
          WeightSpace::whyNone);

  /** The label of one output as it is, the number of the class of several. */
  public static final SampleMetric TARGET =
      input(
          "target",
          Definition.formula("y_i of one output, the number of the class of several")
              .applies("as weightNorm, and labels")
              .expect("constant: the labels")
              .constant()
              .title("target"),
          WeightSpace::target,
          WeightSpace::whyNoTarget);

  /** The first coordinate of w_j: the first weight, or w_j . v_1, see {@link WeightPlane}. */
  public static final UnitMetric WEIGHT_X =
      unit(
              "weightX",
              Definition.formula(
                      "first coordinate of w_j: the first weight with d <= 2, w_j . v_1 with d > 2")
                  .applies("d <= 2, or v_1 and v_2 within 5e8 operations, and some input is not 0")
                  .expect("units of one sign gather on one ray from a small start")
                  .title("first coordinate of the weights"))
          .where(WeightSpaceMetrics::hasPlane)
          .perUnit(rows((space, into) -> space.coordinates(false, into)));

  /** The second coordinate of w_j: the second weight, the bias of a single input, or w_j . v_2. */
  public static final UnitMetric WEIGHT_Y =
      unit(
              "weightY",
              Definition.formula(
                      "second coordinate of w_j: the second weight with d = 2, the bias with d = 1,"
                          + " w_j . v_2 with d > 2")
                  .applies("as weightX")
                  .expect("as weightX")
                  .title("second coordinate of the weights"))
          .where(WeightSpaceMetrics::hasPlane)
          .perUnit(rows((space, into) -> space.coordinates(true, into)));

  /** norm(w_j), without the bias. */
  public static final UnitMetric WEIGHT_NORM =
      unit(
              "weightNorm",
              Definition.formula("norm(w_j), without the bias")
                  .applies("the lowest layer of a stack, tracked, of at most 4,096 units")
                  .expect("a few units grow first, from a small start")
                  .title("norm of the weights"))
          .absent(WeightSpace::whyNoUnits)
          .provenance(WeightSpaceMetrics::facts)
          .perUnit(rows((space, into) -> norms(space.stack().layer(0), into)));

  /** b_j, if there are biases. */
  public static final UnitMetric UNIT_BIAS =
      unit(
              "unitBias",
              Definition.formula("b_j")
                  .applies("as weightNorm, and biases")
                  .expect("with the weights it says where the unit switches")
                  .title("bias"))
          .where((network, probe, layer) -> has(network, probe, layer, s -> s.layer(0).hasBias()))
          .absent(WeightSpace::whyNoBias)
          .perUnit(rows((space, into) -> copy(space.stack().layer(0).biases(), into)));

  /** The weight a_j by which the only unit of the next layer takes the output. */
  public static final UnitMetric OUTGOING_WEIGHT =
      unit(
              "outgoingWeight",
              Definition.formula("a_j, the weight by which the next layer takes the unit")
                  .applies("as weightNorm, and the next layer has one unit")
                  .expect("keeps its sign, and its magnitude near norm(w_j), from a balanced start")
                  .title("outgoing weight"))
          .where((network, probe, layer) -> has(network, probe, layer, s -> unitsAbove(s) == 1))
          .absent((now, layer) -> WeightSpace.whyNotAbove(now, true))
          .perUnit(rows((space, into) -> copy(space.stack().layer(1).weights(), into)));

  /** The norm of the weights by which the units of the next layer, if several, take the output. */
  public static final UnitMetric OUTGOING_NORM =
      unit(
              "outgoingNorm",
              Definition.formula("the norm of the weights by which the next layer takes the unit")
                  .applies("as weightNorm, and the next layer has several units")
                  .expect("near norm(w_j) from a balanced start")
                  .title("norm of the outgoing weights"))
          .where((network, probe, layer) -> has(network, probe, layer, s -> unitsAbove(s) > 1))
          .absent((now, layer) -> WeightSpace.whyNotAbove(now, false))
          .perUnit(rows((space, into) -> normsOfColumns(space.stack().layer(1).weights(), into)));

  /**
   * Operations that recording one number per unit is worth, its share of the storage included, as
   * of numbers per sample.
   */
  private static final double PER_UNIT = 200;

  /** Samples never change: recorded at the first record and every 100,000th. */
  private static final Cadence ONCE = Cadence.every(100_000);

  private WeightSpaceMetrics() {}

  /** Returns the metrics with one number. */
  public static List<Metric> metrics() {
    return List.of(OUTPUT_BIAS);
  }

  /** Returns what is recorded with one number per sample. */
  public static List<SampleMetric> sampleMetrics() {
    return List.of(INPUT_X, INPUT_Y, TARGET);
  }

  /** Returns what is recorded with one number per unit. */
  public static List<UnitMetric> unitMetrics() {
    return List.of(WEIGHT_X, WEIGHT_Y, WEIGHT_NORM, UNIT_BIAS, OUTGOING_WEIGHT, OUTGOING_NORM);
  }

  private static SampleMetric input(
      String id,
      Definition definition,
      Function<WeightSpace, double @Nullable []> values,
      MetricDeclaration.Reason whyNone) {
    return Metric.ofNetwork(id)
        .definition(definition.withoutChart())
        .needs(WeightSpace.NEEDS)
        .cadence(dimensions -> ONCE)
        .absent(whyNone)
        .perSample(
            (now, layer, into) -> {
              WeightSpace space = WeightSpace.of(now);
              double[] found = space == null ? null : values.apply(space);
              return copy(found, into);
            });
  }

  private static MetricDeclaration unit(String id, Definition definition) {
    return Metric.perLayer(id)
        .definition(definition.withoutChart())
        .needs(WeightSpace.NEEDS)
        .cadence(WeightSpaceMetrics::cadence)
        .where((network, probe, layer) -> has(network, probe, layer, stack -> true))
        .absent(WeightSpace::whyNone);
  }

  private static Cadence cadence(Dimensions dimensions) {
    double units = Math.min(WeightSpace.MAX_UNITS, dimensions.trackedUnits());
    double pass = 2.0 * dimensions.widestInputs() * dimensions.widestUnits();
    return Cadence.ofWork(Math.max(pass, PER_UNIT * units));
  }

  private static boolean has(
      NetworkView network, Probe probe, int layer, Predicate<Stack> condition) {
    Stack stack = WeightSpace.stackOn(network, probe, layer);
    return stack != null && condition.test(stack);
  }

  private static boolean hasPlane(NetworkView network, Probe probe, int layer) {
    return has(
        network,
        probe,
        layer,
        stack -> probe.inputs() <= 2 || WeightPlane.isAffordable(probe.samples(), probe.inputs()));
  }

  private static int unitsAbove(Stack stack) {
    return stack.depth() > 1 ? stack.layer(1).units() : 0;
  }

  private static double outputBias(Observation observation, int layer) {
    Stack stack = observation.stack();
    if (stack == null || stack.outputs() != 1) {
      return Absent.VALUE;
    }
    WeightLayer last = stack.layer(stack.depth() - 1);
    double[] b = last.hasBias() ? last.biases() : null;
    return b == null ? Absent.VALUE : b[0];
  }

  private static Map<String, String> facts(Observation first, int layer, String name) {
    WeightSpace space = WeightSpace.of(first);
    return space == null ? Map.of() : space.facts(name, first.network());
  }

  /** Writes one number per unit, or says that there are none. */
  private interface Rows {
    boolean write(WeightSpace space, double[] into);
  }

  private static MetricDeclaration.Row rows(Rows rows) {
    return (now, layer, into) -> {
      WeightSpace space = WeightSpace.of(now);
      return space != null && rows.write(space, into);
    };
  }

  private static boolean copy(double @Nullable [] values, double[] into) {
    if (values == null) {
      return false;
    }
    System.arraycopy(values, 0, into, 0, into.length);
    return true;
  }

  private static boolean norms(WeightLayer layer, double[] into) {
    double[] rows = layer.weights();
    int length = layer.inputs();
    for (int j = 0; j < into.length; j++) {
      into[j] = Magnitude.norm(rows, j * length, length);
    }
    return true;
  }

  private static boolean normsOfColumns(double[] rows, double[] into) {
    double largest = Magnitude.largest(rows, 0, rows.length);
    int exponent = Magnitude.isOrdinary(largest * largest) ? 0 : Magnitude.exponent(largest);
    Arrays.fill(into, 0);
    for (int k = 0; k < rows.length; k++) {
      double value = exponent == 0 ? rows[k] : Math.scalb(rows[k], -exponent);
      into[k % into.length] += value * value;
    }
    for (int j = 0; j < into.length; j++) {
      into[j] = Math.scalb(Math.sqrt(into[j]), exponent);
    }
    return true;
  }
}
