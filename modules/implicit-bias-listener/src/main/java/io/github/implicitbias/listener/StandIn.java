package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.Probe;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What stands in for a probe where none was given: one sample of a batch that is trained on, which
 * tells the shapes of the network's layers and is never observed.
 */
final class StandIn {

  private StandIn() {}

  /** Returns the first sample of a batch, without its labels. */
  static Probe of(Network net, Activations batch) {
    INDArray[] features = new INDArray[net.inputs()];
    for (int k = 0; k < features.length; k++) {
      features[k] = input(batch, k).get(NDArrayIndex.interval(0, 1));
    }
    return Probes.ofFeatures(features);
  }

  /** Returns how many samples a batch has. */
  static int samples(Activations batch) {
    return (int) input(batch, 0).size(0);
  }

  private static INDArray input(Activations batch, int number) {
    return Objects.requireNonNull(batch.input(number), "training shows what it is given");
  }
}
