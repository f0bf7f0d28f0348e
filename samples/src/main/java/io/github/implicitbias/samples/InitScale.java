package io.github.implicitbias.samples;

import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.report.OutputFolder;
import io.github.implicitbias.lab.report.WorkProgress;
import io.github.implicitbias.lab.study.LivePage;
import io.github.implicitbias.lab.sweep.Sweep;
import io.github.implicitbias.lab.sweep.Swept;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The same network from starts of many scales: where rich training ends and lazy begins. */
@Command(
    name = "init-scale",
    description = {
      "Trains the same network from starts of many scales, several seeds each, side by side, and"
          + " draws what the scale decides: how far the parameters move, how many units change"
          + " their pattern, stable rank, margin or gap, and which predictions hold.",
      "By default: the network of orthogonal-inputs from 8 scales, 4 seeds each."
    })
final class InitScale implements Callable<Integer> {

  private static final int MOST_SEEDS = 1000;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private Source source = new Source();

  /** What is trained. */
  static final class Source {
    @Option(
        names = "--of",
        paramLabel = "SAMPLE",
        description =
            "The configuration of this sample: orthogonal-inputs, leaky-relu,"
                + " high-dimensional-regression, support-vectors or neuron-with-bias."
                + " orthogonal-inputs by default.")
    private @Nullable String sample;

    @Option(
        names = "--data",
        paramLabel = "FILE",
        description =
            "Your own data, as for the sample csv, with its options --model, --width,"
                + " --activation, --loss, --data-type.")
    private @Nullable Path data;
  }

  @Option(
      names = "--scales",
      paramLabel = "FROM:TO:COUNT",
      description =
          "Scales of the start, with equal ratios, or a list with commas; by default 1e-6:10:8,"
              + " and what suits the sample where that does not.")
  private @Nullable String scales;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Number of seeds per scale, from --seed on, which is 1 without; ${DEFAULT-VALUE} by"
              + " default.")
  private int seeds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of runs at a time, which changes no number; one per processor without.")
  private @Nullable Integer threads;

  @Option(
      names = "--delay",
      paramLabel = "MS",
      defaultValue = "0",
      description =
          "Wait so many milliseconds after every step, to watch; ${DEFAULT-VALUE} by default.")
  private int delay;

  @Option(names = "--full", description = "Longer runs on more data, which take longer.")
  private boolean full;

  @Mixin private CsvModel model;
  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    check();
    Logging.start(common.verbose);
    PrintWriter out = spec.commandLine().getOut();
    double[] chosen = Sweep.scales(scales == null ? defaultScales() : scales);
    long first = common.seed(1);
    Sweep sweep =
        new Sweep(swept(), chosen, LongStream.range(first, first + seeds).toArray(), delay);
    int runs = chosen.length * seeds;
    try (OutputFolder folder = OutputFolder.prepare(common.out);
        LivePage page = common.page(false, out)) {
      try (WorkProgress progress =
          WorkProgress.of(spec.commandLine().getErr(), spec.name(), "run", runs)) {
        sweep.run(threads(runs), page, OutputFolder.temporary(folder), progress);
      }
      sweep.report(out);
      if (folder != null) {
        write(sweep, folder);
        out.println(
            "Figure, numbers and the page of the first run ("
                + OutputFolder.PAGE
                + ") are in "
                + folder
                + ".");
      }
      if (page != null) {
        page.offerComparison(sweep.oneOfEachScale());
        page.stayOpen();
      }
    }
    return 0;
  }

  private void check() {
    common.check();
    if (seeds < 1 || seeds > MOST_SEEDS) {
      throw new InputException(
          "--seeds " + seeds + ": give a number from 1 to " + MOST_SEEDS + ".");
    }
    if (threads != null && threads < 1) {
      throw new InputException("--threads " + threads + ": give at least 1.");
    }
    if (delay < 0) {
      throw new InputException("--delay " + delay + ": give milliseconds, 0 or more.");
    }
    if (source.data == null) {
      for (String option : CsvModel.OPTIONS) {
        if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
          throw new InputException(option + " describes a network for --data, which is missing.");
        }
      }
    } else if (full) {
      throw new InputException("--full has no effect with --data: give --steps.");
    }
  }

  private int threads(int runs) {
    int wanted = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    return Math.min(wanted, runs);
  }

  private Swept swept() {
    if (source.data != null) {
      return new SweptTable(Table.read("--data", source.data), model, common);
    }
    return SweptPaper.of(sample(), common, full);
  }

  private String sample() {
    return source.sample == null ? SweptPaper.NAMES.get(0) : source.sample;
  }

  private String defaultScales() {
    return source.data != null ? "1e-3:10:9" : SweptPaper.scales(sample());
  }

  private void write(Sweep sweep, OutputFolder folder) {
    List<String> commandLine = spec.root().commandLine().getParseResult().originalArgs();
    try {
      sweep.write(folder.temporary(), spec.name(), commandLine);
    } catch (IOException e) {
      throw new InputException("--out " + folder + " cannot be written: " + e.getMessage(), e);
    }
    folder.publish();
  }
}
