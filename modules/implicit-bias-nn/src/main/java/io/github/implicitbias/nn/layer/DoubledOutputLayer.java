package io.github.implicitbias.nn.layer;

import io.github.implicitbias.core.network.AffinePreActivation;
import java.util.Collection;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * An output layer that adds up two halves computed alike: where the halves are equal and opposite,
 * the sum is exactly 0.
 *
 * <p>f(x) = activation(h_1 A_1 + h_2 A_2 + b), with h = [h_1, h_2] of shape [samples, m], m even,
 * and A of shape [m, outputs] with upper half A_1 and lower half A_2. If h_1 = h_2 and A_2 = -A_1,
 * the two products, which are of the same shape, are opposite to the last bit, since rounding is
 * symmetric in the sign. In one product, as stock output layers make it, they would cancel up to
 * rounding. Parameters, gradients, updaters, regularization and constraints are those of {@code
 * OutputLayer}, and what is computed is the same up to rounding.
 *
 * <p>With bias by default, as {@code OutputLayer}; the default activation is the identity. It is
 * meant to follow a {@link DoubledDenseLayer}; {@link
 * io.github.implicitbias.nn.init.NetworkInitializer#zeroOutput} sets the parameters of both. This
 * is the doubling trick, see Chizat, Oyallon and Bach (arXiv 1812.07956).
 *
 * <p>An odd number of inputs is refused with {@link IllegalArgumentException}. For the cost see
 * {@link DoubledDenseLayer}.
 */
public final class DoubledOutputLayer extends BaseOutputLayer implements AffinePreActivation {

  private static final long serialVersionUID = 1L;

  DoubledOutputLayer() {}

  private DoubledOutputLayer(Builder builder) {
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
        "DoubledOutputLayer", getLayerName(), layerIndex, getNIn(), getNOut());
    // The number of inputs is often set only when the network is built.
    check();
    DoubledOutput layer = new DoubledOutput(conf, networkDataType);
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

  private void check() {
    if (nIn % 2 != 0) {
      throw new IllegalArgumentException(
          "DoubledOutputLayer adds up two halves, but has "
              + nIn
              + " inputs; give the layer before it an even number of units.");
    }
    if (lossFn == null) {
      throw new IllegalArgumentException(
          "DoubledOutputLayer has no loss; give one, for example MeanSquareLoss.");
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DoubledOutputLayer && super.equals(other);
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof DoubledOutputLayer;
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  @Override
  public String toString() {
    return "DoubledOutputLayer(" + super.toString() + ")";
  }

  /** Builds a {@link DoubledOutputLayer}. */
  @SuppressWarnings("unchecked") // the build() it overrides returns any type the caller names
  public static final class Builder extends BaseOutputLayer.Builder<Builder> {

    /** Starts with the identity as activation, and with bias. */
    public Builder(ILossFunction loss) {
      super(loss);
      activation(Activation.IDENTITY);
    }

    /**
     * Builds the layer.
     *
     * @throws IllegalArgumentException if the number of inputs is odd, or without a loss
     */
    @Override
    public DoubledOutputLayer build() {
      return new DoubledOutputLayer(this);
    }
  }
}
