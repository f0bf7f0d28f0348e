package io.github.implicitbias.page;

import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFollower;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run that is looked at: its log, the index over it, and the histories of its rows and units. */
final class FollowedRun {

  /** An index as it is now; another takes its place when it has to begin again. */
  static final class View {
    final Run run;
    final RowHistory rows;
    final UnitFlips flips;
    final StepRates rates;
    final LogSeries logSeries;
    private final Object digestLock = new Object();
    private SoftReference<VisitDigest> digest = new SoftReference<>(null);

    View(Run run) {
      this.run = run;
      this.rows = new RowHistory(run.header(), UnitJson.PATHS);
      this.flips = new UnitFlips(run.header());
      this.rates = new StepRates(run.header());
      this.logSeries = new LogSeries(run);
    }

    /**
     * Returns what the tables of all epochs say; null if no sample is kept. Read once per table.
     */
    @Nullable VisitDigest digest() {
      synchronized (digestLock) {
        VisitDigest kept = digest.get();
        if (kept == null || kept.blocks != run.visits().blocks()) {
          kept = VisitDigest.of(run.visits());
          digest = new SoftReference<>(kept);
        }
        return kept;
      }
    }

    /** What is kept beside the index sees the next block. */
    private RecordVisitor block(RecordBlock block) {
      RecordVisitor ofRows = rows.block(block);
      RecordVisitor ofFlips = flips.block(block);
      RecordVisitor ofSteps = rates.block(block);
      return new RecordVisitor() {
        @Override
        public void record(Record record) {
          ofRows.record(record);
          ofFlips.record(record);
          ofSteps.record(record);
        }

        @Override
        public void sampleValues(int column, double[] values) {
          ofRows.sampleValues(column, values);
        }

        @Override
        public void unitValues(int column, double[] values) {
          ofRows.unitValues(column, values);
        }

        @Override
        public void flip(int layer, FlipKind kind, int unit, int sample) {
          ofFlips.flip(layer, kind, unit, sample);
          ofSteps.flip(layer, kind, unit, sample);
        }
      };
    }

    private void accepted() {
      rows.accepted();
      flips.accepted();
      rates.accepted();
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
                return view().block(block);
              }

              @Override
              public void accepted() {
                view().accepted();
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
