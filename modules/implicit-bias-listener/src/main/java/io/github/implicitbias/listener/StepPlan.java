package io.github.implicitbias.listener;

import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.core.network.FixedParameters;
import io.github.implicitbias.core.network.Precision;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * What laws have to know of a network of DL4J: its layers with parameters, where these lie, how
 * they are updated, and which layers take what the units of each put out, looked up once.
 *
 * <p>Between a unit and the layers that take its output may stand whatever treats each unit by
 * itself and grows with it: dropout by factors, pooling by the largest or by the mean, padding,
 * cropping, reshaping, further activations of slope 1 above 0.
 */
final class StepPlan {

  private static final String FROZEN = " is frozen, so that its gradient is not computed";

  private static final String WEIGHTS = "W";
  private static final String BIASES = "b";

  /** A layer, and where its weights and biases lie among all parameters. */
  static final class Place {
    final NetworkNode node;
    final StepLayer layer;
    final long weights;
    final long biases;
    final List<ConfiguredRule> rules;

    Place(
        NetworkNode node, StepLayer layer, long weights, long biases, List<ConfiguredRule> rules) {
      this.node = node;
      this.layer = layer;
      this.weights = weights;
      this.biases = biases;
      this.rules = rules;
    }
  }

  private final Network net;
  private final List<Place> places = new ArrayList<>();
  private final StepNetwork network;

  StepPlan(Network net, @Nullable VisitOutput output, @Nullable String whyNoOutput) {
    this.net = net;
    boolean allKnown = true;
    for (NetworkNode node : net.nodes()) {
      if (node.parameters() > 0) {
        Place place = place(node);
        if (place == null) {
          allKnown = false;
        } else {
          places.add(place);
          allKnown &= place.layer.kind() == StepLayer.Kind.LINEAR && place.layer.isTrained();
        }
      }
    }
    for (Place place : places) {
      wire(place);
    }
    List<StepLayer> layers = new ArrayList<>();
    places.forEach(place -> layers.add(place.layer));
    network =
        new StepNetwork(
            layers,
            output == null ? StepNetwork.Goal.OTHER : output.goal(),
            whyNoOutput,
            allKnown && isStack(),
            net.dividesByBatch());
  }

  StepNetwork network() {
    return network;
  }

  List<Place> places() {
    return places;
  }

  private boolean isStack() {
    NetworkNode before = null;
    for (NetworkNode node : net.nodes()) {
      if (!node.isLayer() || node.source() != before || node.inputs() > 1) {
        return false;
      }
      before = node;
    }
    for (Place place : places) {
      boolean twoSided = place.layer.whyOneSided().isEmpty();
      if (!place.layer.isOutput() && !twoSided) {
        return false;
      }
    }
    return net.inputs() == 1 && net.outputs().size() == 1;
  }

  private @Nullable Place place(NetworkNode node) {
    if (!node.isLayer()) {
      return null;
    }
    boolean normalizes = node.layer() instanceof BatchNormalization;
    String weights = normalizes ? "gamma" : WEIGHTS;
    String biases = normalizes ? "beta" : BIASES;
    INDArray matrix = node.hasParameter(weights) ? node.parameter(weights) : null;
    boolean isLinear = WeightMatrix.isIn(node) && isLinear(node.layer());
    if (matrix == null || !(normalizes || isLinear) || matrix.length() > Integer.MAX_VALUE) {
      return null;
    }
    boolean unitsFirst =
        normalizes || LayerTable.weights(node.layer()) == LayerTable.Weights.UNITS_FIRST;
    int units = (int) (normalizes ? matrix.length() : matrix.size(unitsFirst ? 0 : 1));
    int inputs = (int) (matrix.length() / units);
    if (!liesByUnit(matrix, unitsFirst, normalizes)) {
      return null;
    }
    boolean hasBias = node.hasParameter(biases);
    ConfiguredRule rule = new ConfiguredRule(net, node, weights);
    ConfiguredRule ofBiases = hasBias ? new ConfiguredRule(net, node, biases) : rule;
    StepLayer layer =
        new StepLayer(
                node.name(),
                normalizes ? StepLayer.Kind.NORMALIZATION : StepLayer.Kind.LINEAR,
                units,
                inputs,
                hasBias,
                precision(matrix),
                rule,
                ofBiases)
            .slope(normalizes ? 1 : slope(node))
            .from(sources(node, matrix, unitsFirst), sourcesLast(node));
    if (net.outputs().contains(node)) {
      layer.output();
    }
    long start = net.params().offset();
    return new Place(
        node,
        layer,
        matrix.offset() - start,
        hasBias ? node.parameter(biases).offset() - start : -1,
        hasBias ? List.of(rule, ofBiases) : List.of(rule));
  }

  private static Precision precision(INDArray parameters) {
    switch (parameters.dataType()) {
      case HALF:
        return Precision.HALF;
      case BFLOAT16:
        return Precision.BFLOAT16;
      case FLOAT:
        return Precision.FLOAT;
      default:
        return Precision.DOUBLE;
    }
  }

  /** Returns true if the weights of each unit lie together, unit after unit. */
  private static boolean liesByUnit(INDArray matrix, boolean unitsFirst, boolean isVector) {
    long span = 1;
    int rank = matrix.rank();
    boolean together = true;
    for (int k = 0; k < rank; k++) {
      int axis = unitsFirst || isVector ? rank - 1 - k : k;
      together &= matrix.size(axis) == 1 || matrix.stride(axis) == span;
      span *= matrix.size(axis);
    }
    return together;
  }

  private static boolean isLinear(Layer layer) {
    boolean dense = layer instanceof DenseLayer && !((DenseLayer) layer).hasLayerNorm();
    boolean convolution =
        layer.getClass() == ConvolutionLayer.class
            || layer instanceof Convolution1DLayer
            || layer.getClass() == org.deeplearning4j.nn.conf.layers.Convolution2D.class;
    boolean output = layer instanceof BaseOutputLayer && !(layer instanceof CenterLossOutputLayer);
    return dense || convolution || output || layer instanceof AffinePreActivation;
  }

  private static double slope(NetworkNode node) {
    IActivation activation = LayerReading.activation(node.layer());
    return activation == null ? Double.NaN : ActivationTable.slopeBelow(activation);
  }

  /** Returns from how many units of the layer below the inputs of a layer come. */
  private static int sources(NetworkNode node, INDArray matrix, boolean unitsFirst) {
    if (unitsFirst && matrix.rank() > 2) {
      return (int) matrix.size(1);
    }
    if (node.preProcessor() instanceof CnnToFeedForwardPreProcessor) {
      return (int) ((CnnToFeedForwardPreProcessor) node.preProcessor()).getNumChannels();
    }
    return (int) (matrix.length() / matrix.size(unitsFirst ? 0 : matrix.rank() - 1));
  }

  private static boolean sourcesLast(NetworkNode node) {
    return node.preProcessor() instanceof CnnToFeedForwardPreProcessor
        && ((CnnToFeedForwardPreProcessor) node.preProcessor()).getFormat() == CNN2DFormat.NHWC;
  }

  /** Says which layers take what the units of a layer put out, or why it has not two sides. */
  private void wire(Place place) {
    NetworkNode node = place.node;
    if (node.source() == null && !(node.layer() instanceof BatchNormalization)) {
      place.layer.takesFeatures(Restraints.noise(node.layer()) != null);
    }
    if (place.layer.isOutput()) {
      return;
    }
    String why = whyNotByItsWeights(node);
    if (why != null) {
      place.layer.oneSided(why);
      return;
    }
    roundSlope(place, place.layer.slope());
    if (Double.isNaN(place.layer.slope())) {
      place.layer.oneSided(
          node.name() + " has the activation " + LayerReading.activation(node.layer()));
      return;
    }
    List<Integer> consumers = new ArrayList<>();
    String problem = follow(node, place, consumers);
    if (problem != null) {
      place.layer.oneSided(problem);
    } else {
      place.layer.consumers(consumers);
    }
  }

  /** In the backward pass DL4J takes the slope below 0 as a float, also for doubles. */
  private static void roundSlope(Place place, double slope) {
    if (slope != (float) slope) {
      place.layer.rounding(Precision.FLOAT);
    }
  }

  /** Returns why a layer's outputs or gradient are not those of its weights; null if they are. */
  static @Nullable String whyNotByItsWeights(NetworkNode node) {
    return isFrozen(node) ? node.name() + FROZEN : weightNoise(node);
  }

  private static boolean isFrozen(NetworkNode node) {
    return node.layer() != node.configured() || node.layer() instanceof FixedParameters;
  }

  private static @Nullable String weightNoise(NetworkNode node) {
    boolean noisy =
        node.layer() instanceof BaseLayer && ((BaseLayer) node.layer()).getWeightNoise() != null;
    return noisy ? node.name() + " has weight noise" : null;
  }

  /** Adds the layers that take what a node hands on; returns why that cannot be told. */
  private @Nullable String follow(NetworkNode from, Place place, List<Integer> consumers) {
    boolean any = false;
    for (NetworkNode next : net.nodes()) {
      if (net.feeds(from, next)) {
        any = true;
        String problem = take(from, next, place, consumers);
        if (problem != null) {
          return problem;
        }
      }
    }
    return any ? null : "nothing takes what " + place.layer.name() + " puts out";
  }

  private @Nullable String take(
      NetworkNode from, NetworkNode next, Place place, List<Integer> consumers) {
    String of = "what " + place.layer.name() + " puts out goes into " + next.name() + ", ";
    if (!next.isLayer()) {
      Object vertex = next.vertex();
      return of + "a " + (vertex == null ? "vertex" : vertex.getClass().getSimpleName());
    }
    if (next.layer() instanceof BatchNormalization && next.preProcessor() == null) {
      if (place.layer.slope() == 1 && from == place.node && place.layer.consumers().isEmpty()) {
        place.layer.normalizedBy(number(next));
      }
      return of + "which normalizes it, so that its size does not matter";
    }
    if (isFrozen(next)) {
      return of + "which" + FROZEN;
    }
    InputPreProcessor between = next.preProcessor();
    boolean keepsUnits =
        between instanceof CnnToFeedForwardPreProcessor
            || between instanceof RnnToFeedForwardPreProcessor
            || between instanceof FeedForwardToRnnPreProcessor;
    if (between != null && !keepsUnits) {
      return of + "through a " + between.getClass().getSimpleName();
    }
    IDropout dropout = next.layer().getIDropout();
    boolean byFactors =
        dropout instanceof Dropout
            || dropout instanceof SpatialDropout
            || dropout instanceof GaussianDropout;
    if (dropout != null && !byFactors) {
      return of + "which has " + dropout.getClass().getSimpleName();
    }
    int number = number(next);
    if (number >= 0 && places.get(number).layer.kind() == StepLayer.Kind.LINEAR) {
      String noise = weightNoise(next);
      if (noise != null) {
        return of + "which has weight noise";
      }
      if (places.get(number).layer.sources() != place.layer.units()) {
        return of + "which takes it in another order";
      }
      consumers.add(number);
      return null;
    }
    if (next.layer() instanceof ActivationLayer) {
      IActivation applied = ((ActivationLayer) next.layer()).getActivationFn();
      roundSlope(place, ActivationTable.slopeBelow(applied));
    }
    return handsOn(next.layer())
        ? follow(next, place, consumers)
        : of + "a " + next.layer().getClass().getSimpleName();
  }

  private int number(NetworkNode node) {
    for (int l = 0; l < places.size(); l++) {
      if (places.get(l).node == node) {
        return l;
      }
    }
    return -1;
  }

  /** Returns true if a layer without weights treats each unit by itself, and grows with it. */
  private static boolean handsOn(Layer layer) {
    if (layer instanceof ActivationLayer) {
      return !Double.isNaN(ActivationTable.slopeBelow(((ActivationLayer) layer).getActivationFn()));
    }
    if (layer instanceof SubsamplingLayer) {
      return isByUnit(((SubsamplingLayer) layer).getPoolingType());
    }
    if (layer instanceof GlobalPoolingLayer) {
      return isByUnit(((GlobalPoolingLayer) layer).getPoolingType());
    }
    return layer instanceof DropoutLayer
        || layer instanceof ZeroPaddingLayer
        || layer instanceof Cropping2D
        || layer instanceof Upsampling2D;
  }

  private static boolean isByUnit(PoolingType type) {
    return type == PoolingType.MAX || type == PoolingType.AVG || type == PoolingType.SUM;
  }

  /** Returns what a loss and an activation are together. */
  static StepNetwork.Goal goal(ILossFunction loss, IActivation activation) {
    boolean known = StockLosses.of(loss, activation) != null;
    if (activation instanceof ActivationSoftmax) {
      return known ? StepNetwork.Goal.SOFTMAX : StepNetwork.Goal.THROUGH_SOFTMAX;
    }
    if (activation instanceof ActivationSigmoid && known) {
      return StepNetwork.Goal.LOGISTIC;
    }
    boolean square = loss.getClass() == LossMSE.class && ((LossMSE) loss).getWeights() == null;
    return square && ActivationTable.slopeBelow(activation) == 1
        ? StepNetwork.Goal.MEAN_SQUARE
        : StepNetwork.Goal.OTHER;
  }
}
