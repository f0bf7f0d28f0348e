package io.github.implicitbias.samples;

import io.github.implicitbias.lab.InputException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line of the samples. Exit codes: 0 done, 1 a defect of ours, 2 the input cannot be
 * used, which one sentence on the standard error says.
 */
@Command(
    name = "samples",
    description =
        "Trains networks and shows, step by step, which units are on for which samples."
            + " Without a sample, existing-model runs.",
    synopsisSubcommandLabel = "SAMPLE",
    footer = {"", "'SAMPLE --help' tells the options of a sample."},
    subcommands = {
      ExistingModel.class,
      Digits.class,
      CsvSample.class,
      SupportVectors.class,
      LeakyRelu.class,
      NeuronWithBias.class,
      OrthogonalInputs.class,
      HighDimensionalRegression.class,
      InitScale.class,
      Initializers.class,
      HelpCommand.class
    })
public final class Samples implements Runnable {

  private static final int BAD_INPUT = 2;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  private Samples() {}

  /** Runs a sample. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    int code = run(out, err, arguments);
    out.flush();
    err.flush();
    // Ends the JVM that Maven shares with us, too, without waiting for threads of DL4J's.
    System.exit(code);
  }

  /** Runs a sample, and returns the exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = new CommandLine(new Samples());
    line.setOut(out);
    line.setErr(err);
    line.setUsageHelpWidth(100);
    line.setParameterExceptionHandler(
        (e, given) -> {
          e.getCommandLine().getErr().println(sentence(e));
          return BAD_INPUT;
        });
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (e instanceof InputException) {
            command.getErr().println(oneLine(e.getMessage()));
            return BAD_INPUT;
          }
          e.printStackTrace(command.getErr());
          return 1;
        });
    return line.execute(withSample(arguments));
  }

  /** Puts the default sample in front if none is named. */
  private static String[] withSample(String[] arguments) {
    List<String> given = new ArrayList<>(Arrays.asList(arguments));
    boolean option = !given.isEmpty() && given.get(0).startsWith("-");
    boolean help = option && (given.contains("--help") || given.contains("-h"));
    if (given.isEmpty() || (option && !help)) {
      given.add(0, "existing-model");
    }
    return given.toArray(new String[0]);
  }

  private static String sentence(ParameterException e) {
    String message = oneLine(e.getMessage());
    if (e instanceof UnmatchedArgumentException) {
      message = unmatched((UnmatchedArgumentException) e);
    }
    message = message.replaceAll("is not an? (int|long)$", "is not a whole number");
    message = message.replaceAll("is not an? (float|double)$", "is not a number");
    return (message.endsWith(".") || message.endsWith("?") ? message : message + ".")
        + " See "
        + e.getCommandLine().getCommandSpec().qualifiedName()
        + " --help.";
  }

  private static String unmatched(UnmatchedArgumentException e) {
    String first = e.getUnmatched().get(0);
    boolean sample = e.getCommandLine().getParent() == null;
    String message =
        first.startsWith("-")
            ? "There is no option " + first
            : sample
                ? "There is no sample " + first
                : e.getCommandLine().getCommandName() + " takes no argument " + first;
    List<String> similar = e.getSuggestions();
    return similar.isEmpty() || !(sample || first.startsWith("-"))
        ? message
        : message + ". Did you mean " + similar.get(0) + "?";
  }

  private static String oneLine(@Nullable String message) {
    return message == null ? "" : message.replaceAll("\\s*\\R\\s*", " ");
  }

  /** The parser never comes here: a sample is always named, see {@link #withSample}. */
  @Override
  public void run() {
    throw new InputException("Name a sample: existing-model or csv.");
  }
}
