package io.github.implicitbias.lab.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.OutputFolder;
import io.github.implicitbias.lab.report.Report;
import io.github.implicitbias.lab.report.WorkProgress;
import io.github.implicitbias.lab.study.LivePage;
import io.github.implicitbias.lab.study.WatchedTraining;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.listener.ListenerBuilder;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs from starts of several scales, several seeds each, side by side. Every run has one thread,
 * and draws from generators of its own: how many run at once changes no number.
 */
public final class Sweep {

  /** So many samples have a kernel that is small beside training. */
  private static final int KERNEL_SAMPLES = 256;

  private static final long MEMORY = 16L << 20;

  private final Swept swept;
  private final double[] scales;
  private final long[] seeds;
  private final int delay;

  private @Nullable SweepResults results;

  /** Where the numbers come from: the header of some run. */
  private final AtomicReference<RunHeader> header = new AtomicReference<>();

  /**
   * Plans a sweep.
   *
   * @param delay milliseconds to wait after every step
   */
  public Sweep(Swept swept, double[] scales, long[] seeds, int delay) {
    this.swept = swept;
    this.scales = scales.clone();
    this.seeds = seeds.clone();
    this.delay = delay;
  }

  /**
   * Reads scales, {@code from:to:count}, logarithmic, or a list with commas.
   *
   * @return in rising order, each once; those of a range to three digits
   * @throws InputException if there is none, or one is not a positive number
   */
  public static double[] scales(String text) {
    return Scales.of(text);
  }

  /** Returns what is trained. */
  Swept swept() {
    return swept;
  }

  /** Returns the scales, in the order in which they are run. */
  double[] scales() {
    return scales.clone();
  }

  /** Returns the seeds of every scale. */
  long[] seeds() {
    return seeds.clone();
  }

  /** Returns the header of one of the runs, for where they come from. */
  RunHeader header() {
    return Objects.requireNonNull(header.get(), "nothing has been trained yet");
  }

  /**
   * Trains.
   *
   * @param page null if there is none
   * @param out folder for the page with the first run in it, null if none is written
   */
  public void run(int threads, @Nullable LivePage page, @Nullable Path out, WorkProgress progress) {
    if (page != null) {
      page.expectManyRuns();
    }
    // ND4J starts in one thread, and before its native part is spoken to.
    Nd4j.getExecutioner();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CompletionService<EndValues> done = new ExecutorCompletionService<>(pool);
      List<Future<EndValues>> all = new ArrayList<>();
      for (double scale : scales) {
        for (long seed : seeds) {
          Path file = all.isEmpty() ? out : null;
          all.add(done.submit(() -> one(scale, seed, page, file)));
        }
      }
      for (int k = 0; k < all.size(); k++) {
        done.take().get();
        progress.step();
      }
      List<EndValues> ends = new ArrayList<>();
      for (Future<EndValues> future : all) {
        ends.add(future.get());
      }
      results = new SweepResults(this, ends);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException
          ? (RuntimeException) e.getCause()
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("The sweep was interrupted.", e);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Prints what was found: medians over the seeds, verdicts of all of them, and the regimes. */
  public void report(PrintWriter out) {
    SweepResults found = results();
    out.println();
    out.println(swept.description() + ".");
    out.println(
        "Medians over "
            + found.seeds()
            + "; scale: "
            + swept.scaleName()
            + "; moved: distance from the start over its norm.");
    out.println();
    Report.table(found.table(), out);
    out.println(found.regimes() + ".");
    if (found.diverged()) {
      out.println(
          "Some losses are no longer finite numbers: give a smaller --learning-rate, or smaller"
              + " --scales.");
    }
    out.println();
  }

  /**
   * Writes what was found: {@code sweep.csv}, {@code summary.json} and a diagram of phases.
   *
   * @param sample what the files name as their origin, and the name of the diagram
   * @param commandLine as the user gave it
   */
  public void write(Path folder, String sample, List<String> commandLine) throws IOException {
    SweepResults found = results();
    found.writeCsv(folder);
    ObjectNode summary = Json.node();
    summary.put("sample", sample);
    commandLine.forEach(summary.putArray("commandLine")::add);
    found.put(summary);
    Json.write(folder.resolve("summary.json"), summary);
    found.diagram().write(folder, sample);
  }

  private SweepResults results() {
    return Objects.requireNonNull(results, "nothing has been trained yet");
  }

  /** Returns the names, on the page, of the runs of the first seed. */
  public List<String> oneOfEachScale() {
    List<String> names = new ArrayList<>();
    for (double scale : scales) {
      names.add(session(scale, seeds[0]));
    }
    return names;
  }

  private static String session(double scale, long seed) {
    return "scale=" + Scales.name(scale) + " seed=" + seed;
  }

  private EndValues one(double scale, long seed, @Nullable LivePage page, @Nullable Path out)
      throws InterruptedException, IOException {
    WatchedTraining.oneThread();
    MultiLayerNetwork net = swept.network(scale, seed);
    DataSet data = swept.data(seed);
    int steps = swept.steps();
    ListenerBuilder listener =
        ImplicitBiasListener.builder(data)
            .preset(Preset.STANDARD)
            .schedule(Schedule.everyStep())
            .memoryCap(MEMORY);
    if (data.numExamples() <= KERNEL_SAMPLES) {
      listener.metric(Metrics.named("kernelDistance"));
    }
    if (swept.layers().length > 0) {
      listener.layers(swept.layers());
    }
    String session = session(scale, seed);
    try (WatchedTraining watching = new WatchedTraining(net, listener, page, out, steps, session)) {
      for (int step = 0; step < steps; step++) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        watching.fit(data);
        if (delay > 0) {
          TimeUnit.MILLISECONDS.sleep(delay);
        }
      }
      Run run = watching.finish();
      header.compareAndSet(null, run.header());
      if (out != null) {
        watching.writePage(out.resolve(OutputFolder.PAGE));
        watching.removeRunFile();
        run = watching.inMemory();
      }
      return new EndValues(scale, seed, run, swept.smallestPathNorm());
    }
  }
}
