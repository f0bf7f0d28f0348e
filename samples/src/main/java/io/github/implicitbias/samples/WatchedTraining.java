package io.github.implicitbias.samples;

import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RecordView;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.log.RunFile;
import io.github.implicitbias.ui.RunPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.nd4j.linalg.dataset.api.DataSet;

/** A network that is trained under observation, and what that cost. */
final class WatchedTraining implements AutoCloseable {

  private final MultiLayerNetwork net;
  private final ImplicitBiasListener listener;
  private final Path runFile;
  private final StepTimes times;

  /**
   * Puts the listeners on a network.
   *
   * @param builder the listener, with the settings of the sample
   * @param page null if there is none
   * @param out folder for results, null if none are written
   * @param steps how many steps are coming
   * @param session the name of the run on the page
   */
  WatchedTraining(
      MultiLayerNetwork net,
      ImplicitBiasListener.Builder builder,
      Page page,
      Path out,
      int steps,
      String session) {
    this.net = net;
    times = new StepTimes(steps);
    builder.sessionId(session);
    StatsListener stats = null;
    if (page != null) {
      stats = page.statsListener(steps, session);
      builder.storage(page.storage());
    }
    // The run in memory is thinned when it is long; files hold every step.
    runFile = out == null ? null : out.resolve("run");
    if (runFile != null) {
      builder.runFile(runFile);
    }
    listener = builder.build();
    net.addListeners(listener);
    if (stats != null) {
      net.addListeners(stats);
    }
  }

  /** Makes one step. */
  void fit(DataSet batch) {
    times.measure(() -> net.fit(batch));
  }

  /** Asks for everything to be computed at the next record, whatever its cadence. */
  void requestAll() {
    listener.requestAll();
  }

  MultiLayerNetwork net() {
    return net;
  }

  /** Returns how long steps took, watching included. */
  StepTimes times() {
    return times;
  }

  /** Makes the last record and returns the run, every step of it if results are written. */
  Run finish() {
    listener.close();
    if (listener.run() == null) {
      throw new IllegalStateException("the run was not recorded; the log says why");
    }
    try {
      return runFile == null ? listener.run() : RunFile.open(runFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the run as it is held in memory, thinned if it is long. */
  Run inMemory() {
    return listener.run();
  }

  /** Writes the page with the run in it, while the run file is there. */
  void writePage(Path file) throws IOException {
    RunPage.write(runFile, file);
  }

  /** Removes what is only needed while results are written. */
  void removeRunFile() throws IOException {
    Files.delete(runFile);
  }

  @Override
  public void close() {
    listener.close();
  }

  /** Returns the step of the last flip, -1 if there was none. */
  static long lastFlip(Run run) {
    long[] steps = {-1, -1};
    run.visit(
        new RecordVisitor() {
          @Override
          public void record(RecordView record) {
            steps[0] = record.step();
          }

          @Override
          public void flip(int layer, FlipKind kind, int unit, int sample) {
            steps[1] = steps[0];
          }
        });
    return steps[1];
  }
}
