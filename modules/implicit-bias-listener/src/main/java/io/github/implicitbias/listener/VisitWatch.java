package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.StepReading;
import io.github.implicitbias.core.engine.VisitRecorder;
import io.github.implicitbias.core.visit.SampleIndex;
import io.github.implicitbias.core.visit.UnitBits;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedBatch;
import io.github.implicitbias.run.Absent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  /** Memory for the patterns of the samples at their last visits, in bytes: an eighth of a heap. */
  private static final long PATTERN_BYTES =
      Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 8);

  private final Network net;
  private final VisitPlan plan;
  private final NativeReader reader;
  private final VisitKeys keys;
  private final VisitCheck check;
  private final List<BatchReader> sizes = new ArrayList<>();
  private final Set<VisitOutput> explained = new HashSet<>();
  private final HardestRows rows;
  private @Nullable BatchReader current;
  private @Nullable INDArray features;
  private int step = -1;
  private boolean outputRead;
  private @Nullable VisitedBatch last;
  private int failures;
  private @Nullable VisitStore store;

  private VisitWatch(
      Network net,
      List<NetworkPlan.Reading> tracked,
      @Nullable VisitBook before,
      HardestRows rows) {
    this.net = net;
    this.rows = rows;
    this.reader = new NativeReader();
    this.keys = new VisitKeys(net, reader);
    this.plan = VisitPlan.of(net, tracked, reader, PATTERN_BYTES, before);
    this.check = new VisitCheck(net, plan);
  }

  /**
   * Starts to read visits.
   *
   * @param tracked layers whose units are watched
   * @param index who the samples are; null to number them as they come
   * @param words what the user says of the samples
   * @param before the book of another worker of the same training, which both keep then; null for a
   *     new one
   */
  static VisitWatch start(
      Network net,
      List<NetworkPlan.Reading> tracked,
      @Nullable SampleIndex index,
      SampleWords words,
      @Nullable VisitBook before) {
    HardestRows rows = new HardestRows(words.pictureShape());
    VisitWatch watch = new VisitWatch(net, tracked, before, rows);
    if (before != null && watch.book() == before) {
      before.say(
          "They are those of all workers of a ParallelWrapper together: steps are counted by each"
              + " worker, and flips are between visits of different replicas.");
      return watch;
    }
    if (index != null && VisitKeys.areKnownBefore(net)) {
      watch.book().number(index);
    } else if (index != null) {
      watch
          .book()
          .say(
              "Samples have their numbers in the order in which they come, because the"
                  + " network reads its features as words, or as sequences with time first.");
    }
    return watch;
  }

  /** Goes on with the same book, on another network of the same layers. */
  VisitWatch goOnWith(Network next, List<NetworkPlan.Reading> tracked) {
    VisitWatch watch = new VisitWatch(next, tracked, plan.book(), rows);
    watch.store = store;
    return watch;
  }

  /** Returns the only output of the network, as read at the last step; null if it was not. */
  @Nullable VisitOutput onlyOutput() {
    return plan.outputs().size() == 1 && outputRead ? plan.outputs().get(0) : null;
  }

  /**
   * Writes which units of a layer were on for some sample of the last step.
   *
   * @return false if visits do not show that
   */
  boolean onUnits(NetworkNode node, boolean[] into) {
    VisitedBatch batch = last;
    for (int k = 0; k < plan.readings().size() && batch != null; k++) {
      VisitPlan.Reading reading = plan.readings().get(k);
      if (reading.node == node || reading.node.source() == node) {
        return reading.bits == UnitBits.EXACT && batch.onUnits(k, into);
      }
    }
    return false;
  }

  /** Brings what the book takes into a run, unless it does so already. */
  void recordInto(VisitRecorder recorder) {
    if (store == null) {
      store = new VisitStore(plan.book(), recorder, rows);
    }
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
      features = null;
      Activations activations = net.activations(handed);
      BatchReader batch = reader(keys.features(activations));
      batch.pack(activations, net);
      features = activations.input(0);
      current = batch;
      step = net.iteration();
    } catch (Throwable e) {
      failed(e);
    }
  }

  /**
   * At the backward pass of the same step: parameters are still those of it. Throws nothing.
   *
   * @param noted is told when the visits are in the book
   * @param ofSession the step as the session counts it
   * @return true if they are
   */
  boolean backward(StepReading noted, long ofSession) {
    if (current == null || step != net.iteration()) {
      return false;
    }
    BatchReader batch = current;
    INDArray shown = features;
    current = null;
    features = null;
    try {
      take(batch, noted, ofSession);
      failures = 0;
    } catch (Throwable e) {
      failed(e);
      return false;
    }
    try {
      if (shown != null) {
        rows.take(net, shown, batch.batch(), plan.book(), reader);
      }
    } catch (Throwable e) {
      rows.giveUp();
      LOG.warn("The features of samples cannot be kept to be shown; all else is recorded.", e);
    }
    return true;
  }

  private void take(BatchReader reading, StepReading noted, long ofSession) {
    VisitedBatch batch = reading.batch();
    last = batch;
    outputRead = true;
    int count = batch.samples();
    VisitOutput judged = plan.judged();
    double[] losses = batch.losses();
    double[] pulls = batch.pulls();
    Arrays.fill(losses, 0);
    Arrays.fill(pulls, 0);
    for (int k = 0; k < plan.outputs().size(); k++) {
      VisitOutput output = plan.outputs().get(k);
      INDArray labels = net.labels(k);
      if (labels != null) {
        keys.labels(labels, count);
      }
      boolean read =
          output != null && labels != null && output.read(count, labels, output == judged, batch);
      if (output != null) {
        sayWhyNot(output, read, labels != null);
      }
      if (output == null || !read) {
        outputRead = false;
        Arrays.fill(losses, Absent.VALUE);
        Arrays.fill(pulls, Absent.VALUE);
      } else {
        add(output, losses, pulls);
      }
    }
    makeAbsent(losses);
    makeAbsent(pulls);
    System.arraycopy(keys.keys(), 0, batch.keys(), 0, count);
    VisitBook book = plan.book();
    synchronized (book) {
      book.step(step, batch);
      noted.visitsTaken(ofSession);
    }
    check.backward(step, plan.outputs());
  }

  private static void add(VisitOutput output, double[] losses, double[] pulls) {
    for (int i = 0; i < losses.length; i++) {
      losses[i] += output.losses()[i];
      double pull = output.pulls()[i];
      pulls[i] = pulls[i] == 0 ? pull : Math.sqrt(pulls[i] * pulls[i] + pull * pull);
    }
  }

  private void sayWhyNot(VisitOutput output, boolean read, boolean labelled) {
    boolean known = read && output.whyNoLosses() == null;
    if (known || !explained.add(output)) {
      return;
    }
    String name = output.node().name();
    if (!labelled) {
      plan.book().say("Margins and losses are absent: " + name + " was trained without labels.");
    } else if (!read) {
      plan.book().say("Margins and losses are absent: the labels of " + name + " do not fit it.");
    } else if (output.whyNoLosses() != null) {
      plan.book().say("The samples' own losses are absent, because " + output.whyNoLosses() + ".");
    }
  }

  /** What was added to something absent is a NaN, but not every NaN is what is absent. */
  private static void makeAbsent(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isNaN(values[i]) ? Absent.VALUE : values[i];
    }
  }

  /** After a step, when its score is known. Throws nothing. */
  void updated() {
    try {
      check.updated();
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void failed(Throwable e) {
    if (e instanceof OutOfMemoryError && plan.book().returns()) {
      giveUpSamples();
      return;
    }
    failures = e instanceof VirtualMachineError ? MOST_FAILURES : failures + 1;
    if (failures == MOST_FAILURES) {
      sizes.clear();
    }
    try {
      if (failures == MOST_FAILURES) {
        plan.book().say("From step " + net.iteration() + " on no visit is read: " + e + ".");
        LOG.warn("Reading visits failed and is switched off; training goes on.", e);
      }
    } catch (Throwable evenThat) {
      failures = MOST_FAILURES;
    }
  }

  /** What is kept per sample grows with their number: it is the first that goes. */
  private void giveUpSamples() {
    try {
      rows.giveUp();
      plan.book().forgetSamples("Memory ran out");
      LOG.warn(
          "Memory ran out: nothing is kept per sample from now on. Visits are counted per unit,"
              + " step and epoch, and training goes on.");
    } catch (Throwable evenThat) {
      failures = MOST_FAILURES;
    }
  }

  /** Ends an epoch. Throws nothing. */
  void epochEnded() {
    try {
      boolean returned = plan.book().returns();
      plan.book().endEpoch();
      if (store != null) {
        store.epochEnded();
      }
      if (returned && !plan.book().returns()) {
        LOG.warn(
            "The rows of the samples do not return, as if they were augmented: visits are counted"
                + " per unit, step and epoch from now on, not per sample.");
      }
    } catch (Throwable e) {
      failed(e);
    }
  }

  private BatchReader reader(int count) {
    for (int k = 0; k < sizes.size(); k++) {
      if (sizes.get(k).samples() == count) {
        return sizes.get(k);
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
}
