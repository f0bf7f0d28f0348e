package io.github.implicitbias.listener;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network of DL4J, whichever of its two kinds: the only way the rest of the listener sees one.
 */
interface Network {

  /** What is said where a network is asked for something after {@link #release()}. */
  String RELEASED = "the network was let go";

  /** Returns the network behind a model, null if it is of neither kind. */
  static @Nullable Network of(Model model) {
    if (model instanceof MultiLayerNetwork) {
      return new StackNetwork((MultiLayerNetwork) model);
    }
    return model instanceof ComputationGraph ? new GraphNetwork((ComputationGraph) model) : null;
  }

  /** Returns the model, null once it was let go. */
  @Nullable Model model();

  Collection<TrainingListener> listeners();

  /** Returns the number of updates done. */
  int iteration();

  int epoch();

  /** Returns DL4J's score of the batch last trained on. */
  double score();

  DataType dataType();

  /**
   * Returns the flattened gradient of the step, the array itself: until the update the sum of the
   * gradients of the samples, without regularization.
   */
  INDArray gradients();

  /** Returns what updates the parameters; null if it was not made yet, or is not one of DL4J's. */
  @Nullable BaseMultiLayerUpdater<?> updater();

  /** Returns the flattened parameters, the array itself. */
  INDArray params();

  long seed();

  /** Returns what writes the configuration as it is now, at any time and in any thread. */
  Supplier<String> json();

  OptimizationAlgorithm optimizer();

  BackpropType backpropType();

  /** Returns true if the gradient is divided by the number of samples of the batch. */
  boolean dividesByBatch();

  /** Returns layers and vertices in the order in which they are computed, inputs left out. */
  List<NetworkNode> nodes();

  /** Returns the nodes that have a loss, in the order of the labels. */
  List<NetworkNode> outputs();

  /** Returns true if a node takes what another puts out. */
  boolean feeds(NetworkNode from, NetworkNode to);

  /**
   * Returns an array of labels of the batch being trained on; null if there is none, or DL4J does
   * not show it at this moment: a graph does so in its backward pass only.
   */
  @Nullable INDArray labels(int output);

  /** Returns true if labels of the batch being trained on are masked. */
  boolean hasLabelMasks();

  /** Returns the number of arrays of features. */
  int inputs();

  /** Returns true if the batch that is being trained on masks features. */
  boolean hasFeatureMasks();

  /** Returns the first node that takes an array of features; null if none does. */
  @Nullable NetworkNode readerOf(int input);

  /**
   * Returns the mask of an array of features of the batch that is being trained on, as far as DL4J
   * shows it: a stack does so only where one of its hidden layers uses it.
   */
  @Nullable INDArray featureMask(int input);

  /** Returns the regularization terms of the score at the parameters as they are. */
  double regularization();

  /**
   * Returns a view of activations of a forward pass; the same object at each call.
   *
   * @param handed what DL4J hands to {@code onForwardPass}: a list or a map
   */
  Activations activations(Object handed);

  /** Lets the network go; nothing may be asked for after that. */
  void release();

  /** Makes a network on the same parameter memory. */
  ShadowNetwork shadow(INDArray parameters);
}
