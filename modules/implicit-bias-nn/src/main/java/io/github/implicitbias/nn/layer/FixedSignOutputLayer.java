package io.github.implicitbias.nn.layer;

import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.core.network.FixedParameters;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * An output layer without bias whose weights stay as they were given, by default +1/sqrt(m) and
 * -1/sqrt(m) for m hidden units.
 *
 * <p>f_k(x) = activation(sum_j a_jk h_j(x)), with h [samples, m] the activations of the layer
 * before. By default the signs of a alternate, starting with +; {@link Builder#positive} makes the
 * first units positive and the rest negative; {@link Builder#seed} draws signs; {@link
 * Builder#weights} takes any numbers. With several outputs the first two give every output the same
 * signs.
 *
 * <p>No training changes the weights: their gradient is 0 whatever the updater, learning rates set
 * later with {@code net.setLearningRate} do not reach them, and regularization and constraints are
 * not applied to them, not even in the score. An updater set on this layer is ignored. They are an
 * ordinary parameter "W" of shape [m, outputs]: part of {@code net.params()} and of model files,
 * and whoever sets that parameter does set it.
 *
 * <p>The default activation is the identity; loss and activation are as in {@code OutputLayer}.
 *
 * <p>This is the second layer of Frei, Vardi, Bartlett, Srebro and Hu (arXiv 2210.07082), which is
 * fixed at its random initialisation.
 */
public final class FixedSignOutputLayer extends BaseOutputLayer
    implements FixedParameters, AffinePreActivation {

  private static final long serialVersionUID = 1L;

  private static final double[] NONE = {};

  @JsonProperty("weights")
  private double[] weights;

  @JsonProperty("positive")
  private @Nullable Integer positive;

  @JsonProperty("seed")
  private @Nullable Long seed;

  FixedSignOutputLayer() {
    this.weights = NONE;
    this.positive = null;
    this.seed = null;
    this.hasBias = false;
  }

  private FixedSignOutputLayer(Builder builder) {
    super(builder);
    this.weights = builder.weights;
    this.positive = builder.positive;
    this.seed = builder.seed;
    this.hasBias = false;
    initializeConstraints(builder);
    if (nIn > 0 && nOut > 0) {
      checkSize();
    }
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
        "FixedSignOutputLayer", getLayerName(), layerIndex, getNIn(), getNOut());
    FixedSignOutput layer = new FixedSignOutput(conf, networkDataType);
    layer.setListeners(trainingListeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(layerParamsView);
    layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return FixedSignParameters.INSTANCE;
  }

  @Override
  public boolean hasBias() {
    return false;
  }

  @Override
  public IUpdater getUpdaterByParam(String paramName) {
    return new Sgd(0.0);
  }

  @Override
  public @Nullable List<Regularization> getRegularizationByParam(String paramName) {
    return null;
  }

  /** Returns the weights, the m weights of output 0 first. */
  double[] values() {
    checkSize();
    if (weights.length > 0) {
      return weights.clone();
    }
    int units = Math.toIntExact(nIn);
    double magnitude = 1 / Math.sqrt(units);
    SplittableRandom random = seed == null ? null : new SplittableRandom(seed);
    double[] values = new double[units * Math.toIntExact(nOut)];
    for (int i = 0; i < values.length; i++) {
      int unit = i % units;
      boolean plus;
      if (random != null) {
        plus = random.nextDouble() < 0.5;
      } else if (positive != null) {
        plus = unit < positive;
      } else {
        plus = unit % 2 == 0;
      }
      values[i] = plus ? magnitude : -magnitude;
    }
    return values;
  }

  private void checkSize() {
    if (weights.length > 0 && weights.length != nIn * nOut) {
      throw new IllegalArgumentException(
          "FixedSignOutputLayer has "
              + weights.length
              + " weights but nIn x nOut = "
              + nIn
              + " x "
              + nOut
              + ". Give one weight per hidden unit for each output.");
    }
    if (positive != null && positive > nIn) {
      throw new IllegalArgumentException(
          "FixedSignOutputLayer has "
              + nIn
              + " hidden units, but positive("
              + positive
              + ") was set. Give a count from 0 to "
              + nIn
              + ".");
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FixedSignOutputLayer
        && super.equals(other)
        && Arrays.equals(weights, ((FixedSignOutputLayer) other).weights)
        && Objects.equals(positive, ((FixedSignOutputLayer) other).positive)
        && Objects.equals(seed, ((FixedSignOutputLayer) other).seed);
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof FixedSignOutputLayer;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Objects.hash(Arrays.hashCode(weights), positive, seed);
  }

  @Override
  public String toString() {
    String signs = "alternating signs";
    if (weights.length > 0) {
      signs = weights.length + " given weights";
    } else if (positive != null) {
      signs = "first " + positive + " positive";
    } else if (seed != null) {
      signs = "signs drawn with seed " + seed;
    }
    return "FixedSignOutputLayer(" + signs + ", " + super.toString() + ")";
  }

  /** Builds a {@link FixedSignOutputLayer}. */
  @SuppressWarnings("unchecked") // the build() it overrides returns any type the caller names
  public static final class Builder extends BaseOutputLayer.Builder<Builder> {

    private double[] weights = NONE;
    private @Nullable Integer positive;
    private @Nullable Long seed;

    /** Starts with identity activation and alternating signs. */
    public Builder(ILossFunction loss) {
      super(loss);
      activation(Activation.IDENTITY);
    }

    /**
     * Makes the weights of the first units positive and those of the rest negative.
     *
     * @param count how many units, from 0 to their number
     */
    public Builder positive(int count) {
      if (count < 0) {
        throw new IllegalArgumentException(
            "positive(" + count + ") counts units; give a number from 0.");
      }
      this.positive = count;
      return this;
    }

    /**
     * Draws the signs with {@link SplittableRandom}, one draw per weight, those of output 0 first:
     * below 0.5 is positive.
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets the weights themselves, of any sign and size.
     *
     * @param weights nIn x nOut finite numbers, those of output 0 first
     */
    public Builder weights(double... weights) {
      if (weights.length == 0 || !Arrays.stream(weights).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(
            "weights(...) needs one finite number per hidden unit for each output, but was given "
                + Arrays.toString(weights)
                + ".");
      }
      this.weights = weights.clone();
      return this;
    }

    /**
     * Accepts only false, which is what this layer does.
     *
     * @throws IllegalArgumentException if true
     */
    @Override
    public Builder hasBias(boolean hasBias) {
      if (hasBias) {
        throw new IllegalArgumentException(
            "FixedSignOutputLayer has no bias; use OutputLayer for a trained one.");
      }
      return this;
    }

    /**
     * Builds the layer.
     *
     * @throws IllegalArgumentException if more than one of positive, seed and weights was set, if a
     *     weight initializer was set, or if the counts do not fit nIn and nOut
     */
    @Override
    public FixedSignOutputLayer build() {
      int chosen = (positive == null ? 0 : 1) + (seed == null ? 0 : 1) + (weights == NONE ? 0 : 1);
      if (chosen > 1) {
        throw new IllegalArgumentException(
            "FixedSignOutputLayer takes one of positive(count), seed(seed) and weights(...); remove"
                + " the others.");
      }
      if (getWeightInitFn() != null) {
        throw new IllegalArgumentException(
            "FixedSignOutputLayer does not use weightInit("
                + getWeightInitFn()
                + "); remove it, or give the numbers with weights(...).");
      }
      return new FixedSignOutputLayer(this);
    }
  }
}
