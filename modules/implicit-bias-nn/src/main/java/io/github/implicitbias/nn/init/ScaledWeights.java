package io.github.implicitbias.nn.init;

import java.util.Objects;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link Weights#scaled(IWeightInit, double)} describes. */
final class ScaledWeights implements IWeightInit {

  private static final long serialVersionUID = 1L;

  @JsonProperty("init")
  private final IWeightInit init;

  @JsonProperty("factor")
  private final double factor;

  @JsonProperty("seed")
  private final @Nullable Long seed;

  ScaledWeights(IWeightInit init, double factor) {
    this(init, factor, null);
  }

  ScaledWeights(WeightInit init, double factor) {
    this(named(init), factor, null);
  }

  @JsonCreator
  private ScaledWeights(
      @JsonProperty("init") @Nullable IWeightInit init,
      @JsonProperty("factor") double factor,
      @JsonProperty("seed") @Nullable Long seed) {
    if (init == null) {
      throw new IllegalArgumentException("ScaledWeights needs an initializer to scale; give one.");
    }
    if (factor == 0 || !Double.isFinite(factor)) {
      throw new IllegalArgumentException(
          "ScaledWeights needs a finite factor other than 0, not "
              + factor
              + (factor == 0 ? "; for weights 0 use WeightInit.ZERO." : "."));
    }
    this.init = init;
    this.factor = factor;
    this.seed = seed;
  }

  private static @Nullable IWeightInit named(@Nullable WeightInit init) {
    if (init == WeightInit.DISTRIBUTION) {
      throw new IllegalArgumentException(
          "WeightInit.DISTRIBUTION does not say which distribution; give new"
              + " WeightInitDistribution(distribution) instead.");
    }
    return init == null ? null : init.getWeightInitFunction();
  }

  /** Returns the same weights, drawn from ND4J's generator set to this seed. */
  public ScaledWeights withSeed(long seed) {
    return new ScaledWeights(init, factor, seed);
  }

  @Override
  public INDArray init(double fanIn, double fanOut, long[] shape, char order, INDArray paramView) {
    INDArray weights =
        seed == null
            ? init.init(fanIn, fanOut, shape, order, paramView)
            : seeded(seed, fanIn, fanOut, shape, order, paramView);
    INDArray scaled = paramView.castTo(DataType.DOUBLE).muli(factor);
    if (scaled.dataType() != paramView.dataType()) {
      paramView.assign(scaled);
    }
    UnderflowGuard.warnOfLayer(this, scaled, paramView.dataType());
    return weights;
  }

  private INDArray seeded(
      long generatorSeed,
      double fanIn,
      double fanOut,
      long[] shape,
      char order,
      INDArray paramView) {
    Random random = Nd4j.getRandom();
    long seedBefore = random.getSeed();
    long root = random.rootState();
    long node = random.nodeState();
    random.setSeed(generatorSeed);
    try {
      return init.init(fanIn, fanOut, shape, order, paramView);
    } finally {
      random.setSeed(seedBefore);
      random.setStates(root, node);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScaledWeights
        && init.equals(((ScaledWeights) other).init)
        && Double.compare(factor, ((ScaledWeights) other).factor) == 0
        && Objects.equals(seed, ((ScaledWeights) other).seed);
  }

  @Override
  public int hashCode() {
    return Objects.hash(init, factor, seed);
  }

  @Override
  public String toString() {
    boolean ours = init.getClass().getPackage() == getClass().getPackage();
    String name = ours ? init.toString() : init.getClass().getSimpleName();
    return "ScaledWeights(" + factor + " x " + name + (seed == null ? "" : ", seed " + seed) + ")";
  }
}
