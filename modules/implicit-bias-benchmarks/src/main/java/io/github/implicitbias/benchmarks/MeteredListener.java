package io.github.implicitbias.benchmarks;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Measures the CPU time of another listener's callbacks. */
final class MeteredListener implements TrainingListener {

  /** The callbacks that come at every step. */
  enum Callback {
    FORWARD_PASS,
    GRADIENT,
    BACKWARD_PASS,
    ITERATION_DONE,
    EPOCH
  }

  private final TrainingListener metered;
  private final long[] nanos = new long[Callback.values().length];
  private long calls;

  MeteredListener(TrainingListener metered) {
    this.metered = metered;
  }

  /** Returns the CPU time spent so far, clock included, in nanoseconds. */
  long nanos() {
    long sum = 0;
    for (long part : nanos) {
      sum += part;
    }
    return sum;
  }

  /** Returns the CPU time spent so far in one callback, clock included, in nanoseconds. */
  long nanos(Callback callback) {
    return nanos[callback.ordinal()];
  }

  /** Returns the number of callbacks so far. */
  long calls() {
    return calls;
  }

  private void add(Callback callback, long start) {
    nanos[callback.ordinal()] += CpuClock.now() - start;
    calls++;
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    long start = CpuClock.now();
    metered.onForwardPass(model, activations);
    add(Callback.FORWARD_PASS, start);
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    long start = CpuClock.now();
    metered.onForwardPass(model, activations);
    add(Callback.FORWARD_PASS, start);
  }

  @Override
  public void onGradientCalculation(Model model) {
    long start = CpuClock.now();
    metered.onGradientCalculation(model);
    add(Callback.GRADIENT, start);
  }

  @Override
  public void onBackwardPass(Model model) {
    long start = CpuClock.now();
    metered.onBackwardPass(model);
    add(Callback.BACKWARD_PASS, start);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    long start = CpuClock.now();
    metered.iterationDone(model, iteration, epoch);
    add(Callback.ITERATION_DONE, start);
  }

  @Override
  public void onEpochStart(Model model) {
    long start = CpuClock.now();
    metered.onEpochStart(model);
    add(Callback.EPOCH, start);
  }

  @Override
  public void onEpochEnd(Model model) {
    long start = CpuClock.now();
    metered.onEpochEnd(model);
    add(Callback.EPOCH, start);
  }
}
