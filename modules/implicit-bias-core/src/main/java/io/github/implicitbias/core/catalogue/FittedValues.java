package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import org.jspecify.annotations.Nullable;

/**
 * What a network of one output says of each sample: the pre-activation of the output layer, after
 * the activation only if that is piecewise linear, as of a single neuron.
 */
final class FittedValues implements Shared {

  private double[] values = {};
  private boolean known;

  @Override
  public void compute(Observation observation) {
    NetworkView network = observation.network();
    double[] z = network.outputPreActivations();
    known = false;
    if (z == null || network.outputs() != 1) {
      return;
    }
    known = true;
    if (values.length != z.length) {
      values = new double[z.length];
    }
    WeightLayer last = network.layers() == 0 ? null : network.layer(network.layers() - 1);
    double slope =
        last != null && last.isOutput() && last.negativeSlope() >= 0 ? last.negativeSlope() : 1;
    for (int i = 0; i < z.length; i++) {
      values[i] = z[i] > 0 ? z[i] : slope * z[i];
    }
  }

  /** Returns one number per sample; null if they are not known. */
  double @Nullable [] values() {
    return known ? values : null;
  }
}
