package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Shows a network as metrics see it, at every forward pass of training. */
final class Viewed extends BaseTrainingListener {

  /** Looks at the view while it is valid. */
  interface Look {
    void at(int step);
  }

  final Network network;
  final NetworkArrays view;
  final OutputHead head;
  final FullBatch fullBatch;
  final NativeReader reader = new NativeReader();
  private final Look look;
  private int step;
  Throwable failure;

  /**
   * Makes the view.
   *
   * @param tracked names of the layers taken to be tracked
   */
  Viewed(Model model, Probe probe, List<String> tracked, Look look) {
    this.network = Network.of(model);
    this.look = look;
    List<TrackedLayer> layers = new ArrayList<>();
    for (String name : tracked) {
      layers.add(new TrackedLayer(name, layers.size(), 1, "relu"));
    }
    head = OutputHead.of(network, probe, java.util.Set.of(), reader);
    ProbeMatcher features =
        new ProbeMatcher(probe.featureArrays().get(0), network.dataType() != DataType.DOUBLE);
    fullBatch = new FullBatch(network, probe, reader, at -> features.matches(at.input(0), reader));
    fullBatch.compareIf(true);
    view =
        new NetworkArrays(
            network,
            layers,
            head,
            OutputHead.whyNone(network, probe, java.util.Set.of()),
            probe.samples(),
            reader,
            new ConfiguredTraining(
                network, fullBatch, new OwnUpdate(network, reader), () -> 0.25, 2));
  }

  static Probe probe(INDArray features, INDArray labels) {
    return new Probe(List.of(array(features)), List.of(array(labels)), null, null, null);
  }

  private static SampleArray array(INDArray of) {
    int[] shape = new int[of.rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = (int) of.size(axis);
    }
    return new SampleArray(shape, of.dup('c').data().asDouble());
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    see(activations);
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    see(activations);
  }

  private void see(Object handed) {
    Activations activations = network.activations(handed);
    fullBatch.forward(activations, false);
    view.begin(activations);
    try {
      if (head != null) {
        head.compute(activations.inputOf(network.outputs().get(0)));
      }
      look.at(step++);
    } catch (RuntimeException | AssertionError e) {
      failure = failure == null ? e : failure;
    } finally {
      view.end();
    }
  }

  @Override
  public void onBackwardPass(Model model) {
    fullBatch.backward();
  }

  /** Throws what a look has thrown, and says how many looks there were. */
  int looks() {
    if (failure != null) {
      throw new AssertionError("a look failed", failure);
    }
    return step;
  }
}
