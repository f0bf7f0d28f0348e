package io.github.implicitbias.nn.init;

import java.util.Objects;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Initial weights that are drawn unit by unit: each unit has an incoming vector, a row.
 *
 * <p>A unit is a neuron of a dense or output layer, a gate of a cell of an LSTM, a filter (an
 * output channel with all its input channels) of a convolution, a filter of one channel of a
 * depthwise convolution, a slope of PReLU. Biases are not drawn: use {@code biasInit}.
 *
 * <p>Used with {@code weightInit(...)} on one layer, or as the distribution of the hidden layer of
 * a {@link NetworkInitializer}. With a seed the draws come from a generator of their own; without
 * one they are started by a number drawn from ND4J's generator, so that they follow the {@code
 * seed} of the network as those of Deeplearning4j's own initializers do. Either way the numbers
 * depend on the seed alone, not on machine, JVM or data type (before rounding). With one seed every
 * layer that this initializer is given to starts at the same numbers.
 *
 * <p>An initializer of one layer logs a warning when its weights, or their squares, underflow in
 * the data type of the network; see {@link Weights#underflows(MultiLayerNetwork)}. In memory of
 * Java it takes one double per weight, {@link Weights#orthonormal} two.
 */
public abstract class DrawnWeights implements IWeightInit {

  private static final long serialVersionUID = 1L;

  @JsonProperty("seed")
  private final @Nullable Long seed;

  DrawnWeights(@Nullable Long seed) {
    this.seed = seed;
  }

  /** Returns the seed; null where the draws follow ND4J's generator. */
  public final @Nullable Long seed() {
    return seed;
  }

  /** Returns the same distribution, drawn from a generator of its own with this seed. */
  public abstract DrawnWeights withSeed(long seed);

  /**
   * Draws the incoming vectors of a layer.
   *
   * @param rows where to write: unit by unit, input by input
   * @param fanIn number of inputs of a unit as Deeplearning4j counts it, 0 where it counts none
   */
  abstract void draw(Draws draws, double[] rows, int units, int inputs, double fanIn);

  /**
   * Draws rows from the generator of this initializer if it has a seed, else from {@code draws}.
   */
  final double[] rows(Draws draws, int units, int inputs) {
    double[] rows = new double[Math.multiplyExact(units, inputs)];
    draw(seed == null ? draws : Draws.from(seed), rows, units, inputs, inputs);
    return rows;
  }

  @Override
  public final INDArray init(
      double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    UnitLayout layout = UnitLayout.of(fanIn, fanOut, shape, order);
    double[] rows = new double[layout.units() * layout.inputs()];
    draw(Draws.from(seed), rows, layout.units(), layout.inputs(), fanIn);
    UnderflowGuard.warnOfLayer(this, rows, paramView.dataType());
    return layout.write(rows, order, paramView);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other != null
        && other.getClass() == getClass()
        && Objects.equals(seed, ((DrawnWeights) other).seed);
  }

  @Override
  public int hashCode() {
    return 31 * getClass().getName().hashCode() + Objects.hashCode(seed);
  }
}
