package io.github.implicitbias.listener;

import io.github.implicitbias.core.loss.BatchLoss;
import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.visit.LabelKind;
import io.github.implicitbias.core.visit.VisitBook;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * What of a network can be read at each visit, where training itself has left it: decided once,
 * from its configuration. What cannot is named, with the reason.
 */
final class VisitPlan {

  /** A layer and where the signs of its pre-activations lie after a forward pass of training. */
  static final class Reading {
    final NetworkNode node;
    final NetworkPlan.Source source;
    final UnitLayout layout;

    Reading(NetworkNode node, NetworkPlan.Source source, UnitLayout layout) {
      this.node = node;
      this.source = source;
      this.layout = layout;
    }
  }

  private final List<Reading> readings = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final NetworkNode output;
  private final @Nullable BatchLoss loss;
  private final LabelKind kind;
  private final int outputs;
  private final VisitBook book;

  private VisitPlan(
      Network net, List<NetworkPlan.Reading> tracked, long maxBytes, @Nullable VisitBook before) {
    output = net.outputs().get(0);
    BaseOutputLayer layer = (BaseOutputLayer) output.layer();
    outputs = (int) layer.getNOut();
    loss = StockLosses.of(layer.getLossFn(), layer.getActivationFn());
    kind = kind(layer.getLossFn(), layer.getActivationFn(), outputs);
    for (NetworkPlan.Reading reading : tracked) {
      add(net, reading);
    }
    List<String> names = new ArrayList<>();
    int[] units = new int[readings.size()];
    for (int k = 0; k < units.length; k++) {
      names.add(readings.get(k).node.name());
      units[k] = (int) readings.get(k).layout.units();
    }
    PerSampleLoss each = loss instanceof PerSampleLoss ? (PerSampleLoss) loss : null;
    book =
        before != null && before.layers().equals(names)
            ? before
            : new VisitBook(names, units, kind, each, maxBytes, status(names));
  }

  /**
   * Plans the visits of a network.
   *
   * @param tracked layers whose units are to be read
   * @param maxBytes memory for the patterns of the samples
   * @param before the book of a network of the same layers, which goes on; null for a new one
   */
  static VisitPlan of(
      Network net, List<NetworkPlan.Reading> tracked, long maxBytes, @Nullable VisitBook before) {
    return new VisitPlan(net, tracked, maxBytes, before);
  }

  /** Returns why no visit of a network can be read; null if visits can. */
  static @Nullable String problem(Network net) {
    NetworkNode output = net.outputs().get(0);
    if (net.outputs().size() > 1) {
      return "the network has " + net.outputs().size() + " outputs";
    }
    if (net.backpropType() != BackpropType.Standard) {
      return "backpropagation is truncated";
    }
    if (!output.isLayer()
        || output.layer().getClass() != org.deeplearning4j.nn.conf.layers.OutputLayer.class) {
      return "the output " + output.name() + " is not an OutputLayer";
    }
    return LossTask.takesIndices(((BaseOutputLayer) output.layer()).getLossFn())
        ? "labels are numbers of classes, not one column per class"
        : null;
  }

  private String status(List<String> names) {
    String kept =
        names.isEmpty()
            ? "Visits of samples are kept, without activation patterns"
            : "Visits of samples are kept, with the patterns of " + String.join(", ", names);
    String without = leftOut.isEmpty() ? "" : "; " + String.join("; ", leftOut);
    String known =
        loss instanceof PerSampleLoss
            ? ""
            : "; the samples' own losses are absent, because "
                + ((BaseOutputLayer) output.layer()).getLossFn().getClass().getSimpleName()
                + " of this output layer is not known as a function of one sample";
    return kept + without + known + ".";
  }

  private static LabelKind kind(ILossFunction loss, IActivation activation, int outputs) {
    if (!LossTask.classifies(loss, activation)) {
      return LabelKind.NUMBERS;
    }
    if (activation instanceof ActivationSoftmax) {
      return LabelKind.CLASSES;
    }
    if (activation instanceof ActivationSigmoid) {
      return outputs == 1 ? LabelKind.SIGMOID : LabelKind.INDEPENDENT;
    }
    return outputs == 1 ? LabelKind.SIGNS : LabelKind.NUMBERS;
  }

  private void add(Network net, NetworkPlan.Reading tracked) {
    NetworkNode node = tracked.node;
    NetworkPlan.Source source = tracked.source;
    String sentence = "layer " + node.name() + " is left out of the visits: ";
    if (source == NetworkPlan.Source.OUTPUT || source == NetworkPlan.Source.PRE_ACTIVATION) {
      leftOut.add(sentence + "the signs of its pre-activations are not among what training keeps");
      return;
    }
    if (source == NetworkPlan.Source.ACTIVATION) {
      NetworkNode overwriting = overwriting(net, node);
      boolean kept = node.layer() instanceof ActivationLayer && node.source() != null;
      if (overwriting != null && !kept) {
        leftOut.add(sentence + "dropout of layer " + overwriting.name() + " overwrites its output");
        return;
      }
      source = overwriting == null ? source : NetworkPlan.Source.INPUT;
    }
    readings.add(new Reading(node, source, tracked.layout.perChannel()));
  }

  /** Returns the hidden layer whose dropout writes into what a layer has put out; null for none. */
  private static @Nullable NetworkNode overwriting(Network net, NetworkNode node) {
    for (NetworkNode other : net.nodes()) {
      boolean output = net.outputs().contains(other);
      if (other.isLayer() && !output && net.feeds(node, other) && writes(other.layer())) {
        return other;
      }
    }
    return null;
  }

  private static boolean writes(Layer layer) {
    return layer.getIDropout() != null || LayerTable.overwritesInput(layer);
  }

  List<Reading> readings() {
    return readings;
  }

  /** Returns a sentence for each tracked layer that no visit shows. */
  List<String> leftOut() {
    return leftOut;
  }

  NetworkNode output() {
    return output;
  }

  int outputs() {
    return outputs;
  }

  VisitBook book() {
    return book;
  }
}
