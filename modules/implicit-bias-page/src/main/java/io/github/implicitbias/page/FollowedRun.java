package io.github.implicitbias.page;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFollower;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run that is looked at: its log, the index over it, and the histories of its rows. */
final class FollowedRun {

  /** An index as it is now; another takes its place when it has to begin again. */
  static final class View {
    final Run run;
    final RowHistory rows;
    final LogSeries logSeries;

    View(Run run) {
      this.run = run;
      this.rows = new RowHistory(run.header(), UnitJson.PATHS);
      this.logSeries = new LogSeries(run);
    }
  }

  private final RunFollower follower;
  private volatile @Nullable View view;

  FollowedRun(RunLog log) {
    follower =
        new RunFollower(
            log,
            new RunFollower.Observer() {
              @Override
              public void begin(Run run) {
                view = new View(run);
              }

              @Override
              public RecordVisitor block(RecordBlock block) {
                return view().rows.block(block);
              }

              @Override
              public void accepted() {
                view().rows.accepted();
              }
            });
  }

  /** Indexes all there is, however long it takes. */
  FollowedRun whole() throws IOException {
    follower.followAll();
    return this;
  }

  RunFollower follower() {
    return follower;
  }

  View view() {
    return Objects.requireNonNull(view, "the follower has begun a view as it was made");
  }

  Run run() {
    return view().run;
  }
}
