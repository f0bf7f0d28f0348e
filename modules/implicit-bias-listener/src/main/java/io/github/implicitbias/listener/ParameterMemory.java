package io.github.implicitbias.listener;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the parameters of a network's layers lie. The array of all parameters is no good for that:
 * DL4J may make a new view of it at each call.
 */
final class ParameterMemory {

  private final List<NetworkNode> nodes = new ArrayList<>();
  private final INDArray[] arrays;

  ParameterMemory(Network net) {
    for (NetworkNode node : net.nodes()) {
      if (node.isLayer() && node.parameters() > 0) {
        nodes.add(node);
      }
    }
    arrays = new INDArray[nodes.size()];
    hasMoved();
  }

  /** Returns true if a layer's parameters are elsewhere than when last asked. */
  boolean hasMoved() {
    boolean moved = false;
    for (int k = 0; k < arrays.length; k++) {
      INDArray now = nodes.get(k).implementation().params();
      if (now != arrays[k]) {
        moved |= arrays[k] == null || NativeReader.address(now) != NativeReader.address(arrays[k]);
        arrays[k] = now;
      }
    }
    return moved;
  }
}
