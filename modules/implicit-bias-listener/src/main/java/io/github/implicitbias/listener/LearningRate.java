package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;

/** The learning rate of a run: that of the first tracked layer that has one other than 0. */
final class LearningRate {

  private final Network net;
  private final NetworkPlan plan;
  private @Nullable IUpdater updater;
  private @Nullable NetworkNode ofNode;

  LearningRate(Network net, NetworkPlan plan) {
    this.net = net;
    this.plan = plan;
  }

  /** Returns the rate of the update that leaves the present parameters; NaN if there is none. */
  double now() {
    int iteration = net.iteration();
    int epoch = net.epoch();
    if (updater != null && ofNode != null) {
      double rate = updater.getLearningRate(iteration, epoch);
      if (rate != 0 && ofNode.updater() == updater) {
        return rate;
      }
    }
    return search(iteration, epoch);
  }

  private double search(int iteration, int epoch) {
    double found = Double.NaN;
    for (NetworkPlan.Reading reading : plan.readings()) {
      NetworkNode node = withParameters(reading.node);
      IUpdater candidate = node.updater();
      double rate = candidate == null ? Double.NaN : candidate.getLearningRate(iteration, epoch);
      if (!Double.isNaN(rate) && rate != 0) {
        updater = candidate;
        ofNode = node;
        return rate;
      }
      found = Double.isNaN(found) ? rate : found;
    }
    return found;
  }

  /** Returns the layer itself, or the next before it that has parameters. */
  private static NetworkNode withParameters(NetworkNode layer) {
    NetworkNode node = layer;
    while (node.parameters() == 0 && node.source() != null && node.source().isLayer()) {
      node = node.source();
    }
    return node;
  }
}
