package io.github.implicitbias.listener;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Computes the pre-activations of one layer from what feeds it: for stock dense layers as x W + b,
 * for the recurrent layer from its own output, for every other by a twin of the layer with the
 * identity as activation on the same parameter memory.
 */
final class PreActivations {

  private final NetworkNode node;
  private final Network net;
  private @Nullable Layer twin;

  PreActivations(Network net, NetworkNode node) {
    this.net = net;
    this.node = node;
  }

  /**
   * Returns the pre-activations, outside all workspaces.
   *
   * @param activations a forward pass of {@code samples} samples
   */
  INDArray of(Activations activations, int samples) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray input = Activations.present(inputOf(node, activations, samples), node);
      if (node.layer() instanceof SimpleRnn) {
        return recurrent(input, Activations.present(activations.outputOf(node), node));
      }
      boolean plain =
          node.layer().getClass() == DenseLayer.class
              && !((DenseLayer) node.layer()).hasLayerNorm();
      return plain ? affine(input) : ofTwin(input, samples);
    }
  }

  /**
   * Returns what a layer is given, after its preprocessor, null if it is not at hand; must not be
   * written to.
   */
  static @Nullable INDArray inputOf(NetworkNode node, Activations activations, int samples) {
    INDArray input = activations.inputOf(node);
    InputPreProcessor pre = node.preProcessor();
    if (pre == null || input == null) {
      return input;
    }
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray safe = LayerReading.onlyReshapes(pre) ? input : input.dup();
      return pre.preProcess(safe, samples, LayerWorkspaceMgr.noWorkspaces());
    }
  }

  private INDArray affine(INDArray input) {
    INDArray z = input.mmul(node.parameter("W"));
    return node.hasParameter("b") ? z.addiRowVector(node.parameter("b")) : z;
  }

  private INDArray ofTwin(INDArray input, int samples) {
    if (twin == null) {
      NeuralNetConfiguration conf = node.implementation().conf().clone();
      org.deeplearning4j.nn.conf.layers.Layer layer = node.layer().clone();
      ((BaseLayer) layer).setActivationFn(new ActivationIdentity());
      layer.setIDropout(null);
      ((BaseLayer) layer).setWeightNoise(null);
      conf.setLayer(layer);
      conf.clearVariables();
      INDArray parameters = node.implementation().params();
      twin = layer.instantiate(conf, null, node.index(), parameters, false, net.dataType());
    }
    twin.setInputMiniBatchSize(samples);
    INDArray copy = input.dup();
    INDArray z = twin.activate(copy, false, LayerWorkspaceMgr.noWorkspaces());
    twin.clear();
    return z;
  }

  /** z of step t is x(t) W + h(t-1) R + b, h being the output. */
  private INDArray recurrent(INDArray given, INDArray putOut) {
    boolean last = ((SimpleRnn) node.layer()).getRnnDataFormat() == RNNFormat.NWC;
    INDArray x = last ? given.permute(0, 2, 1) : given;
    INDArray h = last ? putOut.permute(0, 2, 1) : putOut;
    INDArray z = Nd4j.createUninitialized(h.dataType(), h.shape(), 'f');
    for (long t = 0; t < h.size(2); t++) {
      INDArray step = at(x, t).mmul(node.parameter("W")).addiRowVector(node.parameter("b"));
      if (t > 0) {
        step.addi(at(h, t - 1).mmul(node.parameter("RW")));
      }
      at(z, t).assign(step);
    }
    return last ? z.permute(0, 2, 1) : z;
  }

  private static INDArray at(INDArray series, long t) {
    return series.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(t));
  }

  /** Forgets the twin: the parameters are in another array now. */
  void refresh() {
    twin = null;
  }
}
