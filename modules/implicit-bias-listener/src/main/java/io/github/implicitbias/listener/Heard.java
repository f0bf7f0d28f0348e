package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Session;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a listener has heard of training that it could not record, and what is said of it: the
 * likely cause, and the way out.
 */
final class Heard {

  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);

  private int updates;
  private int updatesOfLayers;
  private boolean saidNeedsBatch;
  private @Nullable String layer;
  private @Nullable String told;
  private @Nullable String whyNothing;

  /** Takes note of an update of a model of which no forward pass was heard. */
  void update(Model model) {
    if (model instanceof Layer && Network.of(model) == null) {
      updatesOfLayers++;
      layer = model.getClass().getSimpleName();
    } else {
      updates++;
    }
  }

  /** Takes note, and says, that a model is not a network of DL4J. */
  void notFor(Model model) {
    if (whyNothing != null) {
      return;
    }
    whyNothing =
        "ImplicitBiasListener watches MultiLayerNetwork and ComputationGraph, not "
            + model.getClass().getSimpleName();
    LOG.warn(status(null, false));
  }

  /** Says that a further network is not recorded. */
  void other(Model model, boolean closed) {
    if (closed && ShutdownFlush.hasBegun()) {
      return;
    }
    LOG.warn(
        "This ImplicitBiasListener {}: {} is not recorded. Build a listener of its own for it.",
        closed ? "is closed" : "watches another network",
        model.getClass().getSimpleName());
  }

  /** Takes note, and says, that a network cannot be recorded. */
  void failed(Throwable cause) {
    whyNothing =
        cause instanceof IllegalArgumentException
            ? cause.getMessage()
            : "watching has failed with " + cause;
    if (cause instanceof IllegalArgumentException) {
      LOG.warn(status(null, false));
    } else {
      LOG.warn("Watching failed and is switched off; training goes on.", cause);
    }
  }

  /** Takes note that a network is recorded. */
  void records(String what) {
    told = what;
  }

  /** Says that a network without a probe is known from its first batch on. */
  void needsBatch() {
    if (!saidNeedsBatch) {
      saidNeedsBatch = true;
      LOG.warn(
          "A listener without a probe watches a network from the first batch that it is trained on:"
              + " observe(net) before that does nothing. Give a probe to record a network between"
              + " updates.");
    }
  }

  /** Returns true if a network is, or was, recorded. */
  boolean hasRun() {
    return told != null;
  }

  /** Says why nothing was recorded, unless something was, or the reason was said. */
  void sayNothing() {
    if (told == null && whyNothing == null) {
      whyNothing = likely();
      LOG.warn(status(null, true));
    }
  }

  /** Returns in one sentence what is recorded, or why nothing is, and what to do. */
  String status(@Nullable Session session, boolean off) {
    if (told == null) {
      return "Nothing is recorded: " + (whyNothing == null ? likely() : whyNothing) + ".";
    }
    String failed =
        session != null && session.isOff() && !off ? ", switched off after failures" : "";
    return (off ? "Recorded " : "Recording ") + told + failed + ".";
  }

  private String likely() {
    if (updates > 0) {
      return updates
          + " updates were heard, but no forward pass of fit, as in training by external errors or"
          + " in a loop of your own: call observe(net) in the loop, before each update";
    }
    if (updatesOfLayers > 0) {
      return updatesOfLayers
          + " updates of a layer ("
          + layer
          + ") were heard, as in pretrain, and a layer does not say of which network it is: call"
          + " observe(net) before net.pretrain(...)";
    }
    return "no training was heard. Either nothing was trained, or the network that was trained does"
        + " not have this listener: setListeners(...) after addListeners(...) takes it away, and a"
        + " TransferLearningHelper trains a network of its own, whose listeners are those of"
        + " unfrozenMLN() or unfrozenGraph()";
  }
}
