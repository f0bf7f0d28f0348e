package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.engine.SessionBuilder;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import java.io.Serializable;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a listener, its clones and its copies have in common. A copy has no run file. */
final class ListenerSettings implements Serializable {

  private static final long serialVersionUID = 1L;

  final Probe probe;
  final List<String> layers;
  final Granularity granularity;
  final Schedule schedule;
  final long memoryCap;
  final int normsEvery;
  final UserAdditions additions;
  final boolean visits;
  private final transient @Nullable String runFile;

  ListenerSettings(
      Probe probe,
      List<String> layers,
      Granularity granularity,
      Schedule schedule,
      long memoryCap,
      int normsEvery,
      UserAdditions additions,
      boolean visits,
      @Nullable String runFile) {
    this.probe = probe;
    this.layers = List.copyOf(layers);
    this.granularity = granularity;
    this.schedule = schedule;
    this.memoryCap = memoryCap;
    this.normsEvery = normsEvery;
    this.additions = additions;
    this.visits = visits;
    this.runFile = runFile;
  }

  /** Returns the settings of a clone. */
  ListenerSettings forClone() {
    return new ListenerSettings(
        probe,
        layers,
        granularity,
        schedule,
        memoryCap,
        normsEvery,
        additions.forClone(),
        visits,
        runFile);
  }

  /** Returns the run file, null for none. */
  @Nullable Path runFile() {
    return runFile == null ? null : Paths.get(runFile);
  }

  /** Prepares to read a network. */
  NetworkReader reader(Network net) {
    return new NetworkReader(net, probe, layers, granularity);
  }

  /** Starts the settings of a session that observes a network. */
  SessionBuilder session(Network net) {
    return Session.observing(LossTask.withClasses(net, probe))
        .schedule(schedule)
        .normsEvery(normsEvery);
  }
}
