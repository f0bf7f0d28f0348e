package io.github.implicitbias.extending;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** How weights have changed since the first record. */
public final class ChangeMetrics {

  /** The largest change of a weight of a tracked layer. */
  public static final Metric LARGEST_CHANGE =
      Metric.perLayer("largestChange")
          .definition(
              Definition.formula("max abs(w - w_0) over the weights of the layer")
                  .expect("grows while features form, then stays")
                  .title("largest change of a weight")
                  .group("My metrics")
                  .chart("Change since the start"))
          .needs(Needs.FIRST_WEIGHTS)
          .value(ChangeMetrics::largestChange);

  private ChangeMetrics() {}

  private static double largestChange(Observation observation, int layer) {
    NetworkView network = observation.network();
    for (int number = 0; number < network.layers(); number++) {
      WeightLayer weights = network.layer(number);
      double[] first = observation.firstWeights(number);
      if (weights.trackedLayer() == layer && first != null) {
        double largest = 0;
        for (int k = 0; k < first.length; k++) {
          largest = Math.max(largest, Math.abs(weights.weights()[k] - first[k]));
        }
        return largest;
      }
    }
    return Absent.VALUE;
  }
}
