package io.github.implicitbias.listener;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.loss.BatchLoss;
import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.probe.Probe;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Computes the output layer, which DL4J does not hand to listeners: its pre-activations, and from
 * them the unregularised loss of the probe.
 *
 * <p>Small products are done in Java in double, larger ones by ND4J in the network's type.
 */
final class OutputHead {

  private static final long SMALL_PRODUCT = 50_000;

  private final NativeReader reader;
  private final int samples;
  private final int outputs;
  private final double[] labels;
  private final DataType type;
  private final ILossFunction loss;
  private final IActivation activation;
  private final BatchLoss onArrays;
  private final InputPreProcessor preProcessor;
  private final INDArray weights;
  private final INDArray weightsByUnit;
  private final INDArray bias;
  private final double[] preActivations;
  private final double[] rowOfBias;
  private final double[] input;
  private final double[] weightValues;
  private final INDArray product;
  private final INDArray productByUnit;
  private final double[] productValues;

  private OutputHead(Network net, NetworkNode node, Probe probe, NativeReader reader) {
    Layer layer = node.layer();
    this.reader = reader;
    this.samples = probe.samples();
    this.type = net.dataType();
    this.preProcessor = node.preProcessor();
    this.outputs = outputs(layer, probe);
    this.labels = repeated(probe.labels(), outputs * samples);
    this.preActivations = new double[samples * outputs];
    if (layer instanceof LossLayer) {
      loss = ((LossLayer) layer).getLossFn();
      activation = ((LossLayer) layer).getActivationFn();
      weights = null;
      weightsByUnit = null;
      bias = null;
      rowOfBias = null;
      input = null;
      weightValues = null;
      product = null;
      productByUnit = null;
      productValues = null;
    } else {
      BaseOutputLayer output = (BaseOutputLayer) layer;
      loss = output.getLossFn();
      activation = output.getActivationFn();
      weights = node.parameter("W");
      weightsByUnit = weights.transpose();
      bias = output.hasBias() ? node.parameter("b") : null;
      rowOfBias = new double[outputs];
      int width = (int) weights.size(0);
      boolean small = (long) samples * width * outputs <= SMALL_PRODUCT;
      input = small ? new double[samples * width] : null;
      weightValues = small ? new double[width * outputs] : null;
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        product = small ? null : Nd4j.createUninitialized(type, new long[] {samples, outputs}, 'f');
      }
      productByUnit = small ? null : product.transpose();
      productValues = small ? null : new double[samples * outputs];
    }
    onArrays = StockLosses.of(loss, activation);
  }

  static boolean understands(Layer layer) {
    return layer.getClass() == OutputLayer.class
        || layer instanceof LossLayer
        || (layer instanceof AffinePreActivation && layer instanceof BaseOutputLayer);
  }

  private static int outputs(Layer layer, Probe probe) {
    if (layer instanceof LossLayer) {
      return probe.outputs();
    }
    int outputs = (int) ((BaseOutputLayer) layer).getNOut();
    boolean shared =
        layer instanceof AffinePreActivation && ((AffinePreActivation) layer).repeatsLabels();
    if (probe.outputs() != outputs && !(shared && probe.outputs() == 1)) {
      throw new IllegalArgumentException(
          "the output layer has "
              + outputs
              + " outputs, but the probe has labels of width "
              + probe.outputs()
              + ": give one column per output");
    }
    return outputs;
  }

  /** Repeats each label until there are {@code length}; one label per output stays as it is. */
  private static double[] repeated(double[] labels, int length) {
    if (labels.length == length) {
      return labels;
    }
    double[] repeated = new double[length];
    int times = length / labels.length;
    for (int i = 0; i < length; i++) {
      repeated[i] = labels[i / times];
    }
    return repeated;
  }

  /**
   * Returns the head of a network, null if it has several outputs or one of a kind not known here.
   *
   * @throws IllegalArgumentException if the labels of the probe do not fit the layer
   */
  static OutputHead of(Network net, Probe probe, NativeReader reader) {
    NetworkNode node = net.outputs().get(0);
    return net.outputs().size() == 1 && node.isLayer() && understands(node.layer())
        ? new OutputHead(net, node, probe, reader)
        : null;
  }

  double kappa() {
    return StockLosses.kappa(loss, outputs);
  }

  /**
   * Computes the pre-activations of the output layer.
   *
   * @param lastHidden activations of the layer before it
   */
  void compute(INDArray lastHidden) {
    INDArray hidden = lastHidden;
    if (preProcessor != null) {
      try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        hidden =
            preProcessor.preProcess(lastHidden.dup(), samples, LayerWorkspaceMgr.noWorkspaces());
      }
    }
    if (weights == null) {
      reader.asDoubles(hidden, preActivations);
      return;
    }
    if (bias != null) {
      reader.asDoubles(bias, rowOfBias);
    }
    if (product == null) {
      multiplyInJava(hidden);
    } else {
      multiplyNatively(hidden);
    }
  }

  private void multiplyInJava(INDArray hidden) {
    reader.asDoubles(hidden, input);
    reader.asDoubles(weightsByUnit, weightValues);
    int width = input.length / samples;
    for (int i = 0; i < samples; i++) {
      for (int k = 0; k < outputs; k++) {
        double sum = ScalarProduct.of(input, i * width, weightValues, k * width, width);
        preActivations[i * outputs + k] = sum + rowOfBias[k];
      }
    }
  }

  private void multiplyNatively(INDArray hidden) {
    hidden.mmuli(weights, product);
    reader.asDoubles(productByUnit, productValues);
    for (int k = 0; k < outputs; k++) {
      for (int i = 0; i < samples; i++) {
        preActivations[i * outputs + k] = productValues[k * samples + i] + rowOfBias[k];
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

  /** Returns the loss of the probe at the pre-activations last computed. */
  double loss() {
    if (onArrays != null) {
      return onArrays.valueOfBatch(preActivations, labels, samples, outputs);
    }
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      long[] shape = {samples, outputs};
      INDArray z = Nd4j.createFromArray(preActivations).reshape(shape).castTo(type);
      INDArray y = Nd4j.createFromArray(labels).reshape(shape).castTo(type);
      return loss.computeScore(y, z, activation, null, true);
    } catch (RuntimeException e) {
      return Absent.VALUE;
    }
  }
}
