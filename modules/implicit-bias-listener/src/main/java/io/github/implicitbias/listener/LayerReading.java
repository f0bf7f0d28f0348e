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
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;

/**
 * How a layer is read, as its row in the {@link LayerTable} and its activation function say: where
 * the sign of its pre-activations is, and whether training computes what inference does.
 */
@SuppressWarnings("deprecation") // GravesBidirectionalLSTM is deprecated, and used
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
    if (LayerTable.appliesNone(layer)) {
      return null;
    }
    @Nullable Activation named = LayerTable.named(layer);
    if (named != null) {
      return named.getActivationFunction();
    }
    if (layer instanceof BaseLayer) {
      return ((BaseLayer) layer).getActivationFn();
    }
    if (layer instanceof ActivationLayer) {
      return ((ActivationLayer) layer).getActivationFn();
    }
    if (isWrapper(layer)) {
      return activation(((BaseWrapperLayer) layer).getUnderlying());
    }
    return layer instanceof Bidirectional ? activation(((Bidirectional) layer).getFwd()) : null;
  }

  /** Returns true if a layer hands on what another puts out: at all time steps, or at one. */
  private static boolean isWrapper(Layer layer) {
    return layer instanceof LastTimeStep
        || layer instanceof MaskZeroLayer
        || layer instanceof TimeDistributed;
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
    @Nullable IActivation activation = activation(layer);
    return layer instanceof PReLULayer
        || hasKinkInside(layer)
        || (activation != null && ActivationTable.hasKinkAtZero(activation))
        || (layer instanceof AffinePreActivation
            && ((AffinePreActivation) layer).trackedByDefault());
  }

  /** The layers inside an autoencoder have the activation function that it is given. */
  private static boolean hasKinkInside(Layer layer) {
    return layer instanceof VariationalAutoencoder
        && ActivationTable.hasKinkAtZero(((VariationalAutoencoder) layer).getActivationFn());
  }

  /** Returns true if a layer has pre-activations, of which each becomes an activation by itself. */
  static boolean hasActivation(Layer layer) {
    return layer instanceof PReLULayer
        || layer instanceof VariationalAutoencoder
        || activation(layer) != null;
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
    @Nullable IActivation activation = activation(layer);
    if (activation == null) {
      return null;
    }
    if (isOutput) {
      boolean computed =
          signs == LayerTable.Signs.OUTPUT
              || signs == LayerTable.Signs.ACTIVATED
              || layer instanceof AffinePreActivation;
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
      case ACTIVATED_ONLY:
        return keepsSign ? NetworkPlan.Source.ACTIVATION : null;
      case RECURRENT:
        boolean computable = !((SimpleRnn) layer).hasLayerNorm();
        return keepsSign
            ? NetworkPlan.Source.ACTIVATION
            : computable ? NetworkPlan.Source.PRE_ACTIVATION : null;
      default:
        return keepsSign && isSignOfWrapped(layer) ? NetworkPlan.Source.ACTIVATION : null;
    }
  }

  /**
   * An LSTM puts out o act(c), with the memory cell c and an output gate o that a sigmoid keeps
   * positive: the sign is that of act(c). CONCAT keeps the units of both directions apart; sums and
   * products of two directions have no pre-activation.
   */
  private static boolean isSignOfWrapped(Layer layer) {
    if (LayerTable.signs(layer) == LayerTable.Signs.GATED) {
      return ((AbstractLSTM) layer).getGateActivationFn() instanceof ActivationSigmoid;
    }
    if (layer instanceof TimeDistributed) {
      Layer inside = ((TimeDistributed) layer).getUnderlying();
      return LayerTable.signs(inside) == LayerTable.Signs.ACTIVATED;
    }
    if (isWrapper(layer)) {
      return isSignOfWrapped(((BaseWrapperLayer) layer).getUnderlying());
    }
    if (layer instanceof Bidirectional) {
      Bidirectional both = (Bidirectional) layer;
      return both.getMode() == Bidirectional.Mode.CONCAT && isSignOfWrapped(both.getFwd());
    }
    return LayerTable.signs(layer) == LayerTable.Signs.RECURRENT;
  }

  /**
   * Returns why the signs of a layer's pre-activations can be read nowhere.
   *
   * @param isOutput true if the layer is an output of the network
   */
  static String whyNot(Layer layer, boolean isOutput) {
    @Nullable IActivation activation = activation(layer);
    if (layer instanceof VariationalAutoencoder) {
      return "DL4J does not show what the layers inside it put out";
    }
    if (layer instanceof GravesBidirectionalLSTM) {
      return "it adds the outputs of its two directions, and a sum has no pre-activation";
    }
    if (activation == null) {
      return layer instanceof AbstractSameDiffLayer
          ? "its SameDiff operations do not show a pre-activation"
          : "it applies no activation function of its own";
    }
    if (layer instanceof Bidirectional
        && ((Bidirectional) layer).getMode() != Bidirectional.Mode.CONCAT) {
      return "its mode "
          + ((Bidirectional) layer).getMode()
          + " mixes its two directions, and the result has no pre-activation";
    }
    if (isOutput && LayerTable.signs(layer) != LayerTable.Signs.NONE) {
      return "DL4J does not hand the output of the last layer to listeners";
    }
    Layer first = inside(layer).get(0);
    LayerTable.Signs signs = LayerTable.signs(first);
    if (signs == LayerTable.Signs.GATED && ActivationTable.keepsSign(activation)) {
      return "its gate function "
          + ((AbstractLSTM) first).getGateActivationFn()
          + " can be 0, so that its output does not tell the sign of the memory cell";
    }
    if (first instanceof OCNNOutputLayer) {
      return "what its activation function is applied to stays inside the layer";
    }
    if (signs == LayerTable.Signs.NONE) {
      return "layers of the class " + first.getClass().getName() + " are not known";
    }
    return "its activation function "
        + activation
        + " does not keep the sign, and DL4J does not show its pre-activations";
  }

  /** Returns why a layer computes something else in training, null if it does not. */
  static @Nullable String differenceInTraining(Layer layer, String name) {
    @Nullable String noise = Restraints.noise(layer);
    if (noise != null) {
      return name + " has " + noise;
    }
    if (activation(layer) instanceof ActivationRReLU) {
      return name + " has the random activation function rrelu";
    }
    if (layer instanceof BatchNormalization) {
      return name + " normalizes batches";
    }
    if (layer instanceof LastTimeStep || layer instanceof MaskZeroLayer) {
      return differenceInTraining(((BaseWrapperLayer) layer).getUnderlying(), name);
    }
    if (layer instanceof Bidirectional) {
      String first = differenceInTraining(((Bidirectional) layer).getFwd(), name);
      return first != null ? first : differenceInTraining(((Bidirectional) layer).getBwd(), name);
    }
    return LayerTable.isSteady(layer)
        ? null
        : name
            + " ("
            + layer.getClass().getSimpleName()
            + ") is not known to compute in training what it computes in inference";
  }

  /** Returns true if a preprocessor does nothing but reshape, and never writes into its input. */
  static boolean onlyReshapes(InputPreProcessor preProcessor) {
    return RESHAPING.contains(preProcessor.getClass());
  }
}
