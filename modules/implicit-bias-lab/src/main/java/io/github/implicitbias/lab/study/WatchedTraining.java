package io.github.implicitbias.lab.study;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.lab.report.StepTimes;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.listener.ListenerBuilder;
import io.github.implicitbias.page.RunPage;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.DataSet;

/** A network that is trained under observation, and what that cost. */
public final class WatchedTraining implements AutoCloseable {

  private static final String RUN_FILE = "run.ibrun";

  private final MultiLayerNetwork net;
  private final ImplicitBiasListener listener;
  private final @Nullable Path runFile;
  private final StepTimes times;

  /**
   * Puts the listeners on a network.
   *
   * @param builder the listener, with the settings of the sample
   * @param page null if there is none
   * @param out folder for the run file, {@value #RUN_FILE}, which grows while training goes on;
   *     null if none is written
   * @param steps how many steps are coming
   * @param session the name of the run on the page
   */
  public WatchedTraining(
      MultiLayerNetwork net,
      ListenerBuilder builder,
      @Nullable LivePage page,
      @Nullable Path out,
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
    runFile = out == null ? null : out.resolve(RUN_FILE);
    if (runFile != null) {
      builder.runFile(runFile);
    }
    listener = builder.build();
    net.addListeners(listener);
    if (stats != null) {
      net.addListeners(stats);
    }
  }

  /**
   * Gives small networks one thread, which is many times faster than several, unless the user has
   * set {@code OMP_NUM_THREADS}.
   *
   * @param samples number of samples in a step
   * @param parameters number of parameters
   */
  public static void chooseThreads(long samples, long parameters) {
    NativeThreads.fit(samples, parameters);
  }

  /**
   * Gives ND4J one thread for what the calling thread asks of it, unless the user has set {@code
   * OMP_NUM_THREADS}.
   */
  public static void oneThread() {
    NativeThreads.one();
  }

  /** Makes one step. */
  public void fit(DataSet batch) {
    times.measure(() -> net.fit(batch));
  }

  /** Ends an epoch, as DL4J does when an iterator is at its end. */
  public void endEpoch() {
    for (TrainingListener one : List.copyOf(net.getListeners())) {
      one.onEpochEnd(net);
    }
    net.incrementEpochCount();
  }

  /** Returns the visits of the samples. */
  public VisitBook visits() {
    return listener.visits();
  }

  /** Asks for everything to be computed at the next record, whatever its cadence. */
  public void requestAll() {
    listener.requestAll();
  }

  /** Returns the network. */
  public MultiLayerNetwork net() {
    return net;
  }

  /** Returns how long steps took, watching included. */
  public StepTimes times() {
    return times;
  }

  /** Makes the last record and returns the run, every step of it if results are written. */
  public Run finish() {
    listener.close();
    Run recorded = inMemory();
    try {
      return runFile == null ? recorded : RunFile.open(runFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the run as it is held in memory, thinned if it is long. */
  public Run inMemory() {
    Run run = listener.run();
    if (run == null) {
      throw new IllegalStateException("the run was not recorded; the log says why");
    }
    return run;
  }

  /**
   * Writes the files of {@code --out} beside the run file: the run as CSV, {@code summary.json},
   * and the page with the run in it.
   *
   * @param out the folder to write into
   * @param page folder for the page, null if there is to be none
   * @param flips whether every flip is listed, however many there are
   * @param commandLine as the user gave it
   * @param own what the sample has to say beyond what every run has
   */
  public void write(
      Path out,
      @Nullable Path page,
      boolean flips,
      String sample,
      List<String> commandLine,
      Run run,
      ObjectNode own) {
    Results.write(out, page, flips, sample, commandLine, this, run, own);
  }

  /** Writes the page with the run in it, while the run file is there. */
  public void writePage(Path file) throws IOException {
    RunPage.write(written(), file);
  }

  /** Removes the run file. */
  public void removeRunFile() throws IOException {
    Files.delete(written());
  }

  private Path written() {
    return Objects.requireNonNull(runFile, "no results are written");
  }

  @Override
  public void close() {
    listener.close();
  }
}
