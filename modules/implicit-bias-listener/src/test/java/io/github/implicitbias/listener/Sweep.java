package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Trains one small network bare and watched. What training leaves behind must be the same, byte for
 * byte; of one layer, either the patterns are those of a forward pass made otherwise, or a sentence
 * that names it says why it is left out.
 */
final class Sweep {

  static final int STEPS = 5;

  /** The name of the layer that a sweep is about. */
  static final String UNDER = "under";

  /** What is said of what DL4J itself cannot train. */
  static final String CANNOT = "DL4J cannot train it";

  private final Function<DataType, Model> network;
  private final MultiDataSet data;
  private boolean signOfInput;
  private boolean signOfPreActivation;
  private boolean lossIsScore;

  /**
   * Prepares to check a network.
   *
   * @param network makes one at each call; a layer is called {@link #UNDER}, or none is looked at
   *     by itself
   * @param data in double precision
   */
  Sweep(Function<DataType, Model> network, MultiDataSet data) {
    this.network = network;
    this.data = data;
  }

  /** Says that the sign of the layer is that of its input, whatever it puts out. */
  Sweep signOfInput() {
    signOfInput = true;
    return this;
  }

  /** Says that the layer is asked for its pre-activations, not for the sign of what it puts out. */
  Sweep signOfPreActivation() {
    signOfPreActivation = true;
    return this;
  }

  /** Says that the loss, where it is known, is what DL4J says. */
  Sweep lossIsScore() {
    lossIsScore = true;
    return this;
  }

  /** What training leaves behind, and the parameters on the way. */
  private static final class Trace {
    final List<Long> scores = new ArrayList<>();
    final List<INDArray> parameters = new ArrayList<>();
    byte[] updaterState;
    byte[] draws;
  }

  /** Checks everything; returns what has become of the layer. */
  String check(DataType type, Preset preset) {
    MultiDataSet samples = cast(data, type);
    Trace bare;
    try {
      bare = train(type, samples, List.of());
    } catch (RuntimeException e) {
      assertThrows(e.getClass(), () -> train(type, samples, List.of(builder(samples).build())));
      return CANNOT;
    }
    Model model = network.apply(type);
    String reason = reason(model, samples);
    List<ImplicitBiasListener> listeners = new ArrayList<>();
    listeners.add(
        builder(samples).schedule(Schedule.everyStep()).preset(preset).visits(true).build());
    if (reason == null) {
      listeners.add(
          builder(firstHalf(samples)).schedule(Schedule.everyStep()).layers(UNDER).build());
    }
    Trace watched = train(type, samples, listeners);
    assertEquals(bare.scores, watched.scores, "scores");
    for (int step = 0; step <= STEPS; step++) {
      byte[] expected = bytes(bare.parameters.get(step));
      assertArrayEquals(expected, bytes(watched.parameters.get(step)), "parameters at " + step);
    }
    assertArrayEquals(bare.updaterState, watched.updaterState, "state of the updater");
    assertArrayEquals(bare.draws, watched.draws, "random numbers drawn afterwards");
    for (ImplicitBiasListener one : listeners) {
      assertEquals(Map.of(), one.failures());
      assertEquals(STEPS + 1, one.run().size());
    }
    compare(listeners.get(0).run(), type, watched.parameters, samples);
    for (int step = 0; lossIsScore && step < STEPS; step++) {
      double loss = listeners.get(0).run().value("loss", step);
      double score = Double.longBitsToDouble(bare.scores.get(step));
      if (!Absent.is(loss)) {
        double rounding = (type == DataType.DOUBLE ? 1e-11 : 1e-5) * Math.max(1, Math.abs(score));
        assertEquals(score, loss, rounding, "loss at " + step);
      }
    }
    if (reason != null) {
      assertTrue(reason.startsWith(UNDER + " ("), reason);
      return reason;
    }
    Run run = listeners.get(1).run();
    compare(run, type, watched.parameters, firstHalf(samples));
    TrackedLayer layer = run.header().layers().get(0);
    assertEquals(UNDER, layer.name());
    boolean byDefault =
        listeners.get(0).run().header().layers().stream().anyMatch(l -> l.name().equals(UNDER));
    return "tracked "
        + (byDefault ? "by default" : "when it is named")
        + ", "
        + layer.axes()
        + " "
        + layer.units();
  }

  /** Where a layer multiplies samples, labels are not those of the samples. */
  private static boolean hasLabelPerSample(MultiDataSet samples) {
    return samples.getLabels(0).size(0) == samples.getFeatures(0).size(0);
  }

  private static ListenerBuilder builder(MultiDataSet samples) {
    return hasLabelPerSample(samples)
        ? ImplicitBiasListener.builder(samples)
        : ImplicitBiasListener.builder(samples.getFeatures(0));
  }

  /** Returns why the layer cannot be tracked, null if it can. */
  private static String reason(Model model, MultiDataSet samples) {
    Probe probe =
        hasLabelPerSample(samples) ? Probes.of(samples) : Probes.of(samples.getFeatures(0), null);
    try {
      new NetworkReader(
          Network.of(model), probe, true, List.of(UNDER), false, Granularity.AUTOMATIC);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private Trace train(DataType type, MultiDataSet samples, List<ImplicitBiasListener> listeners) {
    Model model = network.apply(type);
    model.setListeners(listeners.toArray(new TrainingListener[0]));
    Nd4j.getRandom().setSeed(123);
    Trace trace = new Trace();
    trace.parameters.add(model.params().dup());
    for (int step = 0; step < STEPS; step++) {
      fit(model, samples);
      trace.scores.add(Double.doubleToRawLongBits(model.score()));
      trace.parameters.add(model.params().dup());
    }
    listeners.forEach(ImplicitBiasListener::close);
    trace.updaterState = bytes(updaterState(model));
    trace.draws = bytes(Nd4j.rand(DataType.DOUBLE, 10));
    return trace;
  }

  private static void fit(Model model, MultiDataSet samples) {
    if (model instanceof ComputationGraph) {
      ((ComputationGraph) model).fit(samples);
    } else {
      ((MultiLayerNetwork) model).fit(new DataSet(samples.getFeatures(0), samples.getLabels(0)));
    }
  }

  private static INDArray updaterState(Model model) {
    return model instanceof ComputationGraph
        ? ((ComputationGraph) model).getUpdater().getUpdaterStateViewArray()
        : ((MultiLayerNetwork) model).getUpdater().getStateViewArray();
  }

  /** Compares every pattern of a run with a forward pass of a network of its own. */
  private void compare(Run run, DataType type, List<INDArray> parameters, MultiDataSet samples) {
    for (int step = 0; step <= STEPS; step++) {
      Model model = network.apply(type);
      model.params().assign(parameters.get(step));
      Map<String, INDArray> outputs = outputs(model, samples.getFeatures());
      for (TrackedLayer layer : run.header().layers()) {
        ActivationPattern pattern = run.patternAt(step, layer.name());
        double[][] rows = perSample(Followed.rows(outputs.get(layer.name())), pattern.samples());
        assertEquals(rows.length, pattern.samples(), layer.name());
        assertEquals(rows[0].length, pattern.units(), layer.name());
        String where = layer.name() + " at step " + step;
        compare(rows, pattern, where, type == DataType.DOUBLE ? 1e-12 : 1e-6);
      }
    }
  }

  /** Between recurrent layers DL4J has a row for each step and sample, step after step. */
  private static double[][] perSample(double[][] rows, int samples) {
    int steps = rows.length / samples;
    if (steps <= 1) {
      return rows;
    }
    double[][] perSample = new double[samples][rows[0].length * steps];
    for (int row = 0; row < rows.length; row++) {
      for (int unit = 0; unit < rows[row].length; unit++) {
        perSample[row % samples][unit * steps + row / samples] = rows[row][unit];
      }
    }
    return perSample;
  }

  /** Numbers nearer to 0 than rounding may have either sign. */
  private static void compare(
      double[][] rows, ActivationPattern pattern, String where, double rounding) {
    for (int i = 0; i < rows.length; i++) {
      for (int unit = 0; unit < rows[i].length; unit++) {
        double value = rows[i][unit];
        if (value == 0 || Math.abs(value) > rounding) {
          String what = where + " unit " + unit + " sample " + i;
          assertEquals(value > 0, pattern.isOn(unit, i), what + ": " + value);
        }
      }
    }
  }

  /** Returns what each layer puts out in inference, by name, or what it is given. */
  private Map<String, INDArray> outputs(Model model, INDArray[] features) {
    Map<String, INDArray> outputs = new LinkedHashMap<>();
    if (model instanceof ComputationGraph) {
      ComputationGraph graph = (ComputationGraph) model;
      // In inference a layer may write into its input.
      outputs.putAll(graph.feedForward(features, signOfInput));
      if (signOfInput) {
        List<String> from = graph.getConfiguration().getVertexInputs().get(UNDER);
        outputs.put(UNDER, outputs.get(from.get(0)));
      }
      return outputs;
    }
    MultiLayerNetwork stack = (MultiLayerNetwork) model;
    for (NetworkNode node : Network.of(stack).nodes()) {
      boolean under = node.name().equals(UNDER);
      int asked = node.index() - (under && signOfInput ? 1 : 0);
      outputs.put(
          node.name(),
          under && signOfPreActivation
              ? Followed.withIdentity(stack, asked, features[0].dup())
              : output(stack, asked, features[0]));
    }
    return outputs;
  }

  /**
   * A forward pass for each layer, because later layers may write into what earlier ones put out.
   */
  private static INDArray output(MultiLayerNetwork stack, int layer, INDArray features) {
    return layer < 0
        ? features
        : stack.feedForwardToLayer(layer, features.dup(), false).get(layer + 1);
  }

  private static MultiDataSet cast(MultiDataSet of, DataType type) {
    return each(of, array -> array.castTo(type));
  }

  private static MultiDataSet firstHalf(MultiDataSet of) {
    return each(of, array -> array.get(NDArrayIndex.interval(0, array.size(0) / 2)).dup('c'));
  }

  private static MultiDataSet each(MultiDataSet of, Function<INDArray, INDArray> change) {
    return new MultiDataSet(each(of.getFeatures(), change), each(of.getLabels(), change));
  }

  private static INDArray[] each(INDArray[] of, Function<INDArray, INDArray> change) {
    INDArray[] changed = new INDArray[of.length];
    for (int k = 0; k < of.length; k++) {
      changed[k] = change.apply(of[k]);
    }
    return changed;
  }

  private static byte[] bytes(INDArray array) {
    return array == null ? new byte[0] : array.dup('c').data().asBytes();
  }
}
