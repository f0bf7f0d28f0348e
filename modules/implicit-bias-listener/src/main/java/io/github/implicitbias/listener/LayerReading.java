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
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
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
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;

/**
 * How a layer is read, as its row in the {@link LayerTable} and its activation function say: where
 * the sign of its pre-activations is, and whether training computes what inference does.
 */
final class LayerReading {

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

  private LayerReading() {}

  /** Returns the activation function that a layer applies to each unit, null if it has none. */
  static @Nullable IActivation activation(Layer layer) {
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
        || (activation != null && ActivationTable.hasKinkAtZero(activation))
        || (layer instanceof AffinePreActivation
            && ((AffinePreActivation) layer).trackedByDefault());
  }

  /**
   * Returns where the sign of a layer's pre-activations can be read, null if nowhere.
   *
   * @param isOutput true if the layer is an output of the network
   */
  static NetworkPlan.@Nullable Source source(Layer layer, boolean isOutput) {
    LayerTable.Signs signs = LayerTable.signs(layer);
    if (signs == LayerTable.Signs.OF_INPUT_ONLY) {
      return NetworkPlan.Source.INPUT;
    }
    IActivation activation = activation(layer);
    if (activation == null) {
      return null;
    }
    if (isOutput) {
      boolean computed = signs == LayerTable.Signs.OUTPUT || layer instanceof AffinePreActivation;
      return signs == LayerTable.Signs.LOSS
          ? NetworkPlan.Source.INPUT
          : computed ? NetworkPlan.Source.PRE_ACTIVATION : null;
    }
    boolean keepsSign = ActivationTable.keepsSign(activation);
    switch (signs) {
      case OF_INPUT:
        return keepsSign ? NetworkPlan.Source.ACTIVATION : NetworkPlan.Source.INPUT;
      case ACTIVATED:
        return keepsSign ? NetworkPlan.Source.ACTIVATION : NetworkPlan.Source.PRE_ACTIVATION;
      case RECURRENT:
        boolean computable = !((SimpleRnn) layer).hasLayerNorm();
        return keepsSign
            ? NetworkPlan.Source.ACTIVATION
            : computable ? NetworkPlan.Source.PRE_ACTIVATION : null;
      default:
        return keepsSign && isSignOfRecurrent(layer) ? NetworkPlan.Source.ACTIVATION : null;
    }
  }

  /**
   * An LSTM puts out o act(c), with the memory cell c and an output gate o that a sigmoid keeps
   * positive: the sign is that of act(c). CONCAT keeps the units of both directions apart; sums and
   * products of two directions have no pre-activation.
   */
  private static boolean isSignOfRecurrent(Layer layer) {
    if (LayerTable.signs(layer) == LayerTable.Signs.GATED) {
      return ((AbstractLSTM) layer).getGateActivationFn() instanceof ActivationSigmoid;
    }
    if (layer instanceof LastTimeStep) {
      return isSignOfRecurrent(((LastTimeStep) layer).getUnderlying());
    }
    if (layer instanceof Bidirectional) {
      Bidirectional both = (Bidirectional) layer;
      return both.getMode() == Bidirectional.Mode.CONCAT && isSignOfRecurrent(both.getFwd());
    }
    return LayerTable.signs(layer) == LayerTable.Signs.RECURRENT;
  }

  /** Returns why a layer computes something else in training, null if it does not. */
  static @Nullable String differenceInTraining(Layer layer, String name) {
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
    return LayerTable.isSteady(layer)
        ? null
        : "layer " + name + " (" + layer.getClass().getSimpleName() + ") may differ in training";
  }

  /** Returns true if a preprocessor does nothing but reshape, and never writes into its input. */
  static boolean onlyReshapes(InputPreProcessor preProcessor) {
    return RESHAPING.contains(preProcessor.getClass());
  }
}
