package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The plane in which the weights of the lowest layer of a stack, and the inputs it takes, are
 * drawn.
 *
 * <p>With two inputs it is that of the two weights; with one input that of weight and bias, in
 * which the input has the coordinates x and 1; with more that of {@link WeightPlane}. Found at the
 * first observation, as the probe never changes.
 */
final class WeightSpace implements Shared {

  /** What those who ask for it need. */
  static final Needs NEEDS =
      Needs.fromFirst(WeightSpace.class, WeightSpace::new, WeightSpace::price);

  /** Units of a layer up to which anything is recorded. */
  static final int MAX_UNITS = 4096;

  private boolean started;
  private @Nullable Stack found;
  private int inputs;
  private @Nullable WeightPlane plane;
  private double @Nullable [] inputX;
  private double @Nullable [] inputY;
  private double @Nullable [] target;

  /** Returns the space at an observation; null if there is none. */
  static @Nullable WeightSpace of(Observation observation) {
    WeightSpace space = observation.shared(WeightSpace.class, WeightSpace::new);
    return space.found == null ? null : space;
  }

  /** Returns the stack of which a tracked layer is the lowest layer; null if there is none. */
  static @Nullable Stack stackOn(NetworkView network, Probe probe, int layer) {
    Stack stack = new Stack();
    boolean found = probe.isMatrix() && stack.look(network, probe.samples()) && suits(stack, probe);
    return found && stack.layer(0).trackedLayer() == layer ? stack : null;
  }

  private static boolean suits(Stack stack, Probe probe) {
    WeightLayer lowest = stack.layer(0);
    return lowest.trackedLayer() >= 0
        && lowest.units() <= MAX_UNITS
        && lowest.inputs() == probe.inputs();
  }

  /** Returns why inputs have no place; null if they have. */
  static @Nullable String whyNone(Observation observation, int layer) {
    String none = whyNoUnits(observation, layer);
    if (none != null) {
      return none;
    }
    int samples = observation.probe().samples();
    int inputs = observation.probe().inputs();
    if (inputs > 2 && !WeightPlane.isAffordable(samples, inputs)) {
      return samples + " samples of " + inputs + " inputs take too long";
    }
    return "all inputs of the probe are 0";
  }

  /** Returns why units have no bias in the run; null if they have. */
  static @Nullable String whyNoBias(Observation observation, int layer) {
    String none = whyNoUnits(observation, layer);
    return none != null ? none : observation.knownStack().layer(0).name() + " has no biases";
  }

  /**
   * Returns why there are no outgoing weights.
   *
   * @param one true for weights to a single unit, false for the norm of those to several
   */
  static @Nullable String whyNotAbove(Observation observation, boolean one) {
    String none = whyNoUnits(observation, 0);
    if (none != null) {
      return none;
    }
    Stack stack = observation.knownStack();
    if (stack.depth() < 2) {
      return "there is no layer above " + stack.layer(0).name();
    }
    int units = stack.layer(1).units();
    return stack.layer(1).name()
        + " has "
        + (one
            ? units + " units: outgoingNorm has the norm of the weights to them"
            : "a single unit: outgoingWeight has the weight to it");
  }

  /** Returns why there is no target per sample; null if there is. */
  static @Nullable String whyNoTarget(Observation observation, int layer) {
    String none = whyNoUnits(observation, layer);
    return none == null && !observation.probe().hasLabels() ? "the probe has no labels" : none;
  }

  /** Returns why there is no bias of the output; null if there is. */
  static @Nullable String whyNoOutputBias(Observation observation, int layer) {
    Stack stack = observation.stack();
    if (stack == null) {
      return observation.whyNoStack();
    }
    return stack.outputs() != 1
        ? "the network has " + stack.outputs() + " outputs; needs 1"
        : stack.layer(stack.depth() - 1).name() + " has no bias";
  }

  /** Returns why units have no place; null if they have. */
  static @Nullable String whyNoUnits(Observation observation, int layer) {
    Stack stack = observation.stack();
    if (stack == null) {
      return observation.whyNoStack();
    }
    WeightLayer lowest = stack.layer(0);
    if (lowest.trackedLayer() < 0) {
      return lowest.name() + ", the lowest layer, is not tracked";
    }
    if (lowest.units() > MAX_UNITS) {
      return lowest.name() + " has " + lowest.units() + " units; needs at most " + MAX_UNITS;
    }
    return null;
  }

  private static Price price(Dimensions d, NetworkView network) {
    return network.isStack() && d.inputs() > 2
        ? Price.of(WeightSpace.class, WeightPlane.work(d.samples(), d.inputs()), 0)
        : Price.FREE;
  }

  @Override
  public Needs needs() {
    return NEEDS;
  }

  @Override
  public void compute(Observation observation) {
    Stack stack = observation.stack();
    found = stack != null && suits(stack, observation.probe()) ? stack : null;
    if (found != null && !started) {
      find(found, observation.probe());
      started = true;
    }
  }

  private void find(Stack stack, Probe probe) {
    int samples = probe.samples();
    inputs = probe.inputs();
    if (inputs <= 2 || WeightPlane.isAffordable(samples, inputs)) {
      double[] x = stack.inputs(0);
      plane = inputs <= 2 ? null : WeightPlane.of(x, samples);
      if (inputs <= 2 || plane != null) {
        place(x, samples);
      }
    }
    if (probe.outputs() == 1) {
      target = probe.labels();
    } else if (probe.hasLabels()) {
      target = Arrays.stream(probe.classes()).asDoubleStream().toArray();
    }
  }

  private void place(double[] x, int samples) {
    double[] ofX = new double[samples];
    double[] ofY = new double[samples];
    if (plane != null) {
      plane.project(x, false, ofX);
      plane.project(x, true, ofY);
    } else {
      for (int i = 0; i < samples; i++) {
        ofX[i] = x[i * inputs];
        ofY[i] = inputs == 2 ? x[2 * i + 1] : 1;
      }
    }
    inputX = ofX;
    inputY = ofY;
  }

  Stack stack() {
    return Objects.requireNonNull(found, "there is no space");
  }

  /** Returns the first coordinate of each input; null if there is no plane. */
  double @Nullable [] inputX() {
    return inputX;
  }

  /** Returns the second coordinate of each input; null if there is no plane. */
  double @Nullable [] inputY() {
    return inputY;
  }

  /** Returns a label per sample: the only one, or the class of several; null without labels. */
  double @Nullable [] target() {
    return target;
  }

  /**
   * Writes a coordinate of the weights of each unit.
   *
   * @param second true for the second
   * @return false if there is no plane
   */
  boolean coordinates(boolean second, double[] into) {
    WeightLayer lowest = stack().layer(0);
    if (inputs > 2) {
      if (plane != null) {
        plane.project(lowest.weights(), second, into);
      }
      return plane != null;
    }
    if (inputs == 1 && second) {
      if (lowest.hasBias()) {
        System.arraycopy(lowest.biases(), 0, into, 0, into.length);
      } else {
        Arrays.fill(into, 0);
      }
      return true;
    }
    double[] weights = lowest.weights();
    for (int j = 0; j < into.length; j++) {
      into[j] = weights[j * inputs + (second ? 1 : 0)];
    }
    return true;
  }

  /** Returns what a person needs to know to read the numbers, for the header of the run. */
  Map<String, String> facts(String layer, NetworkView network) {
    Map<String, String> facts = new LinkedHashMap<>();
    String key = "weightSpace." + layer;
    if (inputs <= 2) {
      facts.put(key, inputs == 1 ? "input and bias" : "inputs");
    } else if (plane != null) {
      facts.put(
          key,
          String.format(
              Locale.ROOT,
              "principal directions, %.1f %% and %.1f %% of the squared norm of the inputs",
              100 * plane.firstShare(),
              100 * plane.secondShare()));
    }
    Stack stack = stack();
    String kind = stack.depth() == 2 && stack.outputs() == 1 ? "two layers, one output" : "other";
    facts.put(key + ".network", stack.depth() == 1 ? "one neuron" : kind);
    String loss = network.lossKind();
    if (loss != null) {
      facts.put("weightSpace.loss", loss);
    }
    return facts;
  }
}
