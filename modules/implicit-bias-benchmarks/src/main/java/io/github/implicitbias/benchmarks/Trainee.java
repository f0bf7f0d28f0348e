package io.github.implicitbias.benchmarks;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * One network in training, bare or watched, that is trained slice by slice, in a thread of its own:
 * a listener with a budget measures the CPU time of the thread that trains, which is to be that of
 * this training alone.
 */
final class Trainee {

  private final MultiLayerNetwork network;
  private final List<DataSet> batches;
  private final int stepsOfEpoch;
  private final @Nullable TrainingListener listener;
  private final @Nullable MeteredListener meter;
  private final Map<Long, Long> threads = new HashMap<>();
  private final ExecutorService trainer =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "trainee");
            thread.setDaemon(true);
            return thread;
          });
  private int next;
  private long steps;
  private long sliceWall;
  private long sliceCpu;
  private long callbackNanos;
  private long callbackCalls;

  /** Makes a trainee that is watched by {@code listener}, by nobody if that is null. */
  Trainee(Workload workload, List<DataSet> batches, @Nullable TrainingListener listener) {
    this.network = workload.network();
    this.batches = batches;
    this.stepsOfEpoch = workload.stepsOfEpoch();
    this.listener = listener;
    this.meter = listener == null ? null : new MeteredListener(listener);
    if (meter != null) {
      network.setListeners(meter);
    }
    // The number of native threads is a property of the thread that asks for them.
    inThread(() -> NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1));
  }

  private void inThread(Runnable work) {
    try {
      trainer.submit(work).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("the training failed", e);
    }
  }

  /** Trains and measures. Threads that appear meanwhile are taken for the listener's. */
  void train(int count) {
    inThread(() -> trainHere(count));
  }

  private void trainHere(int count) {
    Set<Long> before = new HashSet<>();
    for (long id : CpuClock.threadIds()) {
      before.add(id);
    }
    long nanosBefore = meter == null ? 0 : meter.nanos();
    long callsBefore = meter == null ? 0 : meter.calls();
    long wall = System.nanoTime();
    long cpu = CpuClock.now();
    for (int i = 0; i < count; i++) {
      network.fit(batches.get(next));
      next = next + 1 == batches.size() ? 0 : next + 1;
      if (next % stepsOfEpoch == 0 && batches.size() > 1 && meter != null) {
        meter.onEpochEnd(network); // fit with a single batch has no epochs
      }
    }
    sliceCpu = CpuClock.now() - cpu;
    sliceWall = System.nanoTime() - wall;
    callbackNanos = meter == null ? 0 : meter.nanos() - nanosBefore;
    callbackCalls = meter == null ? 0 : meter.calls() - callsBefore;
    steps += count;
    if (meter != null) {
      for (long id : CpuClock.threadIds()) {
        if (!before.contains(id)) {
          threads.put(id, 0L);
        }
      }
    }
  }

  /** Returns the time that the last slice took, in nanoseconds. */
  long sliceWall() {
    return sliceWall;
  }

  /** Returns the CPU time of the training thread in the last slice, in nanoseconds. */
  long sliceCpu() {
    return sliceCpu;
  }

  /**
   * Returns the CPU time of the listener's callbacks in the last slice, in nanoseconds.
   *
   * @param clockCost of one measurement, which is subtracted
   */
  long callbackNanos(long clockCost) {
    return Math.max(0, callbackNanos - callbackCalls * clockCost);
  }

  /** Returns the CPU time of the listener's threads since this was last asked, in nanoseconds. */
  long threadNanos() {
    long sum = 0;
    for (Map.Entry<Long, Long> thread : threads.entrySet()) {
      long now = CpuClock.of(thread.getKey());
      if (now >= 0) {
        sum += now - thread.getValue();
        thread.setValue(now);
      }
    }
    return sum;
  }

  /** Returns the meter, null if nobody watches. */
  @Nullable MeteredListener meter() {
    return meter;
  }

  /** Returns the number of steps trained so far. */
  long steps() {
    return steps;
  }

  /**
   * Ends the training; returns how many bits flipped per record, NaN if nobody counted.
   *
   * @throws IllegalStateException if training has diverged
   */
  double finish() {
    if (!Double.isFinite(network.score())) {
      throw new IllegalStateException("training has diverged, the figures mean nothing");
    }
    return listener == null ? Double.NaN : Watcher.finish(listener);
  }
}
