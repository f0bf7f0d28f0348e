package io.github.implicitbias.samples;

import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.study.LivePage;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that every sample has. */
final class CommonOptions {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  @Option(
      names = "--ui",
      negatable = true,
      description =
          "Show the training UI and keep it open, or train, print and exit. Without either,"
              + " existing-model and csv show it.")
  private @Nullable Boolean ui;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "9000",
      description = "TCP port of the training UI, 0 for any free one; ${DEFAULT-VALUE} by default.")
  int port;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = {
        "Write results into this folder, which must not exist or be empty:",
        "- a figure, SVG and PNG",
        "- run.html, the page with a run in it, for any browser",
        "- steps.csv, samples.csv, units.csv, patterns.csv, events.csv and summary.json, of several"
            + " runs in a folder each",
        "- of mini-batches also visits.csv, epochs.csv, epochUnits.csv and suspects.csv",
        "- of several runs: results.json, or sweep.csv and summary.json of init-scale."
      })
  @Nullable Path out;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of everything that is drawn.")
  private @Nullable Long seed;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Learning rate of gradient descent.")
  private @Nullable Double learningRate;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private Length length = new Length();

  @Option(
      names = "--flips",
      description = "List every flip in events.csv, also beyond 10,000 units x samples.")
  boolean flips;

  @Option(names = "--verbose", description = "Show what DL4J and ND4J log.")
  boolean verbose;

  /** How long to train. */
  static final class Length {
    @Option(names = "--steps", paramLabel = "N", description = "Number of parameter updates.")
    @Nullable Long steps;

    @Option(names = "--epochs", paramLabel = "N", description = "Number of passes over the data.")
    @Nullable Long epochs;
  }

  /** Checks what picocli cannot. */
  void check() {
    if (port < 0 || port > 65535) {
      throw new InputException(
          "--port " + port + " does not exist: give a number from 0 (any free port) to 65535.");
    }
    if (learningRate != null && !(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new InputException("--learning-rate " + learningRate + ": give a positive number.");
    }
    checkLength("--steps", length.steps);
    checkLength("--epochs", length.epochs);
  }

  private static void checkLength(String option, @Nullable Long value) {
    if (value != null && (value < 1 || value > Integer.MAX_VALUE)) {
      throw new InputException(
          option + " " + value + ": give a number from 1 to " + Integer.MAX_VALUE + ".");
    }
  }

  private boolean ui(boolean ifNotGiven) {
    return ui == null ? ifNotGiven : ui;
  }

  /**
   * Opens the page and says where it is.
   *
   * @param byDefault whether the sample has a page if the user does not say
   * @return null if none is wanted
   * @throws InputException if the port is busy
   */
  @Nullable LivePage page(boolean byDefault, PrintWriter out) {
    return ui(byDefault) ? LivePage.open(port, out) : null;
  }

  long seed(long ifNotGiven) {
    return seed == null ? ifNotGiven : seed;
  }

  double learningRate(double ifNotGiven) {
    return learningRate == null ? ifNotGiven : learningRate;
  }

  /** Returns how many steps to take. */
  int steps(int ifNotGiven, int stepsPerEpoch) {
    if (length.epochs != null) {
      long steps = length.epochs * stepsPerEpoch;
      if (steps > Integer.MAX_VALUE) {
        throw new InputException(
            "--epochs " + length.epochs + " are " + steps + " steps: give fewer epochs.");
      }
      return (int) steps;
    }
    return length.steps == null ? ifNotGiven : length.steps.intValue();
  }
}
