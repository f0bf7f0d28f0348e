package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.VisitRecorder;
import io.github.implicitbias.core.visit.RowHash;
import io.github.implicitbias.core.visit.VisitBook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Per step, in the order in which things lie in the caches: at the forward pass the rows of features
 * are hashed and the activations packed, before dropout of the output layer changes anything; at the
 * backward pass, when labels and masks are known and the parameters are still those of this step,
 * the outputs are computed and everything is handed to the book at once.
 */

/**
 * Reads the visits of each training step where training has left them: who the samples of the batch
 * are, which units are on for each, and what the network puts out for them. It never runs the
 * network. Not thread-safe.
 */
final class VisitWatch {

  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);
  private static final int MOST_FAILURES = 3;
  private static final int MOST_SIZES = 4;

  /** Memory for the patterns of the samples at their last visits, in bytes. */
  private static final long PATTERN_BYTES = 256L << 20;

  private final Network net;
  private final VisitPlan plan;
  private final VisitStore store;
  private final NativeReader reader = new NativeReader();
  private final NativeMemory memory = new NativeMemory();
  private final List<BatchReader> sizes = new ArrayList<>();
  private long[] keys = {};
  private @Nullable BatchReader current;
  private int step = -1;
  private int failures;

  private VisitWatch(Network net, VisitPlan plan, VisitRecorder recorder) {
    this.net = net;
    this.plan = plan;
    this.store = new VisitStore(plan.book(), recorder);
  }

  /**
   * Starts to read visits.
   *
   * @param tracked layers whose units are watched
   * @param recorder takes what they show into the run
   * @return null if this network's visits cannot be read
   */
  static @Nullable VisitWatch start(
      Network net, List<NetworkPlan.Reading> tracked, VisitRecorder recorder) {
    return VisitPlan.problem(net) == null
        ? new VisitWatch(net, VisitPlan.of(net, tracked, PATTERN_BYTES), recorder)
        : null;
  }

  VisitBook book() {
    return plan.book();
  }

  /** At a forward pass of training. Throws nothing. */
  void forward(Object handed) {
    if (net.iteration() == step || failures >= MOST_FAILURES) {
      return; // a line search passes forward several times at the same step
    }
    try {
      current = null;
      Activations activations = net.activations(handed);
      int count = hash(activations);
      BatchReader batch = reader(count);
      batch.pack(activations);
      current = batch;
      step = net.iteration();
    } catch (Throwable e) {
      failed(e);
    }
  }

  /** At the backward pass of the same step: parameters are still those of it. Throws nothing. */
  void backward() {
    if (current == null || step != net.iteration()) {
      return;
    }
    BatchReader batch = current;
    current = null;
    try {
      take(batch);
      failures = 0;
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void take(BatchReader batch) {
    INDArray labels = net.labels(0);
    int count = batch.samples();
    if (labels == null || labels.length() != (long) count * plan.outputs() || net.hasLabelMasks()) {
      return;
    }
    add(labels, count);
    batch.compute(plan.output().implementation().input(), labels);
    plan.book()
        .step(step, count, keys, batch.patterns(), batch.outputs(), batch.labels(), plan.outputs());
  }

  private void failed(Throwable e) {
    failures = e instanceof VirtualMachineError ? MOST_FAILURES : failures + 1;
    try {
      if (failures == MOST_FAILURES) {
        LOG.warn("Reading visits failed and is switched off; training goes on.", e);
      }
    } catch (Throwable evenThat) {
      failures = MOST_FAILURES;
    }
  }

  /** Ends an epoch. Throws nothing. */
  void epochEnded() {
    try {
      plan.book().endEpoch();
      store.epochEnded();
    } catch (Throwable e) {
      failed(e);
    }
  }

  private BatchReader reader(int count) {
    for (BatchReader known : sizes) {
      if (known.samples() == count) {
        return known;
      }
    }
    // The usual batch and the last of an epoch; whoever changes sizes all the time pays for it.
    if (sizes.size() == MOST_SIZES) {
      sizes.remove(0);
    }
    BatchReader made = new BatchReader(plan, count, net.dataType() == DataType.FLOAT, reader);
    sizes.add(made);
    return made;
  }

  /** Begins the keys of the samples with their features; returns how many samples there are. */
  private int hash(Activations activations) {
    int count = 0;
    for (int k = 0; k < net.inputs(); k++) {
      INDArray rows = activations.input(k);
      if (rows == null) {
        throw new IllegalStateException("training does not show input " + k);
      }
      if (k == 0) {
        count = (int) rows.size(0);
        keys = keys.length < count ? new long[count] : keys;
        Arrays.fill(keys, 0, count, 0);
      }
      add(rows, count);
    }
    return count;
  }

  private void add(INDArray rows, int count) {
    INDArray source =
        reader.isDirect(rows, rows.dataType()) ? rows : NativeReader.copy(rows, rows.dataType());
    long bytes = source.length() / count * source.dataType().width();
    long address = NativeReader.address(source);
    for (int i = 0; i < count; i++, address += bytes) {
      keys[i] = RowHash.mix(keys[i], memory.hash(address, (int) bytes));
    }
  }
}
