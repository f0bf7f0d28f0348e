package io.github.implicitbias.page;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Node.js with its own test runner, which reports every test of a script as a line of TAP. */
final class Node {

  static final String REQUIRE = "IMPLICIT_BIAS_REQUIRE_NODE";

  /** The first version that has the reporter asked for. */
  private static final int[] OLDEST = {18, 15};

  private static final Pattern VERSION = Pattern.compile("v(\\d+)\\.(\\d+)\\..*");
  private static final Pattern RESULT =
      Pattern.compile("( *)(not )?ok \\d+ - (.*?)( # (?:SKIP|TODO).*)?");
  private static final long PATIENCE_SECONDS = 300;

  /** What became of one test: null if it passed, else what the runner says of it. */
  static final class Outcome {
    final String name;
    final String failure;

    Outcome(String name, String failure) {
      this.name = name;
      this.failure = failure;
    }
  }

  private final Path program;

  private Node(Path program) {
    this.program = program;
  }

  /** The Node.js on the path; null if there is none that is new enough. */
  static Node installed() throws IOException, InterruptedException {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      Path program = Path.of(folder, "node");
      if (Files.isExecutable(program)) {
        Node node = new Node(program);
        return isNewEnough(String.join("", node.start("--version"))) ? node : null;
      }
    }
    return null;
  }

  static boolean isNewEnough(String version) {
    Matcher found = VERSION.matcher(version.trim());
    if (!found.matches()) {
      return false;
    }
    int major = Integer.parseInt(found.group(1));
    int minor = Integer.parseInt(found.group(2));
    return major > OLDEST[0] || major == OLDEST[0] && minor >= OLDEST[1];
  }

  /** Whether tests are skipped; says so once, and fails where Node.js is required. */
  static boolean isMissing(
      boolean installed, boolean required, AtomicBoolean said, PrintStream out) {
    if (!installed && required) {
      throw new IllegalStateException(
          "No Node.js 18.15 or newer on the PATH, but " + REQUIRE + " asks for it.");
    }
    if (!installed && said.compareAndSet(false, true)) {
      out.println("Unit tests of JavaScript are skipped: install Node.js 18.15 or newer.");
    }
    return !installed;
  }

  /** Runs all tests of a folder. */
  List<Outcome> test(Path folder) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("--test", "--test-reporter=tap"));
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(Path::toString)
          .filter(name -> name.endsWith(".test.js"))
          .sorted()
          .forEach(arguments::add);
    }
    return read(start(arguments.toArray(new String[0])));
  }

  List<String> start(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path printed = Files.createTempFile("implicit-bias-node", ".tap");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(printed.toFile())
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("Node.js did not end within " + PATIENCE_SECONDS + " s");
      }
      return Files.readAllLines(printed, StandardCharsets.UTF_8);
    } finally {
      Files.delete(printed);
    }
  }

  /** Reads TAP: a line per test, and below the line of a failure a block that describes it. */
  static List<Outcome> read(List<String> lines) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher result = RESULT.matcher(lines.get(i));
      if (!result.matches()) {
        continue;
      }
      boolean failed = result.group(2) != null;
      // A file counts as a test of its own: of interest only if it could not be run at all.
      boolean isFile = result.group(3).endsWith(".test.js");
      if (!isFile || failed) {
        String name = result.group(3).replace("\\#", "#").replace("\\\\", "\\");
        outcomes.add(new Outcome(name, failed ? block(lines, i + 1) : null));
      }
    }
    return outcomes;
  }

  private static String block(List<String> lines, int from) {
    return lines.stream()
        .skip(from)
        .takeWhile(line -> !line.trim().equals("..."))
        .map(line -> line.replaceFirst("^ {2}", ""))
        .collect(Collectors.joining("\n"));
  }
}
