package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A sample of some experiments, trained one after the other, with a figure, a report, and what the
 * runs say about the predictions.
 */
abstract class Study implements Callable<Integer> {

  @Mixin protected CommonOptions common;
  @Spec protected CommandSpec spec;

  @Option(
      names = "--delay",
      paramLabel = "MS",
      defaultValue = "0",
      description =
          "Wait so many milliseconds after every step, to watch; ${DEFAULT-VALUE} by default.")
  private int delay;

  @Option(names = "--full", description = "The sizes of the paper, which take longer.")
  protected boolean full;

  /** Returns the experiments, in the order in which they are run; checks the options first. */
  protected abstract List<Experiment> experiments();

  /** Returns the name of the experiment that the page of {@code --out} shows: the first. */
  protected String shown(List<Experiment> experiments) {
    return experiments.get(0).name();
  }

  /** Draws what the paper is about. */
  protected abstract Figure figure(Map<String, Trained> trained);

  /** Adds the numbers that matter to the report, and to what {@code summary.json} has. */
  protected abstract void report(Map<String, Trained> trained, Report report, ObjectNode results);

  @Override
  public final Integer call() {
    common.check();
    if (delay < 0) {
      throw new InputException("--delay " + delay + ": give milliseconds, 0 or more.");
    }
    Logging.start(common.verbose);
    PrintWriter out = spec.commandLine().getOut();
    try (OutputFolder folder = OutputFolder.prepare(common.out);
        Page page = Page.open(common, false, out)) {
      List<Experiment> experiments = experiments();
      Map<String, Trained> trained = new LinkedHashMap<>();
      int steps = experiments.stream().mapToInt(Experiment::steps).sum();
      try (Progress progress = Progress.of(spec.commandLine().getErr(), spec.name(), steps)) {
        for (Experiment experiment : experiments) {
          boolean show = experiment.name().equals(shown(experiments));
          trained.put(experiment.name(), train(experiment, show, page, folder, progress));
        }
      }
      conclude(trained, folder, out);
      if (page != null) {
        List<String> names = new ArrayList<>(trained.keySet());
        names.remove(shown(experiments));
        names.add(0, shown(experiments));
        page.offerComparison(names);
        page.stayOpen();
      }
    }
    return 0;
  }

  private Trained train(
      Experiment experiment, boolean show, Page page, OutputFolder folder, Progress progress) {
    NativeThreads.fit(experiment.batch(0).numExamples(), experiment.net().numParams());
    Path own = folder == null ? null : folder.temporary().resolve(experiment.name());
    try {
      if (own != null) {
        Files.createDirectory(own);
      }
    } catch (IOException e) {
      throw new InputException("--out " + folder + " cannot be written: " + e.getMessage(), e);
    }
    int steps = experiment.steps();
    try (WatchedTraining watching =
        new WatchedTraining(
            experiment.net(), experiment.listener(), page, own, steps, experiment.name())) {
      for (int step = 0; step < steps; step++) {
        experiment.look(step);
        if (experiment.isComplete(step)) {
          watching.requestAll();
        }
        watching.fit(experiment.batch(step));
        progress.step();
        pause();
      }
      experiment.look(steps);
      Run run = watching.finish();
      if (own != null) {
        Results.write(
            own,
            show ? folder.temporary() : null,
            common.flips,
            spec.name(),
            arguments(),
            watching,
            run,
            Results.node());
        // What is left of the run file is in memory: the run goes on after it.
        run = watching.inMemory();
      }
      return new Trained(experiment.name(), experiment.net(), run);
    }
  }

  private List<String> arguments() {
    return spec.root().commandLine().getParseResult().originalArgs();
  }

  private void pause() {
    if (delay > 0) {
      try {
        TimeUnit.MILLISECONDS.sleep(delay);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void conclude(Map<String, Trained> trained, OutputFolder folder, PrintWriter out) {
    Report report = new Report();
    ObjectNode results = Results.node();
    report(trained, report, results);
    report.print(out);
    trained.forEach((name, one) -> Verdicts.print(name, one.run, out));
    if (folder != null) {
      try {
        figure(trained).write(folder.temporary(), spec.name());
        Results.writeJson(folder.temporary().resolve("results.json"), results);
      } catch (IOException e) {
        throw new InputException("--out " + folder + " cannot be written: " + e.getMessage(), e);
      }
      folder.publish();
      out.println(
          "Figure, runs, numbers and the page of one run ("
              + Results.PAGE
              + ") are in "
              + folder
              + ".");
    }
  }
}
