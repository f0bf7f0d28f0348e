package io.github.implicitbias.samples;

import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.report.OutputFolder;
import io.github.implicitbias.lab.study.WatchedTraining;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Every initializer on a small network: what the start looks like, in numbers and pictures. */
@Command(
    name = "initializers",
    description =
        "Starts a small ReLU network with every initializer there is, prints what the units look"
            + " like, and draws them with --out. Nothing is trained.")
final class Initializers implements Callable<Integer> {

  private static final int MOST = 10_000;
  private static final int TRIALS = 1000;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write a picture (SVG) of each into this folder, which must not exist or be empty.")
  private @Nullable Path out;

  @Option(
      names = "--units",
      paramLabel = "N",
      defaultValue = "200",
      description = "Number of hidden units; ${DEFAULT-VALUE} by default.")
  private int units;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "7",
      description = "Seed of the networks; ${DEFAULT-VALUE} by default.")
  private long seed;

  @Option(names = "--verbose", description = "Show what DL4J and ND4J log.")
  private boolean verbose;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (units < 1 || units > MOST) {
      throw new InputException("--units " + units + ": give a number from 1 to " + MOST + ".");
    }
    Logging.start(verbose);
    PrintWriter printer = spec.commandLine().getOut();
    try (OutputFolder folder = OutputFolder.prepare(out)) {
      List<Start> starts = Start.all(units, seed);
      WatchedTraining.chooseThreads(TRIALS, 5L * units);
      printer.println(
          "|w|: norm of a unit's incoming weights; |a|: of its outgoing ones; f: output for random"
              + " inputs from [-1, 1] x [-1, 1]");
      printer.println();
      printer.println(
          "initializer                                             |w| from - to"
              + "         |a| / |w| from - to    most |f|");
      for (Start start : starts) {
        printer.println(line(start));
      }
      if (folder != null) {
        for (Start start : starts) {
          write(folder.temporary().resolve(start.name + ".svg"), start.picture());
        }
        folder.publish();
        printer.println();
        printer.println(starts.size() + " pictures in " + folder);
      }
    }
    return 0;
  }

  private static void write(Path file, String text) {
    try {
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new InputException("--out: " + file + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static String line(Start start) {
    UnitCloud cloud = start.units();
    double least = Double.POSITIVE_INFINITY;
    double greatest = 0;
    double leastRatio = Double.POSITIVE_INFINITY;
    double greatestRatio = 0;
    for (int unit = 0; unit < cloud.units(); unit++) {
      double norm = cloud.norm(unit);
      double ratio = Math.abs(cloud.outgoing(unit)) / norm;
      least = Math.min(least, norm);
      greatest = Math.max(greatest, norm);
      leastRatio = Math.min(leastRatio, ratio);
      greatestRatio = Math.max(greatestRatio, ratio);
    }
    return String.format(
        Locale.ROOT,
        "%-52s %9.3g - %9.3g   %9.3g - %9.3g   %9.3g",
        start.code,
        least,
        greatest,
        leastRatio,
        greatestRatio,
        mostOutput(start.net));
  }

  /** Returns the greatest output in size over random inputs. */
  private static double mostOutput(MultiLayerNetwork net) {
    SplittableRandom random = new SplittableRandom(1);
    double[][] x = new double[TRIALS][2];
    for (double[] sample : x) {
      sample[0] = 2 * random.nextDouble() - 1;
      sample[1] = 2 * random.nextDouble() - 1;
    }
    INDArray outputs = net.output(Nd4j.createFromArray(x));
    double most = 0;
    for (double f : outputs.toDoubleVector()) {
      most = Math.max(most, Math.abs(f));
    }
    return most;
  }
}
