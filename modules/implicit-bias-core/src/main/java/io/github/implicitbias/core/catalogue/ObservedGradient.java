package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.ObservedStack;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import org.jspecify.annotations.Nullable;

/** The gradient of the loss of the probe, for stacks. */
final class ObservedGradient implements Shared {

  private static final double SHARE = 0.01;

  /** What a row of one sample costs besides its length. */
  private static final double PER_ROW = 20;

  /** Of one weight and one sample, forward to the derivatives and back, as measured. */
  private static final double OPERATIONS = 1.7;

  private final LossGradient gradient = new LossGradient();
  private boolean valid;

  /** Returns the gradient; null where it is not known. */
  static @Nullable LossGradient of(Observation observation) {
    ObservedGradient observed = observation.shared(ObservedGradient.class, ObservedGradient::new);
    return observed.valid ? observed.gradient : null;
  }

  static Cadence cadence(Dimensions d) {
    double rows = (double) d.samples() * (d.trackedUnits() + d.outputs());
    double work = PER_ROW * rows + (double) d.samples() * d.parameters();
    return Cadence.ofShare(work, SHARE, d);
  }

  /** The gradient of the loss. */
  static Price price(Dimensions d, NetworkView network) {
    if (!network.isStack()) {
      return Price.FREE;
    }
    double rows = 0;
    double widest = 0;
    for (int l = 0; l < network.layers(); l++) {
      rows += (double) d.samples() * network.layer(l).units();
      widest = Math.max(widest, (double) network.layer(l).units() * network.layer(l).inputs());
    }
    return Price.ofWeights(network)
        .and(Price.ofActivations(d, network))
        .and(
            Price.of(
                ObservedGradient.class,
                OPERATIONS * d.samples() * Price.weights(network),
                8 * (2 * rows + widest)));
  }

  @Override
  public void compute(Observation observation) {
    valid = false;
    Stack stack = ObservedStack.of(observation);
    valid = stack != null && gradient.compute(stack, observation.network());
  }
}
