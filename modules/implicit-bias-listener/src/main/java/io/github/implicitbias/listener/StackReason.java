package io.github.implicitbias.listener;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.jspecify.annotations.Nullable;

/** Why a network is not a stack of dense layers: the first thing that is in the way, by name. */
final class StackReason {

  private StackReason() {}

  /**
   * Returns the reason.
   *
   * @param whyNoHead why the output layer is not computed on plain arrays; null if it is
   * @param covered which of the nodes belong to a layer with a matrix
   */
  static String of(Network net, @Nullable String whyNoHead, boolean[] covered) {
    String many = many(net);
    if (many != null) {
      return many;
    }
    List<NetworkNode> nodes = net.nodes();
    @Nullable NetworkNode before = null;
    for (int k = 0; k < nodes.size(); k++) {
      NetworkNode node = nodes.get(k);
      String reason = ofNode(node, before, covered[k]);
      if (reason != null) {
        return reason;
      }
      before = node;
    }
    return whyNoHead == null ? "the network is not a stack of dense layers" : whyNoHead;
  }

  /** Returns why a layer has no matrix of weights, as a clause about it. */
  static String noMatrix(Network net, String layer) {
    for (NetworkNode node : net.nodes()) {
      if (node.name().equals(layer)) {
        return noMatrix(node);
      }
    }
    return "it is no layer of its own";
  }

  private static String noMatrix(NetworkNode node) {
    String kind = "it (" + (node.isLayer() ? kind(node.layer()) : kind(node.vertex())) + ")";
    if (node.parameters() == 0) {
      return kind + " has no weights";
    }
    List<String> arrays = new ArrayList<>();
    node.implementation()
        .paramTable()
        .forEach((key, array) -> arrays.add(key + " " + Arrays.toString(array.shape())));
    return kind + " has no single matrix with a row per unit, but " + String.join(", ", arrays);
  }

  private static @Nullable String many(Network net) {
    if (net.inputs() > 1) {
      return "the network has " + net.inputs() + " inputs";
    }
    return net.outputs().size() > 1 ? "the network has " + net.outputs().size() + " outputs" : null;
  }

  private static @Nullable String ofNode(
      NetworkNode node, @Nullable NetworkNode before, boolean covered) {
    if (!node.isLayer()) {
      return node.name() + " (" + kind(node.vertex()) + ") is not a layer";
    }
    if (node.preProcessor() != null) {
      return node.name() + " is behind a preprocessor (" + kind(node.preProcessor()) + ")";
    }
    if (node.source() != before) {
      return node.name() + " takes the output of " + node.sourceName() + ", not of " + name(before);
    }
    boolean normalized =
        node.layer() instanceof DenseLayer && ((DenseLayer) node.layer()).hasLayerNorm();
    if (normalized) {
      return node.name() + " has layer normalization";
    }
    boolean isOutput = node.layer() instanceof BaseOutputLayer || node.layer() instanceof LossLayer;
    return covered && (NetworkArrays.isDense(node.layer()) || !WeightMatrix.isIn(node))
            || isOutput && covered
        ? null
        : named(node) + " is not a dense layer";
  }

  private static String name(@Nullable NetworkNode node) {
    return node == null ? "the input" : node.name();
  }

  /** Returns the name of a node, and of what kind a layer is. */
  static String named(NetworkNode node) {
    return node.isLayer() ? node.name() + " (" + kind(node.layer()) + ")" : node.name();
  }

  private static String kind(@Nullable Object of) {
    return of == null ? "unknown" : of.getClass().getSimpleName();
  }
}
