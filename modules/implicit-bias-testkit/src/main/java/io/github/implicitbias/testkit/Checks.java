package io.github.implicitbias.testkit;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import java.util.Arrays;
import java.util.List;

/** What the contracts have in common. */
final class Checks {

  private static final List<Dimensions> SIZES =
      List.of(
          new Dimensions(1, 1, 1, 1, 1, 1, 1),
          new Dimensions(128, 784, 10, 814_090, 1024, 784, 1024),
          new Dimensions(100_000, 1_000_000, 1000, 1L << 40, 1L << 30, 1 << 20, 1 << 20));

  private Checks() {}

  static void that(boolean holds, String sentence) {
    if (!holds) {
      throw new AssertionError(sentence);
    }
  }

  /** Ids become names of columns in CSV and JSON. */
  static void id(String id) {
    that(id != null && !id.isEmpty(), "the id is empty: it names the column");
    that(
        id.chars().allMatch(c -> Character.isLetterOrDigit(c)),
        "the id '" + id + "' has other characters than letters and digits");
  }

  /** Asks for the cadence at the sizes of small, usual and huge networks. */
  static void cadence(String id, java.util.function.Function<Dimensions, Cadence> cadence) {
    for (Dimensions size : SIZES) {
      Cadence first = cadence.apply(size);
      that(first != null, id + ": the cadence is null");
      that(first.equals(cadence.apply(size)), id + ": the cadence changes from call to call");
    }
  }

  /** A hash of all arrays that an instrument can read and must not change. */
  static int fingerprint(Observation observation) {
    int hash = Double.hashCode(observation.loss());
    for (int layer = 0; layer < observation.layers(); layer++) {
      hash = 31 * hash + Arrays.hashCode(observation.pattern(layer).current());
    }
    NetworkView network = observation.network();
    hash = 31 * hash + Arrays.hashCode(network.outputPreActivations());
    hash = 31 * hash + Arrays.hashCode(network.lossDerivatives());
    for (int k = 0; k < network.layers(); k++) {
      WeightLayer layer = network.layer(k);
      hash = 31 * hash + Arrays.hashCode(layer.weights());
      hash = 31 * hash + Arrays.hashCode(layer.biases());
      hash = 31 * hash + Arrays.hashCode(layer.inputActivations());
      hash = 31 * hash + Arrays.hashCode(layer.outputActivations());
    }
    return hash;
  }
}
