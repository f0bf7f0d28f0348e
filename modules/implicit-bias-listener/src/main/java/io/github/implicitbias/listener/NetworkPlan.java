package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is to be read from a network, and how: decided once, from its configuration. */
final class NetworkPlan {

  /** Up to so many entries of a layer, each channel at each position is a unit by default. */
  static final long MANY_ENTRIES = 1L << 24;

  /** So many reasons are named, the others are counted. */
  private static final int MOST_REASONS = 3;

  /** Beyond this a Java array cannot hold the activations of a layer. */
  private static final long MOST_ENTRIES = Integer.MAX_VALUE - 8L;

  /** Vertices that compute the same in training and in inference. */
  private static final Set<Class<?>> STEADY_VERTICES =
      Set.of(
          DuplicateToTimeSeriesVertex.class,
          ElementWiseVertex.class,
          L2NormalizeVertex.class,
          L2Vertex.class,
          LastTimeStepVertex.class,
          MergeVertex.class,
          ReshapeVertex.class,
          ReverseTimeSeriesVertex.class,
          ScaleVertex.class,
          ShiftVertex.class,
          StackVertex.class,
          SubsetVertex.class,
          UnstackVertex.class);

  /** Where the sign of a tracked layer's pre-activations is read. */
  enum Source {
    /** From the layer's activations. */
    ACTIVATION,
    /** From what the layer is given, which are its pre-activations. */
    INPUT,
    /** From pre-activations computed from what the layer is given. */
    PRE_ACTIVATION,
    /** From the pre-activations of the output layer, which are computed for the loss. */
    OUTPUT
  }

  /** A tracked layer and where its signs are read. */
  static final class Reading {
    final TrackedLayer layer;
    final NetworkNode node;
    final Source source;
    final UnitLayout layout;
    final @Nullable PreActivations preActivations;

    Reading(
        TrackedLayer layer,
        NetworkNode node,
        Source source,
        UnitLayout layout,
        @Nullable PreActivations preActivations) {
      this.layer = layer;
      this.node = node;
      this.source = source;
      this.layout = layout;
      this.preActivations = preActivations;
    }

    /** Returns the array whose signs are those of the layer; not for {@link Source#OUTPUT}. */
    INDArray array(Activations activations, int samples) {
      return NetworkPlan.array(source, node, preActivations, activations, samples);
    }
  }

  private final List<Reading> readings = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<long[]> trainable = new ArrayList<>();
  private final Network net;
  private final int samples;
  private final Granularity granularity;
  private final @Nullable OutputHead head;
  private final Supplier<Activations> ofOneSample;
  private long rowsOfOne;
  private final List<String> shadowReasons = new ArrayList<>();

  /**
   * Reads the configuration of a network.
   *
   * @param selected names or positions of the layers to track, empty for all with a kink
   * @param samples number of samples of the probe
   * @param head what computes the output layer, null if DL4J has to
   * @param ofOneSample a forward pass of one sample, asked for where the shape of a layer's output
   *     does not follow from its configuration
   * @param all true to track all layers whose pre-activations have a sign that can be read
   * @throws IllegalArgumentException if a selected layer does not exist or cannot be tracked; the
   *     sentence says what to change
   */
  NetworkPlan(
      Network net,
      List<String> selected,
      boolean all,
      int samples,
      Granularity granularity,
      @Nullable OutputHead head,
      Supplier<Activations> ofOneSample) {
    this.net = net;
    this.samples = samples;
    this.granularity = granularity;
    this.head = head;
    this.ofOneSample = ofOneSample;
    Set<String> names = new LinkedHashSet<>();
    for (NetworkNode node : net.nodes()) {
      if (node.isLayer()) {
        names.add(node.name());
      }
    }
    Set<String> wanted = new LinkedHashSet<>(selected);
    for (NetworkNode node : net.nodes()) {
      if (node.isLayer()) {
        boolean asked = isAsked(node, names, selected, wanted);
        addReading(node, asked, selected.isEmpty(), all);
      }
      noteShadowReason(node);
      if (node.trainable() > 0) {
        trainable.add(new long[] {node.offset(), node.trainable()});
      }
    }
    if (!wanted.isEmpty()) {
      throw new IllegalArgumentException(
          "no layer is called " + wanted + ": the network has " + names);
    }
    noteOtherShadowReasons();
  }

  private void noteOtherShadowReasons() {
    NetworkNode output = net.outputs().get(0);
    if (head == null && net.outputs().size() > 1) {
      shadowReasons.add(
          "the loss of " + net.outputs().size() + " outputs is computed by DL4J's own layers");
    } else if (head == null) {
      shadowReasons.add("the loss of " + output.name() + " is computed by DL4J's own layer");
    }
    if (net.optimizer() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      shadowReasons.add("the optimizer " + net.optimizer() + " does a line search");
    }
    if (net.backpropType() != BackpropType.Standard) {
      shadowReasons.add("backpropagation is truncated");
    }
  }

  /** Names win over positions; where one text is both, a sentence says so. */
  private boolean isAsked(
      NetworkNode node, Set<String> names, List<String> selected, Set<String> wanted) {
    wanted.remove(node.name());
    String position = Integer.toString(node.index());
    if (!names.contains(position)) {
      return wanted.remove(position) | selected.contains(node.name());
    }
    if (selected.contains(position) && !node.name().equals(position)) {
      notes.add(
          "layers(\""
              + position
              + "\") is the layer of that name; the layer at position "
              + position
              + " is called "
              + node.name());
    }
    return selected.contains(node.name());
  }

  private void addReading(NetworkNode node, boolean asked, boolean byDefault, boolean all) {
    Layer layer = node.layer();
    boolean wanted =
        all ? LayerReading.hasActivation(layer) : LayerReading.isTrackedByDefault(layer);
    if (!asked && !(byDefault && wanted)) {
      return;
    }
    boolean isOutput = net.outputs().contains(node);
    @Nullable Source source = LayerReading.source(layer, isOutput);
    if (source != null && isOutput && head != null) {
      source = Source.OUTPUT;
    }
    PreActivations preActivations =
        source == Source.PRE_ACTIVATION ? new PreActivations(net, node) : null;
    UnitLayout layout = source == null ? null : layout(node, source, preActivations);
    String problem = problem(node, source, layout);
    if (source == null || layout == null || problem != null) {
      String sentence =
          node.name() + " (" + kind(layer) + ") cannot be tracked, because " + problem;
      if (asked) {
        throw new IllegalArgumentException(sentence + ": leave it out of layers(...)");
      }
      leftOut.add(sentence);
      return;
    }
    TrackedLayer tracked =
        new TrackedLayer(
            node.name(), node.index(), activationName(layer), layout.axes(), layout.shape());
    readings.add(
        new Reading(
            layout.isGrouped() ? tracked.grouped() : tracked,
            node,
            source,
            layout,
            preActivations));
  }

  private static String kind(Object layer) {
    return layer.getClass().getSimpleName();
  }

  private static String activationName(Layer layer) {
    IActivation activation = LayerReading.activation(layer);
    return layer instanceof PReLULayer ? "prelu" : Objects.toString(activation, "none");
  }

  private @Nullable String problem(
      NetworkNode node, @Nullable Source source, @Nullable UnitLayout layout) {
    if (source == null) {
      return LayerReading.whyNot(node.layer(), net.outputs().contains(node));
    }
    if (layout == null) {
      return RowsPerSample.whyNot(node, rowsOfOne);
    }
    long entries = layout.width() * samples;
    return entries > MOST_ENTRIES
        ? "its " + entries + " entries on the probe are too many, a smaller probe would do"
        : null;
  }

  private @Nullable UnitLayout layout(
      NetworkNode node, Source source, @Nullable PreActivations preActivations) {
    int units =
        head != null && source == Source.OUTPUT ? head.outputs() : widthByConfiguration(node);
    UnitLayout layout;
    if (units > 0) {
      layout = UnitLayout.ofMatrix(units);
    } else {
      long[] shape = array(source, node, preActivations, ofOneSample.get(), 1).shape();
      rowsOfOne = shape[0];
      layout = UnitLayout.of(node, shape);
    }
    if (layout == null || granularity == Granularity.PER_POSITION) {
      return layout;
    }
    boolean many = layout.width() * samples > MANY_ENTRIES;
    return many || granularity == Granularity.PER_CHANNEL ? layout.perChannel() : layout;
  }

  private static INDArray array(
      Source source,
      NetworkNode node,
      @Nullable PreActivations preActivations,
      Activations activations,
      int samples) {
    if (preActivations != null) {
      return preActivations.of(activations, samples);
    }
    INDArray found =
        source == Source.ACTIVATION
            ? activations.outputOf(node)
            : PreActivations.inputOf(node, activations, samples);
    return Activations.present(found, node);
  }

  /**
   * Returns the number of units of a layer in a stack of layers on matrices, 0 if it is not in one.
   * Activation, loss and batch normalization layers are as wide as the layer before them.
   */
  static int widthByConfiguration(NetworkNode of) {
    long width = 0;
    for (NetworkNode node = of; node != null; node = node.source()) {
      if (!node.isLayer() || node.preProcessor() != null) {
        return 0;
      }
      Layer layer = node.layer();
      boolean dense =
          layer instanceof DenseLayer
              || layer instanceof AffinePreActivation
              || layer instanceof BaseOutputLayer;
      boolean between =
          layer instanceof ActivationLayer
              || layer instanceof LossLayer
              || layer instanceof BatchNormalization;
      if (!(dense || between)) {
        return 0;
      }
      if (dense && width == 0) {
        width = ((FeedForwardLayer) layer).getNOut();
      }
    }
    return (int) Math.max(0, width);
  }

  private void noteShadowReason(NetworkNode node) {
    if (!node.isLayer()) {
      if (node.vertex() == null || !STEADY_VERTICES.contains(node.vertex().getClass())) {
        Object kind = node.vertex();
        shadowReasons.add(
            "vertex "
                + node.name()
                + (kind == null ? "" : " (" + kind(kind) + ")")
                + " is not known to compute in training what it computes in inference");
      }
      return;
    }
    String reason = LayerReading.differenceInTraining(node.layer(), node.name());
    if (reason != null) {
      shadowReasons.add(reason);
    }
    if (node.preProcessor() != null && !LayerReading.onlyReshapes(node.preProcessor())) {
      shadowReasons.add(
          "the preprocessor of "
              + node.name()
              + " ("
              + kind(node.preProcessor())
              + ") may change its input");
    } else if (node.layer() != node.configured() && node.mayOverwriteInput()) {
      shadowReasons.add("the frozen layer " + node.name() + " writes into its input");
    }
  }

  /** Returns the tracked layers in network order. */
  List<Reading> readings() {
    return readings;
  }

  List<TrackedLayer> trackedLayers() {
    List<TrackedLayer> layers = new ArrayList<>();
    for (Reading reading : readings) {
      layers.add(reading.layer);
    }
    return layers;
  }

  /** Returns a sentence for each layer with a kink that cannot be tracked. */
  List<String> leftOut() {
    return leftOut;
  }

  /**
   * Returns sentences on how {@code layers(...)} was understood, where it can be taken two ways.
   */
  List<String> notes() {
    return notes;
  }

  /** Returns offset and length of the trainable parts of the flattened parameters. */
  List<long[]> trainable() {
    return trainable;
  }

  /** Returns why activations of training cannot be used, null if they can. */
  @Nullable String shadowReason() {
    int more = shadowReasons.size() - MOST_REASONS;
    return shadowReasons.isEmpty()
        ? null
        : String.join("; ", shadowReasons.subList(0, Math.min(MOST_REASONS, shadowReasons.size())))
            + (more > 0 ? "; and " + more + " more reasons" : "");
  }
}
