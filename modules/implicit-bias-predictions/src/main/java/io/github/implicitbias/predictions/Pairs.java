package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.prediction.Conditions;
import java.util.ArrayList;
import java.util.List;

/**
 * The hidden layers whose units have two sides: weights that come in and weights that go out, so
 * that one can grow as the other shrinks. What it costs in rounding to compare them.
 */
final class Pairs {

  /** The largest share of what is compared that rounding may be for a law to say something. */
  static final double MOST_ROUNDING = 0.1;

  private final List<Integer> layers = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();

  /** Finds them. */
  Pairs(StepNetwork network) {
    for (int l = 0; l < network.layers().size(); l++) {
      StepLayer layer = network.layer(l);
      if (layer.isOutput()) {
        continue;
      }
      if (!layer.whyOneSided().isEmpty()) {
        reasons.add(layer.whyOneSided());
      } else if (!layer.consumers().isEmpty()) {
        layers.add(l);
      }
    }
  }

  /** Adds the condition that there are any. */
  Conditions required(Conditions conditions, StepNetwork network) {
    List<String> names = new ArrayList<>();
    layers.forEach(l -> names.add(network.layer(l).name()));
    return conditions.require(
        !layers.isEmpty(),
        "units of " + String.join(", ", names) + " have linear layers on both sides",
        reasons.isEmpty() ? "there is no hidden layer" : String.join("; ", reasons));
  }

  /** Returns the numbers of the layers. */
  List<Integer> layers() {
    return layers;
  }

  /** Returns 16 times the root of the length of the longest sums, of steps of so many samples. */
  static double bound(StepNetwork network, int layer, int samples) {
    StepLayer of = network.layer(layer);
    double length = (double) samples * of.positions() + of.inputs() + 8;
    for (int consumer : of.consumers()) {
      StepLayer next = network.layer(consumer);
      length += (double) next.units() * next.inputs() / next.sources();
    }
    return 16 * Math.sqrt(length);
  }

  /** Returns the type of the coarser of a layer and those that take its output. */
  static Precision precision(StepNetwork network, int layer) {
    Precision precision = network.layer(layer).rounding();
    for (int consumer : network.layer(layer).consumers()) {
      precision = precision.coarser(network.layer(consumer).rounding());
    }
    return precision;
  }

  /** Returns a sum over the weights that go out of a unit. */
  static double out(TrainingStep step, int layer, int unit, LayerSums.Of which) {
    double sum = 0;
    for (int consumer : step.network().layer(layer).consumers()) {
      sum += step.sums(consumer).source(which)[unit];
    }
    return sum;
  }

  /** Returns the value of a bias, 0 for a layer without. */
  static double at(double[] ofBiases, int unit) {
    return ofBiases.length == 0 ? 0 : ofBiases[unit];
  }
}
