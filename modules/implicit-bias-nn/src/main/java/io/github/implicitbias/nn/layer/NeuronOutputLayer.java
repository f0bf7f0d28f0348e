package io.github.implicitbias.nn.layer;

import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.core.network.ExposesPreActivation;
import java.util.Collection;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * One neuron with its loss, or K neurons side by side that are trained independently.
 *
 * <p>f_k(x) = phi(&lt;w_k, x&gt; + b_k), and the loss of a sample is the sum over k of the loss of
 * f_k(x). The gradient of w_k is therefore that of neuron k alone: with the same learning rate each
 * of K neurons takes the path it would take in a network of its own, which makes K of them an
 * ensemble of starts. (An updater that adds up gradients over the layer, such as clipping by the
 * norm of the layer, couples them again.) The score is the sum of the neurons' scores.
 *
 * <p>phi is the rectifier by default, with derivative 0 at 0; without bias by default. Labels have
 * shape [samples, K], one column per neuron, or [samples, 1] for all neurons; masks likewise.
 * (Deeplearning4j cuts masks to the width of the labels when {@code DataSet.merge} makes a batch:
 * there give both as many columns.) The parameters are "W" [inputs, K], column k being w_k, and "b"
 * [1, K] if there is a bias. It can be the only layer of a network.
 *
 * <p>A single neuron with the rectifier is the model of Lee, Sim and Ye (arXiv 2202.05510), and
 * with bias that of Vardi, Yehudai and Shamir (arXiv 2106.01101).
 *
 * <p>Labels of another shape are answered with {@link IllegalArgumentException} in training. Cost:
 * that of a stock output layer.
 */
public final class NeuronOutputLayer extends BaseOutputLayer implements AffinePreActivation {

  private static final long serialVersionUID = 1L;

  NeuronOutputLayer() {
    this.hasBias = false;
  }

  private NeuronOutputLayer(Builder builder) {
    super(builder);
    initializeConstraints(builder);
    check();
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> trainingListeners,
      int layerIndex,
      INDArray layerParamsView,
      boolean initializeParams,
      DataType networkDataType) {
    LayerValidation.assertNInNOutSet(
        "NeuronOutputLayer", getLayerName(), layerIndex, getNIn(), getNOut());
    // Reading JSON, fine-tuning and setters change a configuration behind the builder's back.
    check();
    NeuronOutput layer = new NeuronOutput(conf, networkDataType);
    layer.setListeners(trainingListeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(layerParamsView);
    layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return DefaultParamInitializer.getInstance();
  }

  /** Returns true: the pattern of a neuron is worth seeing behind the identity, too. */
  @Override
  public boolean trackedByDefault() {
    return true;
  }

  @Override
  public boolean repeatsLabels() {
    return true;
  }

  private void check() {
    if (nOut < 1) {
      throw new IllegalArgumentException(
          "NeuronOutputLayer has " + nOut + " neurons; give neurons(...) a number from 1.");
    }
    if (lossFn == null) {
      throw new IllegalArgumentException(
          "NeuronOutputLayer has no loss; give one, for example MeanSquareLoss.");
    }
    if (!isAllowed(activationFn)) {
      throw new IllegalArgumentException(
          "NeuronOutputLayer cannot use the activation "
              + describe(activationFn)
              + "; use the rectifier without maximum, threshold and slope, a leaky rectifier, the"
              + " identity, or one that implements ExposesPreActivation.");
    }
    if (nOut > 1) {
      SeparableLoss.check(lossFn, activationFn);
    }
  }

  private static boolean isAllowed(IActivation activation) {
    if (activation instanceof ActivationReLU) {
      ActivationReLU relu = (ActivationReLU) activation;
      return relu.getMax() == null
          && relu.getThreshold() == null
          && relu.getNegativeSlope() == null;
    }
    return activation instanceof ActivationIdentity
        || activation instanceof ActivationLReLU
        || activation instanceof ExposesPreActivation;
  }

  private static String describe(IActivation activation) {
    if (activation instanceof ActivationReLU) {
      ActivationReLU relu = (ActivationReLU) activation;
      return "relu(max="
          + relu.getMax()
          + ", threshold="
          + relu.getThreshold()
          + ", negativeSlope="
          + relu.getNegativeSlope()
          + ")";
    }
    return String.valueOf(activation);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NeuronOutputLayer && super.equals(other);
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof NeuronOutputLayer;
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  @Override
  public String toString() {
    return "NeuronOutputLayer("
        + nOut
        + (nOut == 1 ? " neuron, " : " neurons, ")
        + super.toString()
        + ")";
  }

  /** Builds a {@link NeuronOutputLayer}. */
  @SuppressWarnings("unchecked") // the build() it overrides returns any type the caller names
  public static final class Builder extends BaseOutputLayer.Builder<Builder> {

    /** Starts with one neuron, the rectifier as activation, and no bias. */
    public Builder(ILossFunction loss) {
      super(loss);
      activation(Activation.RELU);
      hasBias(false);
      nOut(1);
    }

    /**
     * Sets how many neurons there are; {@code nOut} is another name for it.
     *
     * @param count from 1
     * @throws IllegalArgumentException if it is less
     */
    public Builder neurons(int count) {
      if (count < 1) {
        throw new IllegalArgumentException(
            "neurons(" + count + ") counts neurons; give a number from 1.");
      }
      return nOut(count);
    }

    /**
     * Builds the layer.
     *
     * @throws IllegalArgumentException if there is no neuron or no loss, if the activation is none
     *     of rectifier, leaky rectifier, identity and {@link ExposesPreActivation}, or if there are
     *     several neurons and the loss is not a sum over outputs: {@code LossMSE} divides by their
     *     number, which would divide the learning rate of each neuron
     */
    @Override
    public NeuronOutputLayer build() {
      return new NeuronOutputLayer(this);
    }
  }
}
