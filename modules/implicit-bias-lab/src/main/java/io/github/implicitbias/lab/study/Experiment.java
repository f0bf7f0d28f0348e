package io.github.implicitbias.lab.study;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.listener.ListenerBuilder;
import io.github.implicitbias.predictions.Preset;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.ObjIntConsumer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;

/** A network that a sample trains, by default on all of its data, and how it is observed. */
public final class Experiment {

  private final String name;
  private final MultiLayerNetwork net;
  private final DataSet data;
  private final int steps;
  private Preset preset = Preset.STANDARD;
  private Metric[] metrics = {};
  private Schedule schedule = Schedule.everyStep();
  private String[] layers = {};
  private IntFunction<DataSet> batch;
  private int probe;
  private int stepsPerEpoch;
  private @Nullable DataSet others;
  private IntPredicate complete = step -> false;
  private ObjIntConsumer<MultiLayerNetwork> beforeStep = (network, step) -> {};

  /**
   * Describes an experiment.
   *
   * @param name of letters, digits, dots and dashes: a folder is named after it
   */
  public Experiment(String name, MultiLayerNetwork net, DataSet data, int steps) {
    this.name = name;
    this.net = net;
    this.data = data;
    this.steps = steps;
    this.batch = step -> data;
  }

  /** Sets the preset; STANDARD without. */
  public Experiment preset(Preset ofMetrics) {
    preset = ofMetrics;
    return this;
  }

  /** Records more metrics than those of the preset. */
  public Experiment metrics(Metric... more) {
    metrics = more;
    return this;
  }

  /** Sets the schedule; every step without. */
  public Experiment schedule(Schedule when) {
    schedule = when;
    return this;
  }

  /** Names the layers to track; all with a kink without. */
  public Experiment layers(String... names) {
    layers = names;
    return this;
  }

  /** Trains on parts of the data, and observes so many samples, a share of each class. */
  public Experiment batches(IntFunction<DataSet> ofStep, int observed) {
    batch = ofStep;
    probe = observed;
    return this;
  }

  /**
   * Ends an epoch after every so many steps, and keeps the visits of the samples.
   *
   * @param test samples that are looked at while training goes on
   */
  public Experiment epochs(int stepsOfOne, DataSet test) {
    stepsPerEpoch = stepsOfOne;
    others = test;
    return this;
  }

  /** Returns whether an epoch ends with a step. */
  public boolean endsEpoch(int step) {
    return stepsPerEpoch > 0 && (step + 1) % stepsPerEpoch == 0;
  }

  /** Returns what a step trains on. */
  public DataSet batch(int step) {
    return batch.apply(step);
  }

  /** Chooses the steps at which everything is computed, whatever its cadence. */
  public Experiment complete(IntPredicate steps) {
    complete = steps;
    return this;
  }

  /** Returns whether everything is computed at a step. */
  public boolean isComplete(int step) {
    return complete.test(step);
  }

  /** Looks at the network before each step, and once more, with the number of steps, at the end. */
  public Experiment beforeStep(ObjIntConsumer<MultiLayerNetwork> look) {
    beforeStep = look;
    return this;
  }

  /** Returns the name. */
  public String name() {
    return name;
  }

  /** Returns the network. */
  public MultiLayerNetwork net() {
    return net;
  }

  /** Returns all of the data. */
  public DataSet data() {
    return data;
  }

  /** Returns how many steps are taken. */
  public int steps() {
    return steps;
  }

  /** Looks at the network before a step. */
  public void look(int step) {
    beforeStep.accept(net, step);
  }

  /** Returns a listener as described, not yet built. */
  public ListenerBuilder listener() {
    ListenerBuilder builder = ImplicitBiasListener.builder(data).preset(preset).schedule(schedule);
    for (Metric metric : metrics) {
      builder.metric(metric);
    }
    if (probe > 0) {
      builder.probeSample(probe, 1);
    }
    if (others != null) {
      builder.visits(true).test(others);
    }
    return layers.length == 0 ? builder : builder.layers(layers);
  }
}
