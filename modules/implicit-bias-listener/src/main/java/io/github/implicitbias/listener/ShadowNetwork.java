package io.github.implicitbias.listener;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A second network on the same parameter memory, used in inference mode only, so that the trained
 * network never notices that somebody looked.
 */
interface ShadowNetwork {

  /**
   * Returns the activations on the given arrays of features, outside all workspaces, valid until
   * the next call.
   */
  Activations activations(List<INDArray> features);
}
