package io.github.implicitbias.benchmarks;

import io.github.implicitbias.core.pattern.FlipKind;
import io.github.implicitbias.core.run.Run;
import io.github.implicitbias.core.run.TrackedLayer;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** Who looks at the training. */
enum Watcher {
  OURS("ImplicitBiasListener") {
    @Override
    TrainingListener listener(Workload workload) {
      return ImplicitBiasListener.builder(workload.probe())
          .schedule(Schedule.every(workload.every()))
          .storage(new InMemoryStatsStorage())
          .build();
    }
  },
  OURS_ALL_NORMS("ImplicitBiasListener, norms at every record") {
    @Override
    TrainingListener listener(Workload workload) {
      return ImplicitBiasListener.builder(workload.probe())
          .normsEvery(1)
          .storage(new InMemoryStatsStorage())
          .build();
    }

    /** Small networks have their norms at every record anyway. */
    @Override
    boolean watches(Workload workload) {
      return workload.every() == 1 && workload.isLarge() && workload.isFullBatch();
    }
  },
  STATS("StatsListener") {
    @Override
    TrainingListener listener(Workload workload) {
      return new StatsListener(new InMemoryStatsStorage(), 1);
    }
  };

  private final String title;

  Watcher(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** Returns true if there is something to learn from this watcher on a workload. */
  boolean watches(Workload workload) {
    return this == OURS || workload.every() == 1;
  }

  /** Returns a listener that stores in memory. */
  abstract TrainingListener listener(Workload workload);

  /** Ends a listener; returns how many bits flipped per record, NaN if it does not know. */
  static double finish(TrainingListener listener) {
    if (!(listener instanceof ImplicitBiasListener)) {
      return Double.NaN;
    }
    ImplicitBiasListener ours = (ImplicitBiasListener) listener;
    ours.close();
    Run run = ours.run();
    long flips = 0;
    for (TrackedLayer layer : run.header().layers()) {
      for (FlipKind kind : FlipKind.values()) {
        flips += run.flips(layer.name(), kind);
      }
    }
    return (double) flips / run.size();
  }
}
