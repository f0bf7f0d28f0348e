package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.PatternHistory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a metric sees: the network at one step. Valid only during the call. */
public interface Observation {

  /** Returns the number of updates the model has done. */
  long step();

  /** Returns the mean unregularised loss of the probe, absent if it is not known. */
  double loss();

  /** Returns the number of tracked layers. */
  int layers();

  /** Returns pattern and flips of a tracked layer, {@code 0 <= layer < layers()}. */
  PatternHistory pattern(int layer);

  /**
   * Returns the entries of a tracked layer that are on the boundary; null if they were not found,
   * or who asks has not declared {@link Needs#BOUNDARY}.
   */
  @Nullable Boundary boundary(int layer);

  /**
   * Returns true if the parameters were read at this record; in large networks they are read at
   * every k-th record only.
   */
  boolean hasParameters();

  /** Returns norms and distances of the trainable parameters; only if {@link #hasParameters}. */
  ParameterNorms parameters();

  /**
   * Returns true if the parameters of the step before are known, so that {@link
   * ParameterNorms#changeSincePrevious} is the norm of the last update.
   */
  boolean followsPreviousStep();

  /** Returns the samples on which the network is observed. */
  Probe probe();

  /**
   * Returns the network's weights, activations and outputs at this step; what is not asked for is
   * not read.
   */
  NetworkView network();

  /**
   * Returns the weights of a layer at the first record, as {@link WeightLayer#weights}; null if its
   * matrix is too large to be kept. Who asks has declared {@link Needs#FIRST_WEIGHTS}.
   *
   * @param number of the layer in {@link NetworkView#layer}
   */
  default double @Nullable [] firstWeights(int number) {
    return FirstWeights.of(this).weights(number);
  }

  /** Returns the biases at the first record likewise; null without bias, too. */
  default double @Nullable [] firstBiases(int number) {
    return FirstWeights.of(this).biases(number);
  }

  /**
   * Returns the network as a stack of dense layers with piecewise linear activations; null if it is
   * none, or the features of a sample are not a row of numbers.
   */
  default @Nullable Stack stack() {
    return ObservedStack.of(this);
  }

  /**
   * Returns {@link #stack} where it has been found to be there.
   *
   * @throws IllegalStateException if it is not
   */
  default Stack knownStack() {
    Stack stack = stack();
    if (stack == null) {
      throw new IllegalStateException("the network is not a stack of dense layers");
    }
    return stack;
  }

  /** Returns why there is no {@link #stack}, with names; empty if there is one. */
  default String whyNoStack() {
    return ObservedStack.whyNone(this);
  }

  /**
   * Returns the CPU time that watching has taken so far, divided by that of the training thread
   * without it; absent where the clock does not exist.
   */
  double watchShare();

  /**
   * Returns an intermediate result, computed for this observation by whoever asks first.
   *
   * @param type the class of the result, one instance of which lives as long as the run
   * @param factory makes that instance
   * @throws IllegalStateException if it needs what who asks has not declared, see {@link
   *     Shared#needs}
   */
  <T extends Shared> T shared(Class<T> type, Supplier<T> factory);
}
