package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.AffinePreActivation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
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
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.Pooling1D;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
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
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;

/** What is known about DL4J's layers: what their activation is, whether training changes them. */
@SuppressWarnings("deprecation") // GravesLSTM is deprecated, and used
final class LayerKinds {

  /** Layers whose output is the activation function of what they compute on their parameters. */
  private static final Set<Class<?>> ACTIVATED =
      Set.of(
          ConvolutionLayer.class,
          Convolution1D.class,
          Convolution1DLayer.class,
          Convolution2D.class,
          Convolution3D.class,
          Deconvolution2D.class,
          Deconvolution3D.class,
          DepthwiseConvolution2D.class,
          SeparableConvolution2D.class,
          ElementWiseMultiplicationLayer.class,
          EmbeddingLayer.class,
          EmbeddingSequenceLayer.class);

  /** Output layers with parameters. */
  private static final Set<Class<?>> OUTPUTS =
      Set.of(OutputLayer.class, RnnOutputLayer.class, CenterLossOutputLayer.class);

  /** Layers that compute the same in training and in inference, those above apart. */
  private static final Set<Class<?>> STEADY =
      Set.of(
          ActivationLayer.class,
          CnnLossLayer.class,
          Cnn3DLossLayer.class,
          Cropping1D.class,
          Cropping2D.class,
          Cropping3D.class,
          DenseLayer.class,
          GlobalPoolingLayer.class,
          GravesLSTM.class,
          LSTM.class,
          LossLayer.class,
          PReLULayer.class,
          Pooling1D.class,
          Pooling2D.class,
          RepeatVector.class,
          RnnLossLayer.class,
          SimpleRnn.class,
          SpaceToBatchLayer.class,
          SpaceToDepthLayer.class,
          Subsampling1DLayer.class,
          Subsampling3DLayer.class,
          SubsamplingLayer.class,
          Upsampling1D.class,
          Upsampling2D.class,
          Upsampling3D.class,
          ZeroPadding1DLayer.class,
          ZeroPadding3DLayer.class,
          ZeroPaddingLayer.class);

  /** Preprocessors that only reshape. */
  private static final Set<Class<?>> RESHAPING =
      Set.of(
          Cnn3DToFeedForwardPreProcessor.class,
          CnnToFeedForwardPreProcessor.class,
          CnnToRnnPreProcessor.class,
          FeedForwardToCnn3DPreProcessor.class,
          FeedForwardToCnnPreProcessor.class,
          FeedForwardToRnnPreProcessor.class,
          RnnToCnnPreProcessor.class,
          RnnToFeedForwardPreProcessor.class);

  private LayerKinds() {}

  /** Returns the activation function that a layer applies to each unit, null if it has none. */
  static IActivation activation(Layer layer) {
    if (layer instanceof BatchNormalization) {
      return null;
    }
    if (layer instanceof BaseLayer) {
      return ((BaseLayer) layer).getActivationFn();
    }
    if (layer instanceof ActivationLayer) {
      return ((ActivationLayer) layer).getActivationFn();
    }
    if (layer instanceof LastTimeStep) {
      return activation(((LastTimeStep) layer).getUnderlying());
    }
    return layer instanceof Bidirectional ? activation(((Bidirectional) layer).getFwd()) : null;
  }

  /** Returns what a layer consists of: itself, or the layers that it wraps. */
  static List<Layer> inside(Layer layer) {
    if (layer instanceof BaseWrapperLayer) {
      return inside(((BaseWrapperLayer) layer).getUnderlying());
    }
    if (layer instanceof Bidirectional) {
      List<Layer> both = new ArrayList<>(inside(((Bidirectional) layer).getFwd()));
      both.addAll(inside(((Bidirectional) layer).getBwd()));
      return both;
    }
    return List.of(layer);
  }

  /** Returns true if layers of this kind are tracked without being asked for. */
  static boolean isTrackedByDefault(Layer layer) {
    IActivation activation = activation(layer);
    return layer instanceof PReLULayer
        || (activation != null && Kinks.hasKinkAtZero(activation))
        || (layer instanceof AffinePreActivation
            && ((AffinePreActivation) layer).trackedByDefault());
  }

  /**
   * Returns where the sign of a layer's pre-activations can be read, null if nowhere.
   *
   * @param isOutput true if the layer is an output of the network
   */
  static NetworkPlan.Source source(Layer layer, boolean isOutput) {
    if (layer instanceof PReLULayer) {
      return NetworkPlan.Source.INPUT;
    }
    IActivation activation = activation(layer);
    if (activation == null) {
      return null;
    }
    if (isOutput) {
      boolean withoutWeights =
          layer instanceof LossLayer
              || layer instanceof RnnLossLayer
              || layer instanceof CnnLossLayer
              || layer instanceof Cnn3DLossLayer;
      boolean known = OUTPUTS.contains(layer.getClass()) || layer instanceof AffinePreActivation;
      return withoutWeights
          ? NetworkPlan.Source.INPUT
          : known ? NetworkPlan.Source.PRE_ACTIVATION : null;
    }
    boolean keepsSign = Kinks.keepsSign(activation);
    if (layer instanceof ActivationLayer) {
      return keepsSign ? NetworkPlan.Source.ACTIVATION : NetworkPlan.Source.INPUT;
    }
    if (layer instanceof DenseLayer
        || layer instanceof AffinePreActivation
        || layer.getClass() == SimpleRnn.class
        || ACTIVATED.contains(layer.getClass())) {
      boolean computable = !(layer instanceof SimpleRnn) || !((SimpleRnn) layer).hasLayerNorm();
      return keepsSign
          ? NetworkPlan.Source.ACTIVATION
          : computable ? NetworkPlan.Source.PRE_ACTIVATION : null;
    }
    return keepsSign && isSignOfRecurrent(layer) ? NetworkPlan.Source.ACTIVATION : null;
  }

  /**
   * An LSTM puts out o act(c), with the memory cell c and an output gate o that a sigmoid keeps
   * positive: the sign is that of act(c). Two directions side by side are units side by side; added
   * up they are neither.
   */
  private static boolean isSignOfRecurrent(Layer layer) {
    if (layer.getClass() == LSTM.class || layer.getClass() == GravesLSTM.class) {
      return ((AbstractLSTM) layer).getGateActivationFn() instanceof ActivationSigmoid;
    }
    if (layer instanceof LastTimeStep) {
      return isSignOfRecurrent(((LastTimeStep) layer).getUnderlying());
    }
    if (layer instanceof Bidirectional) {
      Bidirectional both = (Bidirectional) layer;
      return both.getMode() == Bidirectional.Mode.CONCAT && isSignOfRecurrent(both.getFwd());
    }
    return layer.getClass() == SimpleRnn.class;
  }

  /** Returns why a layer computes something else in training, null if it does not. */
  static String differenceInTraining(Layer layer, String name) {
    if (layer.getIDropout() != null) {
      return "layer " + name + " has dropout";
    }
    if (layer instanceof BaseLayer && ((BaseLayer) layer).getWeightNoise() != null) {
      return "layer " + name + " has weight noise";
    }
    if (activation(layer) instanceof ActivationRReLU) {
      return "layer " + name + " has a random activation";
    }
    if (layer instanceof BatchNormalization) {
      return "layer " + name + " normalizes batches";
    }
    if (layer instanceof LastTimeStep) {
      return differenceInTraining(((LastTimeStep) layer).getUnderlying(), name);
    }
    if (layer instanceof Bidirectional) {
      String first = differenceInTraining(((Bidirectional) layer).getFwd(), name);
      return first != null ? first : differenceInTraining(((Bidirectional) layer).getBwd(), name);
    }
    boolean steady =
        STEADY.contains(layer.getClass())
            || ACTIVATED.contains(layer.getClass())
            || OUTPUTS.contains(layer.getClass())
            || layer instanceof AffinePreActivation;
    return steady
        ? null
        : "layer " + name + " (" + layer.getClass().getSimpleName() + ") may differ in training";
  }

  /** Returns true if a preprocessor does nothing but reshape, and never writes into its input. */
  static boolean onlyReshapes(InputPreProcessor preProcessor) {
    return RESHAPING.contains(preProcessor.getClass());
  }

  /** Returns true if a layer may write its result into its input when it is not training. */
  static boolean overwritesInput(Layer layer) {
    return layer instanceof ActivationLayer
        || layer instanceof PReLULayer
        || !(STEADY.contains(layer.getClass())
            || ACTIVATED.contains(layer.getClass())
            || OUTPUTS.contains(layer.getClass())
            || layer instanceof AffinePreActivation
            || layer instanceof BatchNormalization);
  }
}
