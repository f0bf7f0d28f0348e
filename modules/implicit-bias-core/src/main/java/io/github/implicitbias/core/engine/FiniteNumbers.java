package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.probe.SampleArray;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows whether what is observed is finite. It is the one guard of all predictions: from the
 * first record on at which a number that a check may read is NaN, infinite, or so large that its
 * square is, none of them is judged any more, whatever comes later.
 *
 * <p>Loss, patterns and parameters are looked at as they are read anyway. What is looked at beyond
 * that (weights and biases of each layer, outputs, derivatives of the loss) is what checks read,
 * and only at records at which one of them is due; features and labels of the probe are looked at
 * once.
 */
final class FiniteNumbers {

  private static final Logger LOG = LoggerFactory.getLogger(FiniteNumbers.class);
  private static final int NO_LAYER = -1;

  private final List<TrackedLayer> layers;
  private final boolean[] finite;
  private boolean areFinite = true;
  private boolean changed;
  private int layer = NO_LAYER;
  private String present = "";
  private @Nullable String firstReason;

  /** Begins without a record of some tracked layers. */
  FiniteNumbers(List<TrackedLayer> layers) {
    this.layers = layers;
    this.finite = new boolean[layers.size()];
    Arrays.fill(finite, true);
  }

  /** Takes note whether all entries of a tracked layer are finite at the record to come. */
  void ofLayer(int tracked, boolean allAreFinite) {
    finite[tracked] = allAreFinite;
  }

  /**
   * Looks at a record.
   *
   * @param first true at the first record of the run
   * @param judged true if a check is due
   */
  void examine(Observation now, boolean first, boolean judged) {
    layer = NO_LAYER;
    for (int k = finite.length - 1; k >= 0; k--) {
      layer = finite[k] && now.pattern(k).nanEntries() == 0 ? layer : k;
    }
    String odd = ofRecord(now);
    if (odd == null && judged) {
      odd = ofNetwork(now.network());
    }
    if (odd == null && judged && first) {
      odd = ofProbe(now);
    }
    changed = areFinite != (odd == null);
    areFinite = odd == null;
    if (odd != null && changed) {
      present =
          odd
              + " since step "
              + now.step()
              + (layer < 0 ? "" : ", first in layer " + layers.get(layer).name());
      if (firstReason == null) {
        firstReason = "cannot be judged since step " + now.step() + ": " + present;
        LOG.warn(
            "Numbers of this run are not finite: {}. Entries that are not numbers are neither on"
                + " nor off, and predictions are not judged from there on.",
            present);
      }
    }
  }

  private @Nullable String ofRecord(Observation now) {
    double loss = now.loss();
    if (!Absent.is(loss) && !Double.isFinite(loss * loss)) {
      return Double.isFinite(loss)
          ? "the loss is too large to be squared"
          : "the loss is not finite";
    }
    if (layer >= 0) {
      return "pre-activations are not finite";
    }
    double norm = now.hasParameters() ? now.parameters().norm() : 0;
    return !Double.isFinite(norm * norm)
        ? "the parameters are not finite, or too large to be squared"
        : null;
  }

  private static @Nullable String ofNetwork(NetworkView network) {
    if (isOdd(network.outputPreActivations())) {
      return "the outputs are not finite, or too large to be squared";
    }
    if (isOdd(network.lossDerivatives())) {
      return "the derivatives of the loss are not finite, or too large to be squared";
    }
    for (int k = 0; k < network.layers(); k++) {
      WeightLayer one = network.layer(k);
      if (!one.areSquaresFinite()) {
        return "the weights of layer " + one.name() + " are not finite, or too large to be squared";
      }
    }
    return null;
  }

  private static @Nullable String ofProbe(Observation now) {
    return areOdd(now.probe().featureArrays())
        ? "the features of the probe are not finite, or too large to be squared"
        : areOdd(now.probe().labelArrays())
            ? "the labels of the probe are not finite, or too large to be squared"
            : null;
  }

  /** Returns true if the sum of the squares is not finite. */
  private static boolean isOdd(double @Nullable [] numbers) {
    if (numbers == null) {
      return false;
    }
    return !Double.isFinite(ScalarProduct.of(numbers, 0, numbers, 0, numbers.length));
  }

  private static boolean areOdd(List<SampleArray> arrays) {
    double sum = 0;
    for (SampleArray array : arrays) {
      for (int k = 0; k < array.length(); k++) {
        sum += array.value(k) * array.value(k);
      }
    }
    return !Double.isFinite(sum);
  }

  /** Adds that numbers have ceased to be finite, or are so again. */
  void addEvents(EventBuffer events) {
    if (changed) {
      EventKind kind = areFinite ? EventKind.FINITE_AGAIN : EventKind.NOT_FINITE;
      events.add(kind, layer, -1, -1, areFinite ? "all numbers are finite again" : present);
    }
  }

  /** Returns why no prediction is judged any more; null as long as all numbers were finite. */
  @Nullable String reason() {
    return firstReason;
  }
}
