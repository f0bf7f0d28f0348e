package io.github.implicitbias.listener;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.action.TriggerWatch;
import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.engine.SessionBuilder;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.core.visit.SampleIndex;
import io.github.implicitbias.core.visit.VisitColumns;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.HeaderBuilder;
import java.io.Serializable;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a listener, its clones and its copies have in common. A copy has no run file. */
final class ListenerSettings implements Serializable {

  private static final long serialVersionUID = 4L;

  final @Nullable Probe probe;
  final List<String> layers;
  final boolean allLayers;
  final Granularity granularity;
  final Schedule schedule;
  final long memoryCap;
  final int normsEvery;
  final UserAdditions additions;
  final KeepVisits visits;
  final @Nullable SampleIndex index;
  final @Nullable Probe test;
  final SampleWords words;
  private final RunDescription description;
  private final transient @Nullable String runFile;

  ListenerSettings(
      @Nullable Probe probe,
      List<String> layers,
      boolean allLayers,
      Granularity granularity,
      Schedule schedule,
      long memoryCap,
      int normsEvery,
      UserAdditions additions,
      KeepVisits visits,
      @Nullable SampleIndex index,
      @Nullable Probe test,
      SampleWords words,
      RunDescription description,
      @Nullable String runFile) {
    this.probe = probe;
    this.layers = List.copyOf(layers);
    this.allLayers = allLayers;
    this.granularity = granularity;
    this.schedule = schedule;
    this.memoryCap = memoryCap;
    this.normsEvery = normsEvery;
    this.additions = additions;
    this.visits = visits;
    this.index = index;
    this.test = test;
    this.words = words;
    this.description = description;
    this.runFile = runFile;
  }

  /** Returns the settings of a clone. */
  ListenerSettings forClone() {
    return new ListenerSettings(
        probe,
        layers,
        allLayers,
        granularity,
        schedule,
        memoryCap,
        normsEvery,
        additions.forClone(),
        visits,
        index,
        test,
        words,
        description,
        runFile);
  }

  /** Returns what is computed at records, the columns of a test set included. */
  Instruments instruments(@Nullable TestWatch ofTest) {
    Instruments all = additions.instruments();
    return ofTest == null ? all : all.and(ofTest.metrics(), List.of(), List.of());
  }

  /** Checks that there can be all that triggers ask for. */
  void check(TriggerWatch.Plan plan) {
    List<String> more = new ArrayList<>();
    if (visits != KeepVisits.NEVER) {
      more.addAll(VisitColumns.ids());
    }
    if (test != null) {
      more.addAll(TestWatch.IDS);
    }
    additions.check(plan, more);
  }

  /** Requires that there can be a column of a name. */
  void requireColumn(String name) {
    TriggerWatch.Plan asking = new TriggerWatch.Plan();
    asking.add(Trigger.above(Given.given(name, "column"), 0), Action.stop());
    try {
      check(asking);
    } catch (IllegalArgumentException e) {
      Throwable cause = e.getCause();
      throw new IllegalArgumentException(cause == null ? e.getMessage() : cause.getMessage(), e);
    }
  }

  /** Returns the run file, null for none. */
  @Nullable Path runFile() {
    return runFile == null ? null : Paths.get(runFile);
  }

  /**
   * Prepares to read a network.
   *
   * @param batch what it is trained on, whose shapes stand in for those of a probe; may be null if
   *     there is a probe
   */
  NetworkReader reader(Network net, @Nullable Activations batch) {
    Probe shown = probe == null ? StandIn.of(net, Objects.requireNonNull(batch)) : probe;
    return new NetworkReader(net, shown, probe != null, layers, allLayers, granularity);
  }

  /** Returns the run of a listener that has recorded nothing: the samples, and no records. */
  Run emptyRun(ImplicitBiasListener of) {
    MemoryRecorder memory = new MemoryRecorder(memoryCap);
    HeaderBuilder header =
        new HeaderBuilder(of.getSessionID(), of.getWorkerID(), System.currentTimeMillis());
    if (probe != null) {
      header.samples(probe.sampleIds(), probe.classes());
    }
    description.putInto(header);
    header.names(words.classes(), words.features());
    memory.header(header.build());
    return Objects.requireNonNull(memory.run());
  }

  /** Starts the settings of a session that observes a network; for the batch see above. */
  SessionBuilder session(Network net, @Nullable Activations batch) {
    SessionBuilder started;
    if (probe == null) {
      Activations shown = Objects.requireNonNull(batch);
      started = SessionBuilder.withoutProbe(StandIn.of(net, shown), StandIn.samples(shown));
    } else {
      started = Session.observing(LossTask.withClasses(net, probe));
    }
    description.putInto(started);
    return started
        .triggers(additions.triggers())
        .schedule(schedule)
        .normsEvery(normsEvery)
        .lawsEvery(additions.lawsEvery())
        .names(words.classes(), words.features());
  }
}
