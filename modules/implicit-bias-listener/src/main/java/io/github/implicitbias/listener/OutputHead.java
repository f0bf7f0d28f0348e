package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.core.probe.Probe;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes the output layer, which DL4J does not hand to listeners: its pre-activations, and from
 * them the unregularised loss of the probe.
 *
 * <p>Small products are done in Java, in double or, for networks of floats, in float; they allocate
 * nothing. Large ones are done by ND4J in the network's type.
 */
final class OutputHead {

  private static final double[] NONE = {};

  /** Multiplications that take Java less time, one by one in double, than one call of ND4J. */
  private static final long SMALL_PRODUCT = 50_000;

  /** Multiplications in float, in vector code, up to which ND4J is not much faster. */
  private static final long MEDIUM_PRODUCT = 1 << 23;

  private final NativeReader reader;
  private final int samples;
  private final int outputs;
  private final DataType type;
  private final HeadLoss headLoss;
  private final NetworkNode node;
  private @Nullable Parameters parameters;
  private final double[] preActivations;
  private final boolean hasBias;
  private final double[] rowOfBias;
  private final double[] input;
  private final double[] weightValues;
  private final @Nullable FloatProduct floatProduct;
  private final @Nullable NativeProduct product;

  /** The parameters of the layer, as they lie in the network. */
  private static final class Parameters {
    private final INDArray weights;
    private final INDArray weightsByUnit;
    private final @Nullable INDArray bias;

    Parameters(NetworkNode node, boolean hasBias) {
      weights = node.parameter("W");
      weightsByUnit = weights.transpose();
      bias = hasBias ? node.parameter("b") : null;
    }
  }

  /** Where ND4J writes the product of activations and weights. */
  private static final class NativeProduct {
    private final INDArray array;
    private final INDArray byUnit;
    private final double[] values;

    NativeProduct(DataType type, int samples, int outputs) {
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        array = Nd4j.createUninitialized(type, new long[] {samples, outputs}, 'f');
      }
      byUnit = array.transpose();
      values = new double[samples * outputs];
    }
  }

  private OutputHead(Network net, NetworkNode node, Probe probe, NativeReader reader) {
    Layer layer = node.layer();
    this.reader = reader;
    this.samples = probe.samples();
    this.type = net.dataType();
    this.node = node;
    this.outputs = outputs(node, probe);
    this.headLoss =
        new HeadLoss(
            node, LossTask.lossOf(layer), LossTask.activationOf(layer), probe, outputs, type);
    this.preActivations = new double[samples * outputs];
    if (layer instanceof LossLayer) {
      hasBias = false;
      rowOfBias = NONE;
      input = NONE;
      weightValues = NONE;
      floatProduct = null;
      product = null;
    } else {
      BaseOutputLayer output = (BaseOutputLayer) layer;
      hasBias = output.hasBias();
      Parameters read = new Parameters(node, hasBias);
      parameters = read;
      rowOfBias = new double[outputs];
      int width = (int) read.weights.size(0);
      long work = (long) samples * width * outputs;
      boolean small = work <= SMALL_PRODUCT;
      boolean medium =
          !small
              && type == DataType.FLOAT
              && work <= MEDIUM_PRODUCT
              && outputs <= OutputProduct.FEW_OUTPUTS;
      input = small ? new double[samples * width] : NONE;
      weightValues = small ? new double[width * outputs] : NONE;
      floatProduct = medium ? new FloatProduct(samples, width, outputs) : null;
      product = small || medium ? null : new NativeProduct(type, samples, outputs);
    }
  }

  static boolean understands(Layer layer) {
    return layer.getClass() == OutputLayer.class
        || layer instanceof LossLayer
        || (layer instanceof AffinePreActivation && layer instanceof BaseOutputLayer);
  }

  private static int outputs(NetworkNode node, Probe probe) {
    Layer layer = node.layer();
    if (layer instanceof LossLayer) {
      int width = NetworkPlan.widthByConfiguration(node);
      boolean oneLabelEach = LossTask.needsLabelPerOutput(LossTask.lossOf(layer)) || width == 0;
      return probe.hasLabels() && oneLabelEach ? probe.outputs() : width;
    }
    int outputs = (int) ((BaseOutputLayer) layer).getNOut();
    boolean shared =
        layer instanceof AffinePreActivation && ((AffinePreActivation) layer).repeatsLabels();
    boolean fits =
        probe.outputs() == outputs
            || (shared && probe.outputs() == 1)
            || !LossTask.needsLabelPerOutput(LossTask.lossOf(layer));
    if (probe.hasLabels() && !fits) {
      throw new IllegalArgumentException(
          "the output layer has "
              + outputs
              + " outputs, but the probe has labels of width "
              + probe.outputs()
              + ": give one column per output");
    }
    return outputs;
  }

  /**
   * Returns the head of a network, null if it has several outputs or one of a kind not known here,
   * or if a mask of features reaches it.
   *
   * @param masked names of the nodes whose outputs are masked
   * @throws IllegalArgumentException if the labels of the probe do not fit the layer
   */
  static @Nullable OutputHead of(
      Network net, Probe probe, Set<String> masked, NativeReader reader) {
    return whyNone(net, probe, masked) == null
        ? new OutputHead(net, net.outputs().get(0), probe, reader)
        : null;
  }

  /** Returns why a network has no head, as a clause with names; null if it has. */
  static @Nullable String whyNone(Network net, Probe probe, Set<String> masked) {
    NetworkNode node = net.outputs().get(0);
    if (net.outputs().size() > 1) {
      return "the network has " + net.outputs().size() + " outputs";
    }
    if (!node.isLayer() || !understands(node.layer())) {
      return StackReason.named(node) + " is an output that only DL4J computes";
    }
    boolean isMasked =
        masked.contains(node.name())
            || masked.contains(node.sourceName())
            || (node.source() == null && probe.hasFeatureMasks());
    if (isMasked) {
      return "a mask of the features reaches " + node.name();
    }
    return isMatrix(node, probe)
        ? null
        : StackReason.named(node) + " has no single row of outputs and labels per sample";
  }

  /** Returns true if the layer is given one row per sample, and labels likewise. */
  private static boolean isMatrix(NetworkNode node, Probe probe) {
    boolean known = node.preProcessor() == null || LayerReading.onlyReshapes(node.preProcessor());
    boolean widthUnknown =
        node.layer() instanceof LossLayer && NetworkPlan.widthByConfiguration(node) == 0;
    if (probe.hasLabels()) {
      return known
          && probe.labelArrays().get(0).shape().length == 2
          && !(widthUnknown && LossTask.takesIndices(LossTask.lossOf(node.layer())));
    }
    return known && !(node.preProcessor() instanceof RnnToFeedForwardPreProcessor) && !widthUnknown;
  }

  /** Reads the parameters from where they are now. */
  void refresh() {
    if (!(node.layer() instanceof LossLayer)) {
      parameters = new Parameters(node, hasBias);
    }
  }

  /** Lets the arrays of the network go. */
  void release() {
    parameters = null;
  }

  /** Returns what the loss of one output is, null if it is none of those that have a name. */
  @Nullable String lossKind() {
    return headLoss.kind();
  }

  /** Returns the name of the loss. */
  String lossName() {
    return LossTask.lossOf(node.layer()).getClass().getSimpleName();
  }

  /** Returns true if the loss is one of classification. */
  boolean classifies() {
    return headLoss.classifies();
  }

  double kappa() {
    return headLoss.kappa();
  }

  /**
   * Computes the pre-activations of the output layer.
   *
   * @param lastHidden activations of the layer before it
   */
  void compute(INDArray lastHidden) {
    headLoss.changed();
    INDArray hidden = lastHidden;
    if (node.preProcessor() != null) {
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        hidden =
            node.preProcessor().preProcess(lastHidden, samples, LayerWorkspaceMgr.noWorkspaces());
      }
    }
    Parameters read = parameters;
    if (read == null) {
      reader.asDoubles(hidden, preActivations);
      return;
    }
    if (read.bias != null) {
      reader.asDoubles(read.bias, rowOfBias);
    }
    if (floatProduct != null) {
      reader.floats(read.weightsByUnit).get(floatProduct.weights());
      floatProduct.multiply(reader.floats(hidden), rowOfBias, preActivations);
    } else if (product != null) {
      multiplyNatively(hidden, read.weights, product);
    } else {
      multiplyInJava(hidden, read.weightsByUnit);
    }
  }

  private void multiplyInJava(INDArray hidden, INDArray weightsByUnit) {
    reader.asDoubles(hidden, input);
    reader.asDoubles(weightsByUnit, weightValues);
    int width = input.length / samples;
    OutputProduct.multiply(input, width, weightValues, rowOfBias, preActivations);
  }

  private void multiplyNatively(INDArray hidden, INDArray weights, NativeProduct into) {
    hidden.mmuli(weights, into.array);
    reader.asDoubles(into.byUnit, into.values);
    for (int k = 0; k < outputs; k++) {
      for (int i = 0; i < samples; i++) {
        preActivations[i * outputs + k] = into.values[k * samples + i] + rowOfBias[k];
      }
    }
  }

  /** Returns the pre-activations last computed, row-major, samples x outputs. */
  double[] preActivations() {
    return preActivations;
  }

  int outputs() {
    return outputs;
  }

  /**
   * Returns the derivatives of the samples' losses, times their weights, by the pre-activations
   * last computed, row-major, samples x outputs; null if they are not known.
   */
  double @Nullable [] derivatives() {
    return headLoss.derivatives(preActivations, reader);
  }

  /**
   * Writes the second derivative of each sample's loss by the pre-activations last computed, times
   * a direction; returns false if it is not known.
   */
  boolean curvature(double[] direction, double[] into) {
    return headLoss.curvature(preActivations, direction, into);
  }

  /** Returns the loss of the probe at the pre-activations last computed; absent without labels. */
  double loss() {
    return headLoss.value(preActivations);
  }
}
