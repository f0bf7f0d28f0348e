package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.PatternHistory;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why metrics of layers do not apply to a run, in plain words with names and numbers. Each asks one
 * thing after another, as its metrics do, and names the first that is missing; null if none is.
 */
final class Absences {

  private Absences() {}

  /** Of metrics of the matrix of a layer, whatever its entries are. */
  static @Nullable String anyMatrix(Observation observation, int layer) {
    if (Matrices.of(observation, layer) != null) {
      return null;
    }
    NetworkView network = observation.network();
    int found = 0;
    for (int l = 0; l < network.layers(); l++) {
      found += network.layer(l).trackedLayer() == layer ? 1 : 0;
    }
    return found > 1 ? "it has " + found + " matrices of weights" : network.whyNoMatrix(layer);
  }

  /** Of metrics of the matrix of a layer that is not 0. */
  static @Nullable String matrix(Observation observation, int layer) {
    String none = anyMatrix(observation, layer);
    WeightLayer matrix = Matrices.of(observation, layer);
    if (none != null || matrix == null) {
      return none;
    }
    for (double w : matrix.weights()) {
      if (Double.isInfinite(w)) {
        return "it has infinite weights at step " + observation.step();
      }
    }
    for (double w : matrix.weights()) {
      if (w != 0) {
        return null;
      }
    }
    return "it has no weight other than 0 at step " + observation.step();
  }

  /** Of the singular values of a matrix. */
  static @Nullable String spectrum(Observation observation, int layer) {
    String none = matrix(observation, layer);
    WeightLayer matrix = Matrices.of(observation, layer);
    if (none != null || matrix == null) {
      return none;
    }
    double work = ObservedSpectrum.work(matrix);
    return work > ObservedSpectrum.MOST_WORK
        ? String.format(
            Locale.ROOT,
            "it has %,d x %,d weights, and their singular values take %.1e operations; at most %.0e"
                + " are spent",
            matrix.units(),
            matrix.inputs(),
            work,
            ObservedSpectrum.MOST_WORK)
        : null;
  }

  /** Of the angles between the units of a matrix now and at the first record. */
  static @Nullable String rotation(Observation observation, int layer) {
    String none = matrix(observation, layer);
    if (none != null) {
      return none;
    }
    int number = Matrices.number(observation, layer);
    return observation.firstWeights(number) == null
        ? "its weights were not kept at the first record"
        : "every unit was 0 at the first record, so that no angle can be told";
  }

  /** Of clusters of the units of a matrix. */
  static @Nullable String clusters(Observation observation, int layer) {
    String none = anyMatrix(observation, layer);
    WeightLayer matrix = Matrices.of(observation, layer);
    return none != null || matrix == null || matrix.units() <= UnitComparisons.MOST_UNITS
        ? none
        : String.format(
            Locale.ROOT,
            "it has %,d units; needs at most %,d",
            matrix.units(),
            UnitComparisons.MOST_UNITS);
  }

  /** Of the cosines between units of a matrix. */
  static @Nullable String pairs(Observation observation, int layer) {
    String none = anyMatrix(observation, layer);
    WeightLayer matrix = Matrices.of(observation, layer);
    if (none != null || matrix == null) {
      return none;
    }
    int units = 0;
    double[] w = matrix.weights();
    for (int j = 0; j < matrix.units(); j++) {
      boolean differs = false;
      for (int k = 0; k < matrix.inputs(); k++) {
        differs |= w[j * matrix.inputs() + k] != 0;
      }
      units += differs ? 1 : 0;
    }
    return "it has "
        + counted(units, "unit")
        + " with weights other than 0 at step "
        + observation.step()
        + "; needs 2";
  }

  /** Of the units of a layer that matter for the next. */
  static @Nullable String liveUnits(Observation observation, int layer) {
    Stack stack = observation.stack();
    if (stack == null) {
      return observation.whyNoStack();
    }
    int number = Matrices.number(observation, layer);
    if (number < 0) {
      return anyMatrix(observation, layer);
    }
    return number + 1 >= stack.depth()
        ? "it is the last layer: there are no weights above it"
        : "at step "
            + observation.step()
            + " each of its units has only weights of 0 on one of its two sides";
  }

  /** Of the balance of a layer with the next. */
  static @Nullable String balance(Observation observation, int layer) {
    NetworkView network = observation.network();
    if (!network.isStack()) {
      return network.whyNoStack();
    }
    int number = Matrices.number(observation, layer);
    if (number < 0) {
      return anyMatrix(observation, layer);
    }
    if (number + 1 >= network.layers()) {
      return "it is the last layer, and balance is that with the next";
    }
    for (int l = number; l <= number + 1; l++) {
      if (!network.layer(l).isTrained()) {
        return network.layer(l).name() + " is not trained";
      }
    }
    return null;
  }

  /** Of what follows from the pattern of a layer. */
  static @Nullable String pattern(Observation observation, int layer) {
    PatternHistory pattern = observation.pattern(layer);
    if (pattern.nanEntries() > 0) {
      return "it has " + pattern.nanEntries() + " entries that are not numbers";
    }
    return pattern.possibleEntries() == 0 ? "every entry of it is masked" : null;
  }

  /** Of the units that are on for every sample. */
  static @Nullable String linearUnits(Observation observation, int layer) {
    return observation.pattern(layer).isGrouped()
        ? "it is counted per channel, and a channel that is on somewhere is not linear"
        : pattern(observation, layer);
  }

  /** Of the entries on the boundary. */
  static @Nullable String boundary(Observation observation, int layer) {
    String none = pattern(observation, layer);
    return none == null ? "it is read without its pre-activations" : none;
  }

  /** Of the regions between two samples. */
  static @Nullable String segment(Observation observation, int layer) {
    Stack stack = observation.stack();
    return stack == null
        ? observation.whyNoStack()
        : counted(stack.samples(), "sample") + "; needs 2";
  }

  /** Of distances of the parameters from those of the first record. */
  static @Nullable String distance(Observation observation, int layer) {
    if (!observation.hasParameters()) {
      return "the network has no parameters that are shown";
    }
    double first = observation.shared(Initial.class, Initial::new).firstNorm();
    return first == 0
        ? "all trained parameters were 0 at the first record"
        : "the parameters of the first record are not kept";
  }

  /** Of the direction of the parameters beside that of the first record. */
  static @Nullable String direction(Observation observation, int layer) {
    if (!observation.hasParameters()) {
      return "the network has no parameters that are shown";
    }
    if (observation.parameters().norm() == 0) {
      return "all trained parameters are 0 at step " + observation.step();
    }
    double first = observation.shared(Initial.class, Initial::new).firstNorm();
    return first == 0
        ? "all trained parameters were 0 at the first record"
        : "at step "
            + observation.step()
            + " the rounding of the norms leaves the cosine uncertain by more than 1e-3";
  }

  /** Returns what an exception says, as a clause: its first sentence. */
  static String clause(IllegalArgumentException e) {
    String said = String.valueOf(e.getMessage());
    int end = said.indexOf(". ");
    String first = end < 0 ? said : said.substring(0, end);
    first = first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
    int advice = first.indexOf("; give");
    first = advice < 0 ? first : first.substring(0, advice);
    return first.isEmpty() ? first : Character.toLowerCase(first.charAt(0)) + first.substring(1);
  }

  static String counted(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  /** Of metrics of stacks of dense layers. */
  static @Nullable String withoutStack(Observation observation, int layer) {
    String none = observation.whyNoStack();
    return none.isEmpty() ? null : none;
  }

  /** Of those that need the derivatives of the loss besides. */
  static @Nullable String lossGradient(Observation observation) {
    String none = observation.whyNoStack();
    if (!none.isEmpty()) {
      return none;
    }
    if (!observation.probe().hasLabels()) {
      return "the probe has no labels";
    }
    return observation.network().lossDerivatives() == null
        ? "the derivatives of the loss are not known"
        : null;
  }
}
