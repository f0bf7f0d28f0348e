package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.SessionBuilder;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.visit.EpochOfVisits;
import io.github.implicitbias.core.visit.LabelKind;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedBatch;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a test set while training goes on: its samples are sent through a second network on the
 * same parameters, some hundred at a time, never through the network that is trained. It is due at
 * the first record, at the first of each new epoch, up to {@link #FLOOR} times in a run, and
 * whenever it has taken less than {@link #SHARE} of the CPU time of the thread that trains. Not
 * thread-safe.
 */
final class TestWatch {

  /** Epochs whose ends are looked at whatever it takes. */
  static final int FLOOR = 200;

  /** The columns of the test set. */
  static final List<String> IDS =
      List.of("testLoss", "testAccuracy", "testSmallestMargin", "testMeanMargin", "testGap");

  /** Part of the CPU time of the training thread that it may take beyond that. */
  static final double SHARE = 0.02;

  private static final int AT_ONCE = 250;

  private final List<Probe> parts = new ArrayList<>();
  private final int samples;
  private final boolean labelled;
  private final NativeReader reader = new NativeReader();
  private @Nullable Network net;
  private @Nullable VisitBook visits;
  private @Nullable ParameterMemory memory;
  private @Nullable ShadowNetwork shadow;
  private @Nullable VisitOutput output;
  private final long beganAt = SessionBuilder.cpuNanos();
  private long spent;
  private long longest;
  private int epoch;
  private int times;
  private long step = -1;
  private double loss = Absent.VALUE;
  private double margins;
  private double correct;
  private double sum;
  private double smallest;
  private double gap = Absent.VALUE;
  private volatile boolean requested;

  /**
   * Prepares to look.
   *
   * @param test the samples
   * @throws IllegalArgumentException if its labels do not fit the network
   */
  TestWatch(Probe test, Network net) {
    samples = test.samples();
    labelled = test.hasLabels();
    for (int from = 0; from < samples; from += AT_ONCE) {
      parts.add(test.select(IntStream.range(from, Math.min(samples, from + AT_ONCE)).toArray()));
    }
    follow(net);
  }

  /** Goes on with another network of the same layers. */
  void follow(Network next) {
    close();
    net = next;
    memory = new ParameterMemory(next);
    output = VisitOutput.of(next.outputs().get(0), next.dataType(), reader);
  }

  /** Asks for a look at the next observation, whatever it takes; from any thread. */
  void request() {
    requested = true;
  }

  /** Says where the visits are that the test set is compared with. */
  void against(VisitBook book) {
    visits = book;
  }

  /** Lets the network go. */
  void close() {
    net = null;
    output = null;
    memory = null;
    shadow = null;
  }

  /** Returns the columns of the test set. */
  List<Metric> metrics() {
    return List.of(
        column(
            IDS.get(0),
            Definition.formula("mean unregularised loss of the test set at theta")
                .parameters("theta")
                .applies("labels, and a loss that can be computed")
                .expect("falls, and rises again where training fits what does not generalise")
                .title("loss of the test set")
                .group(Definition.MARGIN)
                .chart("Loss of the test set"),
            observation -> loss),
        column(
            IDS.get(1),
            Definition.formula("share of the test samples with a positive margin")
                .applies("labels that are classes")
                .expect("rises")
                .title("accuracy on the test set")
                .group(Definition.MARGIN)
                .chart("Accuracy on the test set"),
            observation -> share(correct)),
        column(
            IDS.get(2),
            Definition.formula("smallest margin of the test set, before the softmax or sigmoid")
                .applies("labels that are classes")
                .expect("negative as long as a test sample is named wrongly")
                .title("smallest margin of the test set")
                .group(Definition.MARGIN)
                .chart("Margins of the test set"),
            observation -> margins == 0 ? Absent.VALUE : smallest),
        column(
            IDS.get(3),
            Definition.formula("mean margin of the test set, before the softmax or sigmoid")
                .applies("labels that are classes")
                .expect("rises")
                .title("mean margin of the test set")
                .group(Definition.MARGIN)
                .chart("Margins of the test set"),
            observation -> share(sum)),
        column(
            IDS.get(4),
            Definition.formula(
                    "loss of the test set minus the mean loss of all visits of the last epoch that"
                        + " has ended; before the first, and without visits, minus the loss of the"
                        + " probe")
                .applies("labels, and losses that can be computed")
                .expect("grows while training fits what does not generalise")
                .title("gap between test and training loss")
                .group(Definition.MARGIN)
                .chart("Gap between test and training loss"),
            observation -> gap));
  }

  private Metric column(String id, Definition words, ToDoubleFunction<Observation> value) {
    return Metric.ofNetwork(id)
        .definition(words)
        .withoutProbe()
        .value(
            (observation, layer) ->
                isSeen(observation) ? value.applyAsDouble(observation) : Absent.VALUE);
  }

  private double share(double of) {
    return margins == 0 ? Absent.VALUE : of / margins;
  }

  /** Looks, if that is due; returns true if the values are those of the observed step. */
  private boolean isSeen(Observation observation) {
    if (observation.step() == step) {
      return true;
    }
    Network watched = Objects.requireNonNull(net, Network.RELEASED);
    boolean next = times > 0 && watched.epoch() != epoch && times <= FLOOR;
    long before = SessionBuilder.cpuNanos();
    boolean affordable = spent + longest <= SHARE * (before - beganAt);
    if (times > 0 && !next && !affordable && !requested) {
      return false;
    }
    requested = false;
    look(watched);
    gap = loss - trainingLoss(observation);
    gap = Double.isNaN(gap) ? Absent.VALUE : gap;
    step = observation.step();
    epoch = watched.epoch();
    times++;
    long took = SessionBuilder.cpuNanos() - before;
    spent += times > 1 ? took : 0; // the first time prepares what all others need
    longest = Math.max(longest, took);
    return true;
  }

  private double trainingLoss(Observation observation) {
    List<EpochOfVisits> epochs = visits == null ? List.of() : visits.epochs();
    return epochs.isEmpty() ? observation.loss() : epochs.get(epochs.size() - 1).meanLoss();
  }

  private void look(Network watched) {
    loss = 0;
    margins = 0;
    correct = 0;
    sum = 0;
    smallest = Double.POSITIVE_INFINITY;
    ParameterMemory where = Objects.requireNonNull(memory, Network.RELEASED);
    if (where.hasMoved() || shadow == null) {
      shadow = watched.shadow(watched.params());
    }
    for (Probe part : parts) {
      try {
        look(watched, shadow, part);
      } finally {
        shadow.release();
      }
    }
    loss = labelled && !Double.isNaN(loss) ? loss / samples : Absent.VALUE;
  }

  private void look(Network watched, ShadowNetwork through, Probe part) {
    ProbeArrays arrays = new ProbeArrays(part, watched.dataType());
    Activations activations = through.forward(arrays.features(), arrays.featureMasks());
    if (!labelled) {
      return;
    }
    OutputHead head = OutputHead.of(watched, part, Set.of(), reader);
    if (head != null && !part.hasFeatureMasks()) {
      NetworkNode output = watched.outputs().get(0);
      head.compute(Activations.present(activations.inputOf(output), output));
      margins(head, part);
    }
    loss += through.loss(arrays.labels(), arrays.labelMasks()) * part.samples();
  }

  private void margins(OutputHead head, Probe part) {
    double[] labels = part.labels();
    LabelKind kind = output == null ? LabelKind.NUMBERS : output.kind(head.outputs());
    if (kind == LabelKind.NUMBERS || labels.length != part.samples() * head.outputs()) {
      return;
    }
    VisitedBatch batch = new VisitedBatch(part.samples(), 0);
    kind.judge(batch, 1, head.preActivations(), labels, head.outputs(), part.sampleWeights());
    for (int i = 0; i < part.samples(); i++) {
      double margin = batch.margins()[i];
      if (batch.isVisited(i) && Double.isFinite(margin)) {
        margins++;
        correct += margin > 0 ? 1 : 0;
        sum += margin;
        smallest = Math.min(smallest, margin);
      }
    }
  }
}
