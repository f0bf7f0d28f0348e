package io.github.implicitbias.listener;

import io.github.implicitbias.core.visit.LabelKind;
import io.github.implicitbias.core.visit.UnitBits;
import io.github.implicitbias.core.visit.VisitBook;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;

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
    final UnitBits bits;

    Reading(NetworkNode node, NetworkPlan.Source source, UnitLayout layout, UnitBits bits) {
      this.node = node;
      this.source = source;
      this.layout = layout.perChannel();
      this.bits = bits;
    }
  }

  private final List<Reading> readings = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final List<String> hidden = new ArrayList<>();
  private final List<@Nullable VisitOutput> outputs = new ArrayList<>();
  private final @Nullable VisitOutput judged;
  private final VisitBook book;

  private VisitPlan(
      Network net,
      List<NetworkPlan.Reading> tracked,
      NativeReader reader,
      long maxBytes,
      @Nullable VisitBook before) {
    for (NetworkNode node : net.outputs()) {
      outputs.add(VisitOutput.of(node, net.dataType(), reader));
    }
    judged = firstOfClasses();
    for (NetworkPlan.Reading reading : tracked) {
      add(net, reading);
    }
    List<String> names = new ArrayList<>();
    int[] units = new int[readings.size()];
    for (int k = 0; k < units.length; k++) {
      names.add(readings.get(k).node.name());
      units[k] = (int) readings.get(k).layout.units();
    }
    List<UnitBits> bits = readings.stream().map(r -> r.bits).collect(Collectors.toList());
    book =
        before != null && before.layers().equals(names)
            ? before
            : new VisitBook(
                names, units, bits, LabelKind.NUMBERS, null, maxBytes, status(net, names));
  }

  /**
   * Plans the visits of a network.
   *
   * @param tracked layers whose units are to be read
   * @param maxBytes memory for the patterns of the samples
   * @param before the book of a network of the same layers, which goes on; null for a new one
   */
  static VisitPlan of(
      Network net,
      List<NetworkPlan.Reading> tracked,
      NativeReader reader,
      long maxBytes,
      @Nullable VisitBook before) {
    return new VisitPlan(net, tracked, reader, maxBytes, before);
  }

  /** Returns the first output whose labels are classes, else the first that can be read. */
  private @Nullable VisitOutput firstOfClasses() {
    VisitOutput first = null;
    for (VisitOutput output : outputs) {
      if (output != null && output.classifies()) {
        return output;
      }
      first = first == null ? output : first;
    }
    return first;
  }

  private String status(Network net, List<String> names) {
    List<String> parts = new ArrayList<>();
    parts.add(
        names.isEmpty()
            ? "Visits of samples are kept, without activation patterns"
            : "Visits of samples are kept, with the patterns of " + String.join(", ", names));
    parts.addAll(leftOut);
    parts.addAll(hidden);
    addOutputs(net, parts);
    String noise = noise(net);
    return String.join("; ", parts)
        + "."
        + (noise.isEmpty()
            ? ""
            : " They are of the network as it is trained: " + noise + " of each step included.");
  }

  private void addOutputs(Network net, List<String> parts) {
    boolean all = true;
    for (int k = 0; k < outputs.size(); k++) {
      VisitOutput output = outputs.get(k);
      all &= output != null;
      String problem = VisitOutput.problem(net.outputs().get(k));
      if (problem != null) {
        parts.add("margins and losses are absent, because " + problem);
      }
    }
    if (outputs.size() > 1 && judged != null) {
      parts.add("margins are those of the output " + judged.node().name());
      if (all) {
        parts.add("losses are sums over the outputs");
      }
    }
  }

  /** Returns what makes a network that is trained another than the one that is used. */
  private static String noise(Network net) {
    List<String> kinds = new ArrayList<>();
    boolean random = false;
    boolean normalized = false;
    for (NetworkNode node : net.nodes()) {
      if (node.isLayer() && node.layer() == node.configured()) {
        normalized |= node.layer() instanceof BatchNormalization;
        for (Layer part : LayerReading.inside(node.layer())) {
          random |= Restraints.noise(part) != null;
        }
      }
    }
    if (random) {
      kinds.add("dropout and noise");
    }
    if (normalized) {
      kinds.add("batch statistics");
    }
    return String.join(" and ", kinds);
  }

  private void add(Network net, NetworkPlan.Reading tracked) {
    NetworkNode node = tracked.node;
    NetworkPlan.Source source = tracked.source;
    String sentence = "layer " + node.name() + " is left out of the visits: ";
    if (source == NetworkPlan.Source.OUTPUT || source == NetworkPlan.Source.PRE_ACTIVATION) {
      leftOut.add(sentence + "the signs of its pre-activations are not among what training keeps");
      return;
    }
    UnitBits bits = UnitBits.EXACT;
    if (source == NetworkPlan.Source.ACTIVATION) {
      NetworkNode writer = writer(net, node, node);
      boolean kept = node.layer() instanceof ActivationLayer && node.source() != null;
      if (writer != null && kept) {
        source = NetworkPlan.Source.INPUT;
      } else if (writer != null) {
        IDropout dropout = dropout(writer.layer());
        if (dropout == null) {
          leftOut.add(
              sentence
                  + "layer "
                  + writer.name()
                  + " is of a class that is not known, and may overwrite its output");
          return;
        }
        if (!(dropout instanceof Dropout || dropout instanceof SpatialDropout)) {
          leftOut.add(
              sentence
                  + dropout.getClass().getSimpleName()
                  + " of layer "
                  + writer.name()
                  + " overwrites its output with numbers of either sign");
          return;
        }
        bits = hidden(node, tracked.layout);
        hidden.add(
            "dropout of layer "
                + writer.name()
                + " hides which units of "
                + node.name()
                + " are off: counts of its units that are on are lower bounds");
      }
    }
    readings.add(new Reading(node, source, tracked.layout, bits));
  }

  /** Where activations are never negative, what is 0 is never known to be off. */
  private static UnitBits hidden(NetworkNode node, UnitLayout layout) {
    IActivation activation = LayerReading.activation(node.layer());
    boolean negative = activation != null && ActivationTable.slopeBelow(activation) != 0;
    return negative && !layout.hasPositions() ? UnitBits.ZERO_UNKNOWN : UnitBits.OFF_UNKNOWN;
  }

  /**
   * Returns the hidden layer that writes into what a node has put out, null for none. DL4J lets a
   * layer do so if nobody else is given the array. Vertices and dropout layers may hand on the
   * array itself.
   */
  private static @Nullable NetworkNode writer(Network net, NetworkNode of, NetworkNode through) {
    List<NetworkNode> takers = new ArrayList<>();
    for (NetworkNode other : net.nodes()) {
      if (net.feeds(through, other)) {
        takers.add(other);
      }
    }
    if (takers.size() != 1 || net.outputs().contains(takers.get(0))) {
      return null;
    }
    NetworkNode taker = takers.get(0);
    if (!taker.isLayer()) {
      Object vertex = taker.vertex();
      boolean copies =
          vertex instanceof MergeVertex
              || vertex instanceof ElementWiseVertex
              || vertex instanceof StackVertex;
      return copies ? null : writer(net, of, taker);
    }
    if (taker.layer() != taker.configured()) {
      return null; // frozen layers do what they do in inference
    }
    boolean unknown = !LayerTable.isKnown(taker.layer()) && !isKnownToRead(taker.layer());
    if (dropout(taker.layer()) != null || unknown) {
      return taker;
    }
    return taker.layer() instanceof DropoutLayer ? writer(net, of, taker) : null;
  }

  private static boolean isKnownToRead(Layer layer) {
    return !LayerTable.overwritesInput(layer) || layer instanceof ActivationLayer;
  }

  /** Returns what a layer, or one inside it, does to its input in training; null for nothing. */
  private static @Nullable IDropout dropout(Layer layer) {
    if (layer.getIDropout() != null) {
      return layer.getIDropout();
    }
    for (Layer part : LayerReading.inside(layer)) {
      if (part.getIDropout() != null) {
        return part.getIDropout();
      }
    }
    return null;
  }

  List<Reading> readings() {
    return readings;
  }

  /** Returns the readers of the outputs, in the order of the labels; null for an unknown one. */
  List<@Nullable VisitOutput> outputs() {
    return outputs;
  }

  /** Returns the output that margins are of; null if none can be read. */
  @Nullable VisitOutput judged() {
    return judged;
  }

  VisitBook book() {
    return book;
  }
}
