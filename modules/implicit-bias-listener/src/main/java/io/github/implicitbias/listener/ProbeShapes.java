package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether the shapes of a probe are those that a network takes: compared with the batch that it is
 * being trained on, before anything is made for the run.
 */
final class ProbeShapes {

  private ProbeShapes() {}

  /**
   * Compares a probe with the batch of the step that has begun.
   *
   * @throws IllegalArgumentException if they cannot both be data of the network; the sentence has
   *     both shapes
   */
  static void requireFit(Probe probe, Network net, Activations batch) {
    List<SampleArray> features = probe.featureArrays();
    if (features.size() != net.inputs()) {
      throw new IllegalArgumentException(
          "the network has "
              + net.inputs()
              + " inputs, but the probe has "
              + features.size()
              + " arrays of features: give one per input");
    }
    boolean anyLength = net.nodes().stream().anyMatch(ProbeShapes::takesAnyLength);
    for (int k = 0; k < features.size(); k++) {
      INDArray trained = batch.input(k);
      boolean indices = anyLength && features.get(k).shape().length == 2;
      require("features", k, features.get(k), trained, indices);
    }
    List<SampleArray> labels = probe.labelArrays();
    for (int k = 0; labels.size() == net.outputs().size() && k < labels.size(); k++) {
      NetworkNode output = net.outputs().get(k);
      // Copies of an output may share a label.
      boolean repeats = output.isLayer() && output.layer() instanceof AffinePreActivation;
      require("labels", k, labels.get(k), net.labels(k), repeats);
    }
  }

  /** Returns true if an array of the probe and one of a batch have the same shape. */
  static boolean isSame(SampleArray given, @Nullable INDArray trained) {
    if (trained == null) {
      return false;
    }
    int[] shape = given.shape();
    boolean same = shape.length == trained.rank();
    for (int axis = 0; same && axis < shape.length; axis++) {
      same = shape[axis] == trained.size(axis);
    }
    return same;
  }

  private static boolean takesAnyLength(NetworkNode node) {
    return node.isLayer() && node.layer() instanceof EmbeddingSequenceLayer;
  }

  private static void require(
      String what, int number, SampleArray given, @Nullable INDArray trained, boolean anyWidth) {
    if (trained == null) {
      return;
    }
    int[] shape = given.shape();
    if (shape.length != trained.rank() || !(anyWidth || hasSameWidth(shape, trained))) {
      String which = number == 0 ? "" : " number " + number;
      throw new IllegalArgumentException(
          "the probe's "
              + what
              + which
              + " have shape "
              + Arrays.toString(shape)
              + ", but the network is trained on "
              + what
              + " of shape "
              + Arrays.toString(trained.shape())
              + ": the first axis counts samples, the others must fit the network");
    }
  }

  /** Lengths of sequences and sizes of images may differ; channels are first or last. */
  private static boolean hasSameWidth(int[] shape, INDArray trained) {
    int last = shape.length - 1;
    return shape[1] == trained.size(1) || (last > 1 && shape[last] == trained.size(last));
  }
}
