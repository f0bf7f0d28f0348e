package io.github.implicitbias.listener;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * What a listener has heard of training that it could not record, and what is said of it: the
 * likely cause, and the way out.
 */
final class Heard {

  private int updates;
  private int updatesOfLayers;
  private @Nullable String layer;

  /** Takes note of an update of a model of which no forward pass was heard. */
  void update(Model model) {
    if (model instanceof Layer && Network.of(model) == null) {
      updatesOfLayers++;
      layer = model.getClass().getSimpleName();
    } else {
      updates++;
    }
  }

  /** Returns why nothing is recorded, and what to do. */
  String whyNothing() {
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
