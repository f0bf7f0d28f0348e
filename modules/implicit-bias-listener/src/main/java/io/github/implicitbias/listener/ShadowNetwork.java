package io.github.implicitbias.listener;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A second network on the same parameter memory, used in inference mode only, so that the trained
 * network never notices that somebody looked. It goes from layer to layer as DL4J does in training,
 * but holds every activation until it is released, and lets no layer write into its input.
 */
interface ShadowNetwork {

  /**
   * Computes the activations of all nodes but the outputs of the network.
   *
   * @param features one array per input
   * @param masks one per input or null, null for none
   * @return valid until {@link #release}, which must be called, whatever happens
   */
  Activations forward(INDArray[] features, @Nullable INDArray @Nullable [] masks);

  /**
   * Returns the mean loss of what was last sent forward, without regularization, summed over the
   * outputs, computed by DL4J's own output layers.
   *
   * @param labels one array per output
   * @param masks one per output or null, null for none
   */
  double loss(INDArray[] labels, @Nullable INDArray @Nullable [] masks);

  /** Gives back what {@link #forward} holds; without effect if there is nothing. */
  void release();

  /**
   * Returns the masks of the outputs of nodes by name, without those that have none.
   *
   * @param masks one per input or null
   */
  Map<String, INDArray> outputMasks(List<@Nullable INDArray> masks);
}
