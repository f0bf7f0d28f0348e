package io.github.implicitbias.nn.init;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Sets the start of a whole network, where the weights of one layer depend on those of another.
 *
 * <p>A weight initializer of Deeplearning4j sees one layer at a time; these are applied once, after
 * {@code net.init()} and before {@code fit}. They write the parameters in place, rounded to the
 * data type of the network. A network that does not fit is refused before anything is written, with
 * a sentence that names the layer and the reason.
 */
public interface NetworkInitializer {

  /**
   * Sets the parameters of a network.
   *
   * @throws IllegalStateException if {@code net.init()} was not called
   * @throws IllegalArgumentException if the network does not fit
   */
  void apply(MultiLayerNetwork net);

  /**
   * Sets the parameters of a network whose layers form one chain.
   *
   * @throws IllegalStateException if {@code net.init()} was not called
   * @throws IllegalArgumentException if the network does not fit
   */
  void apply(ComputationGraph net);
}
