package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.OutputFolder;
import io.github.implicitbias.lab.report.Report;
import io.github.implicitbias.lab.report.WorkProgress;
import io.github.implicitbias.lab.study.Experiment;
import io.github.implicitbias.lab.study.Experiments;
import io.github.implicitbias.lab.study.LivePage;
import io.github.implicitbias.lab.study.Trained;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

  /** Returns true if the verdicts of a run are printed; all are written with {@code --out}. */
  protected boolean hasTable(String experiment) {
    return true;
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
        LivePage page = common.page(false, out)) {
      List<Experiment> planned = experiments();
      List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
      Experiments experiments =
          new Experiments(planned)
              .shown(shown(planned))
              .page(page)
              .results(folder, common.flips, spec.name(), arguments)
              .delay(delay);
      PrintWriter err = spec.commandLine().getErr();
      Map<String, Trained> trained;
      try (WorkProgress progress = WorkProgress.of(err, spec.name(), experiments.steps())) {
        trained = experiments.run(progress);
      }
      conclude(trained, folder, out);
      experiments.stayOpen();
    }
    return 0;
  }

  private void conclude(
      Map<String, Trained> trained, @Nullable OutputFolder folder, PrintWriter out) {
    Report report = new Report();
    ObjectNode results = Json.node();
    report(trained, report, results);
    report.print(out);
    trained.forEach(
        (name, one) -> {
          if (hasTable(name)) {
            Report.verdicts(name, one.run(), out);
          }
        });
    if (folder != null) {
      try {
        figure(trained).write(folder.temporary(), spec.name());
        Json.write(folder.temporary().resolve("results.json"), results);
      } catch (IOException e) {
        throw new InputException("--out " + folder + " cannot be written: " + e.getMessage(), e);
      }
      folder.publish();
      out.println(
          "Figure, runs, numbers and the page of one run ("
              + OutputFolder.PAGE
              + ") are in "
              + folder
              + ".");
    }
  }
}
