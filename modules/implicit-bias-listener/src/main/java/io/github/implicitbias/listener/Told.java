package io.github.implicitbias.listener;

import io.github.implicitbias.run.RunSummary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a listener says of itself in one sentence: what of a network is recorded, what is not. */
final class Told {

  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);
  private static final int MOST_LAYERS = 8;

  private Told() {}

  /**
   * Returns what is recorded of a network.
   *
   * @param route how it is observed, and why
   */
  static String of(Network net, NetworkReader reader, ListenerSettings settings, String route) {
    NetworkPlan plan = reader.plan();
    @Nullable String lossless = reader.whyNoLoss();
    StringBuilder words = new StringBuilder();
    if (settings.probe == null) {
      return words
          .append("parameters and metrics of the weights; no patterns, loss or predictions of a")
          .append(" probe, because no probe was given; ")
          .append(route)
          .toString();
    }
    words.append(lossless == null ? "loss, parameters" : "parameters");
    words.append(" and metrics on ").append(settings.probe.samples()).append(" samples");
    if (plan.trackedLayers().isEmpty()) {
      words.append("; no units, because ").append(whyNoUnits(net, plan, settings));
    } else {
      words.append("; the units of ").append(plan.trackedLayers());
      if (!plan.leftOut().isEmpty()) {
        words.append("; ").append(some(plan.leftOut(), "; "));
      }
    }
    if (lossless != null) {
      words.append("; no loss, because ").append(lossless);
    }
    return words.append("; ").append(route).toString();
  }

  private static String whyNoUnits(Network net, NetworkPlan plan, ListenerSettings settings) {
    String leftOut = some(plan.leftOut(), "; ");
    List<String> activations = new ArrayList<>();
    for (NetworkNode node : net.nodes()) {
      @Nullable IActivation activation =
          node.isLayer() ? LayerReading.activation(node.layer()) : null;
      boolean said = plan.leftOut().stream().anyMatch(one -> one.startsWith(node.name() + " "));
      if (activation != null && !said) {
        activations.add(node.name() + ": " + activation);
      }
    }
    if (activations.isEmpty()) {
      return leftOut.isEmpty() ? "no layer shows an activation function" : leftOut;
    }
    String known = " (" + some(activations, ", ") + ")";
    String layer = leftOut.isEmpty() ? "no layer" : leftOut + "; no other layer";
    return settings.allLayers
        ? layer + " shows its pre-activations" + known
        : layer + " has a kink at 0" + known + "; allLayers() tracks them by their signs";
  }

  private static String some(List<String> all, String between) {
    int more = all.size() - MOST_LAYERS;
    return more <= 0
        ? String.join(between, all)
        : String.join(between, all.subList(0, MOST_LAYERS)) + between + "and " + more + " more";
  }

  /** Says in the log what was found in a run that has ended. */
  static void summary(ImplicitBiasListener bias) {
    try {
      RunSummary summary = bias.summary();
      if (!summary.isEmpty()) {
        LOG.info("{}", summary);
      }
    } catch (RuntimeException e) {
      LOG.warn("What was found cannot be said.", e);
    }
  }
}
