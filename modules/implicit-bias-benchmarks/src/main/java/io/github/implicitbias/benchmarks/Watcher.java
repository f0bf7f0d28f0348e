package io.github.implicitbias.benchmarks;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.listener.ListenerBuilder;
import io.github.implicitbias.predictions.Predictions;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;

/** Who looks at the training. */
enum Watcher {
  ECONOMY("economy", Preset.ECONOMY, Mode.EVERY_STEP),
  STANDARD("standard", Preset.STANDARD, Mode.EVERY_STEP),
  FULL("full", Preset.FULL, Mode.EVERY_STEP),
  ECONOMY_DEFAULT("economy, default schedule", Preset.ECONOMY, Mode.DEFAULT),
  STANDARD_DEFAULT("standard, default schedule", Preset.STANDARD, Mode.DEFAULT),
  VISITS("visits, every step, no probe", Preset.STANDARD, Mode.VISITS),
  VISITS_ALONE("visits, economy, no probe", Preset.ECONOMY, Mode.VISITS),
  LAWS("visits and laws, economy, no probe", Preset.ECONOMY, Mode.LAWS),
  VISITS_TRIGGERS("visits and 20 triggers, economy, no probe", Preset.ECONOMY, Mode.TRIGGERS),
  ECONOMY_TRIGGERS("economy and 20 triggers", Preset.ECONOMY, Mode.PROBE_TRIGGERS),
  STATS("StatsListener", null, Mode.STATS);

  /** When a watcher looks, and so which workloads it is for. */
  private enum Mode {
    EVERY_STEP,
    DEFAULT,
    VISITS,
    LAWS,
    TRIGGERS,
    PROBE_TRIGGERS,
    STATS
  }

  private static final int TRIGGERS_OF_A_KIND = 5;

  private final String title;
  private final @Nullable Preset preset;
  private final Mode mode;

  Watcher(String title, @Nullable Preset preset, Mode mode) {
    this.title = title;
    this.preset = preset;
    this.mode = mode;
  }

  String title() {
    return title;
  }

  /** Returns true if there is something to learn from this watcher on a workload. */
  boolean watches(Workload workload) {
    switch (mode) {
      case EVERY_STEP:
        return workload.isFullBatch() || this == ECONOMY;
      case DEFAULT:
      case VISITS:
      case LAWS:
      case TRIGGERS:
        return !workload.isFullBatch();
      case PROBE_TRIGGERS:
        return workload.isFullBatch();
      default:
        return true;
    }
  }

  /** Returns a listener that stores in memory. */
  TrainingListener listener(Workload workload) {
    if (preset == null) {
      return new StatsListener(new InMemoryStatsStorage(), 1);
    }
    ListenerBuilder builder =
        (mode == Mode.VISITS || mode == Mode.LAWS || mode == Mode.TRIGGERS
                ? ImplicitBiasListener.builder()
                : ImplicitBiasListener.builder(workload.probe()))
            .preset(preset)
            .storage(new InMemoryStatsStorage());
    switch (mode) {
      case DEFAULT:
      case VISITS:
        return builder.build();
      case LAWS:
        Predictions.laws().forEach(builder::law);
        return builder.build();
      case TRIGGERS:
        return triggers(builder, "batchLoss").build();
      case PROBE_TRIGGERS:
        return triggers(builder, "loss").schedule(Schedule.everyStep()).build();
      default:
        return builder.schedule(Schedule.everyStep()).build();
    }
  }

  /** Adds twenty triggers of all kinds that never begin to hold. */
  private static ListenerBuilder triggers(ListenerBuilder builder, String column) {
    for (int k = 0; k < TRIGGERS_OF_A_KIND; k++) {
      Trigger never = Trigger.above(column, 1e9 + k);
      builder
          .when(never, Action.log())
          .when(Trigger.notFinite().and(Trigger.below("score", k)).once(), Action.stop())
          .when(Trigger.event(EventKind.values()[k]).and(never), Action.log())
          .when(Trigger.stableFor(column, 1_000_000_000L + k).or(never).times(2), Action.log());
    }
    return builder;
  }

  /** Ends a listener; returns how many bits flipped per record, NaN if it does not know. */
  static double finish(TrainingListener listener) {
    if (!(listener instanceof ImplicitBiasListener)) {
      return Double.NaN;
    }
    ImplicitBiasListener ours = (ImplicitBiasListener) listener;
    ours.close();
    Run run = ours.run();
    if (run == null) {
      throw new IllegalStateException("the run was not recorded; the log says why");
    }
    long flips = 0;
    for (TrackedLayer layer : run.header().layers()) {
      for (FlipKind kind : FlipKind.values()) {
        flips += run.flips(layer.name(), kind);
      }
    }
    return (double) flips / run.size();
  }
}
