package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A small network that workers train, and what their runs have to hold. */
abstract class WorkersFixture {

  static final String SESSION = "parallel";
  static final int INPUTS = 3;
  static final int UNITS = 7;
  static final int BATCH = 6;

  static MultiLayerNetwork network() {
    return Stacks.network(
        DataType.DOUBLE,
        new Adam(0.01),
        new DenseLayer.Builder().nIn(INPUTS).nOut(UNITS).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(UNITS)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build());
  }

  static DataSet probe() {
    return Stacks.classes(DataType.DOUBLE, 70, INPUTS, 1, 4);
  }

  static List<DataSet> batches(int number) {
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      batches.add(Stacks.classes(DataType.DOUBLE, BATCH, INPUTS, 1, 100 + i));
    }
    return batches;
  }

  static ListenerBuilder builder() {
    return ImplicitBiasListener.builder(probe()).schedule(Schedule.everyStep()).sessionId(SESSION);
  }

  static ParallelWrapper wrapper(Model net, int workers, TrainingMode mode) {
    return new ParallelWrapper.Builder<>(net)
        .workers(workers)
        .trainingMode(mode)
        .averagingFrequency(1)
        .prefetchBuffer(0)
        .build();
  }

  /** Returns what the first layer does on the probe, computed from flattened parameters. */
  static ActivationPattern pattern(double[] parameters) {
    DataSet probe = probe();
    int samples = probe.numExamples();
    int perUnit = ActivationPattern.wordsPerUnit(samples);
    long[] words = new long[UNITS * perUnit];
    for (int unit = 0; unit < UNITS; unit++) {
      for (int i = 0; i < samples; i++) {
        double z = parameters[UNITS * INPUTS + unit];
        for (int j = 0; j < INPUTS; j++) {
          z += parameters[unit * INPUTS + j] * probe.getFeatures().getDouble(i, j);
        }
        assertTrue(Math.abs(z) > 1e-12, "data for which rounding decides");
        if (z > 0) {
          words[unit * perUnit + (i >>> 6)] |= 1L << (i & 63);
        }
      }
    }
    return new ActivationPattern(UNITS, samples, words);
  }

  static List<Long> steps(Run run) {
    List<Long> steps = new ArrayList<>();
    for (long step : run.metric("loss").steps()) {
      steps.add(step);
    }
    return steps;
  }

  /** The steps the worker trained, and for the one whose network lives on, the step they led to. */
  static List<Long> expectedSteps(String id, Witness.Worker worker) {
    List<Long> steps = new ArrayList<>(worker.parameters.keySet());
    if (id.endsWith("_thread_0")) {
      steps.add(steps.get(steps.size() - 1) + 1);
    }
    return steps;
  }

  static void checkRecords(Witness witness, Map<String, Run> runs) {
    assertEquals(witness.workers().keySet(), runs.keySet());
    witness
        .workers()
        .forEach(
            (id, worker) -> {
              Run run = runs.get(id);
              assertEquals(worker.iterations, worker.parameters.size(), id);
              assertEquals(expectedSteps(id, worker), steps(run), id);
              assertTrue(run.gaps().isEmpty(), id);
              assertEquals(id, run.header().workerId());
              worker.parameters.forEach(
                  (step, parameters) ->
                      assertEquals(
                          pattern(parameters), run.patternAt(step, "layer0"), id + " " + step));
            });
  }

  static Map<String, Run> stored(InMemoryStatsStorage storage) throws Exception {
    return Runs.byWorker(Runs.in(storage, SESSION));
  }
}
