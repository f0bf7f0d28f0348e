package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.AffinePreActivation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.Pooling1D;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.util.ConvolutionUtils;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;

/**
 * DL4J's layers, a row for each: where the sign of their pre-activations can be read, how their
 * weights lie, on which axis their channels are, and whether they do in training what they do in
 * inference. Of a layer that is not in the table nothing is taken for granted.
 */
@SuppressWarnings("deprecation") // GravesLSTM is deprecated, and used
final class LayerTable {

  /** What the output of a layer has to do with its pre-activations. */
  enum Signs {
    /** Nothing that is known. */
    NONE,
    /** It is their activation, and they can be computed from the layer's input. */
    ACTIVATED,
    /** It is their activation, and they cannot be computed from outside. */
    ACTIVATED_ONLY,
    /** It is their activation; they depend on the outputs at earlier times, too. */
    RECURRENT,
    /** It is the activation of the memory cell, times an output gate. */
    GATED,
    /** It is the activation of what the layer is given. */
    OF_INPUT,
    /** As that, but its slopes are parameters: only the input tells the sign. */
    OF_INPUT_ONLY,
    /** The layer is an output with weights. */
    OUTPUT,
    /** The layer is an output without weights: its input is its pre-activations. */
    LOSS
  }

  /** How the parameter "W" of a layer lies. */
  enum Weights {
    NONE,
    /** [inputs, units]. */
    INPUTS_FIRST,
    /** [channels out, channels in, kernel...], one unit per channel out. */
    UNITS_FIRST,
    /** [channels in, channels out, kernel...], one unit per channel out. */
    CHANNELS_IN_FIRST,
    /** [kernel..., channels out, channels in], one unit per channel out. */
    KERNEL_FIRST
  }

  /** One row. */
  private static final class Row {
    private boolean steady = true;
    private boolean overwritesInput;
    private Signs signs = Signs.NONE;
    private Weights weights = Weights.NONE;
    private boolean isInherited;
    private Positions positions = Positions.OF_INPUT;
    private int rankOfFormat;
    private Function<Layer, Object> format = layer -> null;
    private Function<Layer, @Nullable Activation> named = layer -> null;
    private boolean appliesNone;

    Row signs(Signs of) {
      signs = of;
      return this;
    }

    Row weights(Weights lie) {
      weights = lie;
      return this;
    }

    /** Layers that extend this one are as this, but may differ in training. */
    Row inherited() {
      isInherited = true;
      return this;
    }

    Row overwritesInput() {
      overwritesInput = true;
      return this;
    }

    Row differsInTraining() {
      steady = false;
      return this;
    }

    /** The layer applies no activation function, although it may be given one. */
    Row appliesNone() {
      appliesNone = true;
      return this;
    }

    /** The layer says the name of its activation function. */
    <T extends Layer> Row named(Class<T> type, Function<T, @Nullable Activation> said) {
      named = layer -> said.apply(type.cast(layer));
      return this;
    }

    Row over(Positions axis) {
      positions = axis;
      return this;
    }

    /**
     * Says where the channels are, of the layer and of those that extend it.
     *
     * @param rank of the output that it is about
     */
    <T extends Layer> Row format(int rank, Class<T> type, Function<T, Object> said) {
      rankOfFormat = rank;
      format = layer -> said.apply(type.cast(layer));
      return this;
    }
  }

  /** What the positions of a sequence of outputs are. */
  private enum Positions {
    OF_INPUT,
    TIME,
    SPACE
  }

  private static final Map<Class<?>, Row> ROWS = new HashMap<>();
  private static final Row UNKNOWN = new Row().differsInTraining().overwritesInput();
  private static final Row AFFINE = new Row().signs(Signs.ACTIVATED).weights(Weights.INPUTS_FIRST);

  private static Row row(Class<? extends Layer> type) {
    Row row = new Row();
    ROWS.put(type, row);
    return row;
  }

  private static Row activated(Class<? extends Layer> type, Weights weights) {
    return row(type).signs(Signs.ACTIVATED).weights(weights);
  }

  static {
    activated(DenseLayer.class, Weights.INPUTS_FIRST).inherited();
    activated(EmbeddingLayer.class, Weights.INPUTS_FIRST);
    activated(EmbeddingSequenceLayer.class, Weights.INPUTS_FIRST)
        .format(3, EmbeddingSequenceLayer.class, EmbeddingSequenceLayer::getOutputFormat);
    activated(ElementWiseMultiplicationLayer.class, Weights.NONE);
    activated(ConvolutionLayer.class, Weights.UNITS_FIRST);
    activated(Convolution1D.class, Weights.UNITS_FIRST);
    activated(Convolution1DLayer.class, Weights.UNITS_FIRST)
        .over(Positions.SPACE)
        .format(3, Convolution1DLayer.class, Convolution1DLayer::getRnnDataFormat);
    activated(Convolution2D.class, Weights.UNITS_FIRST);
    activated(Convolution3D.class, Weights.UNITS_FIRST)
        .format(5, Convolution3D.class, Convolution3D::getDataFormat);
    activated(Deconvolution2D.class, Weights.CHANNELS_IN_FIRST);
    activated(Deconvolution3D.class, Weights.KERNEL_FIRST)
        .format(5, Deconvolution3D.class, Deconvolution3D::getDataFormat);
    activated(DepthwiseConvolution2D.class, Weights.NONE);
    activated(SeparableConvolution2D.class, Weights.NONE);
    row(BaseRecurrentLayer.class)
        .differsInTraining()
        .over(Positions.TIME)
        .format(3, BaseRecurrentLayer.class, BaseRecurrentLayer::getRnnDataFormat);
    row(SimpleRnn.class).signs(Signs.RECURRENT).weights(Weights.INPUTS_FIRST);
    row(LSTM.class).signs(Signs.GATED).weights(Weights.INPUTS_FIRST);
    row(GravesLSTM.class).signs(Signs.GATED).weights(Weights.INPUTS_FIRST);
    row(GravesBidirectionalLSTM.class);
    activated(AutoEncoder.class, Weights.INPUTS_FIRST);
    row(LocallyConnected1D.class)
        .signs(Signs.ACTIVATED_ONLY)
        .differsInTraining()
        .overwritesInput()
        .over(Positions.SPACE)
        .named(LocallyConnected1D.class, LocallyConnected1D::getActivation);
    row(LocallyConnected2D.class)
        .signs(Signs.ACTIVATED_ONLY)
        .differsInTraining()
        .overwritesInput()
        .format(4, LocallyConnected2D.class, LocallyConnected2D::getFormat)
        .named(LocallyConnected2D.class, LocallyConnected2D::getActivation);
    row(RecurrentAttentionLayer.class)
        .signs(Signs.ACTIVATED_ONLY)
        .differsInTraining()
        .overwritesInput()
        .over(Positions.TIME)
        .named(RecurrentAttentionLayer.class, RecurrentAttentionLayer::getActivation);
    row(BaseOutputLayer.class).differsInTraining().weights(Weights.INPUTS_FIRST).inherited();
    row(OutputLayer.class).signs(Signs.OUTPUT).weights(Weights.INPUTS_FIRST);
    row(CenterLossOutputLayer.class).signs(Signs.OUTPUT).weights(Weights.INPUTS_FIRST);
    row(RnnOutputLayer.class)
        .signs(Signs.OUTPUT)
        .weights(Weights.INPUTS_FIRST)
        .format(3, RnnOutputLayer.class, RnnOutputLayer::getRnnDataFormat);
    row(LossLayer.class).signs(Signs.LOSS).inherited();
    row(CnnLossLayer.class)
        .signs(Signs.LOSS)
        .inherited()
        .format(4, CnnLossLayer.class, CnnLossLayer::getFormat);
    row(Cnn3DLossLayer.class)
        .signs(Signs.LOSS)
        .inherited()
        .format(5, Cnn3DLossLayer.class, Cnn3DLossLayer::getDataFormat);
    row(RnnLossLayer.class)
        .signs(Signs.LOSS)
        .inherited()
        .format(3, RnnLossLayer.class, RnnLossLayer::getRnnDataFormat);
    row(ActivationLayer.class).signs(Signs.OF_INPUT).overwritesInput().inherited();
    row(PReLULayer.class).signs(Signs.OF_INPUT_ONLY).overwritesInput().inherited();
    row(VariationalAutoencoder.class).differsInTraining().overwritesInput().appliesNone();
    row(DropoutLayer.class).overwritesInput().appliesNone();
    row(BatchNormalization.class)
        .appliesNone()
        .differsInTraining()
        .format(4, BatchNormalization.class, BatchNormalization::getCnn2DFormat);
    row(TimeDistributed.class)
        .differsInTraining()
        .overwritesInput()
        .format(3, TimeDistributed.class, TimeDistributed::getRnnDataFormat);
    row(Subsampling1DLayer.class)
        .over(Positions.SPACE)
        .format(3, Subsampling1DLayer.class, Subsampling1DLayer::getCnn2dDataFormat);
    row(Subsampling3DLayer.class)
        .format(5, Subsampling3DLayer.class, Subsampling3DLayer::getDataFormat);
    row(RepeatVector.class).appliesNone();
    for (Class<? extends Layer> withoutParameters :
        List.of(
            Cropping1D.class,
            Cropping2D.class,
            Cropping3D.class,
            GlobalPoolingLayer.class,
            Pooling1D.class,
            Pooling2D.class,
            SpaceToBatchLayer.class,
            SpaceToDepthLayer.class,
            SubsamplingLayer.class,
            Upsampling1D.class,
            Upsampling2D.class,
            Upsampling3D.class,
            ZeroPadding1DLayer.class,
            ZeroPadding3DLayer.class,
            ZeroPaddingLayer.class)) {
      row(withoutParameters);
    }
  }

  private LayerTable() {}

  /** Returns the row of exactly this kind of layer, null if there is none. */
  private static @Nullable Row exact(Layer layer) {
    return ROWS.get(layer.getClass());
  }

  /** Returns the row of a layer, that of what it extends, or that of an unknown one. */
  private static Row row(Layer layer) {
    Row exact = exact(layer);
    if (exact != null || layer instanceof AffinePreActivation) {
      return exact != null ? exact : AFFINE;
    }
    return above(layer, row -> row.isInherited);
  }

  /** Returns the first row, from a layer on upwards, of which something holds. */
  private static Row above(Layer layer, Predicate<Row> holds) {
    for (Class<?> type = layer.getClass(); type != null; type = type.getSuperclass()) {
      Row row = ROWS.get(type);
      if (row != null && holds.test(row)) {
        return row;
      }
    }
    return UNKNOWN;
  }

  /** Returns true if a layer does the same in training and in inference. */
  static boolean isSteady(Layer layer) {
    Row exact = exact(layer);
    return exact != null ? exact.steady : layer instanceof AffinePreActivation;
  }

  /** Returns true if the class of a layer is in the table, or says itself what it computes. */
  static boolean isKnown(Layer layer) {
    return exact(layer) != null || layer instanceof AffinePreActivation;
  }

  /** Returns what the output of a layer has to do with its pre-activations. */
  static Signs signs(Layer layer) {
    return row(layer).signs;
  }

  /** Returns true if a layer applies no activation function, although it may be given one. */
  static boolean appliesNone(Layer layer) {
    return above(layer, row -> row.appliesNone) != UNKNOWN;
  }

  /** Returns the activation function of a layer that has it by name, null for every other layer. */
  static @Nullable Activation named(Layer layer) {
    return above(layer, row -> row.named.apply(layer) != null).named.apply(layer);
  }

  /** Returns how the weights of a layer lie. */
  static Weights weights(Layer layer) {
    return row(layer).weights;
  }

  /** Returns true if a layer may write its result into its input when it is not training. */
  static boolean overwritesInput(Layer layer) {
    Row exact = exact(layer);
    return exact != null
        ? exact.overwritesInput
        : !(layer instanceof AffinePreActivation || layer instanceof BatchNormalization);
  }

  /**
   * Returns true if the channels are on the last axis of a node's output, false if on the second.
   * Layers that do not say take the format of the layer before them.
   *
   * @param rank of the output
   */
  static boolean channelsLast(NetworkNode of, int rank) {
    for (NetworkNode node = of; node != null; node = node.source()) {
      Boolean last = node.isLayer() ? channelsLast(node.layer(), rank) : null;
      if (last != null) {
        return last;
      }
    }
    return false;
  }

  /** Returns true if the positions of a rank-3 output are those of a convolution, not of time. */
  static boolean isConvolution1D(NetworkNode of) {
    for (NetworkNode node = of; node != null; node = node.source()) {
      if (node.isLayer()) {
        Row row = above(inner(node.layer()), one -> one.positions != Positions.OF_INPUT);
        if (row.positions != Positions.OF_INPUT) {
          return row.positions == Positions.SPACE;
        }
      }
    }
    return false;
  }

  private static Layer inner(Layer layer) {
    if (layer instanceof Bidirectional) {
      return inner(((Bidirectional) layer).getFwd());
    }
    return layer instanceof BaseWrapperLayer && !(layer instanceof TimeDistributed)
        ? inner(((BaseWrapperLayer) layer).getUnderlying())
        : layer;
  }

  private static @Nullable Boolean channelsLast(Layer wrapped, int rank) {
    Layer layer = inner(wrapped);
    Object format = above(layer, row -> row.rankOfFormat == rank).format.apply(layer);
    if (format == null && rank == 4) {
      format = format2D(layer);
    }
    return format == null
        ? null
        : format == RNNFormat.NWC
            || format == CNN2DFormat.NHWC
            || format == Convolution3D.DataFormat.NDHWC;
  }

  private static @Nullable Object format2D(Layer layer) {
    try {
      return ConvolutionUtils.getFormatForLayer(layer);
    } catch (IllegalArgumentException notOfThisKind) {
      return null;
    }
  }
}
