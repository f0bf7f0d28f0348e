package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as it is started from a shell. */
@Timeout(120)
class CommandLineTest {

  @TempDir Path folder;

  @Test
  void help_namesTheSamples_andEachHasItsOwn() {
    String all = Cli.succeed("--help").out;
    assertTrue(all.contains("existing-model") && all.contains("csv"), all);
    assertTrue(all.contains("initializers"), all);
    for (String sample : new String[] {"existing-model", "csv"}) {
      String help = Cli.succeed(sample, "--help").out;
      for (String option :
          new String[] {
            "--[no-]ui",
            "--port",
            "--out",
            "--seed",
            "--learning-rate",
            "--steps",
            "--epochs",
            "--flips",
            "--verbose"
          }) {
        assertTrue(
            help.contains(option + "=")
                || help.contains(option + " ")
                || help.contains(option + "]"),
            option + " in " + help);
      }
    }
    assertTrue(Cli.succeed("existing-model", "--help").out.contains("tanh"));
    assertEquals("", Cli.succeed("csv", "--help").err);
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Paths.get(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Samples.class.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("stdout").toFile())
        .redirectError(folder.resolve("stderr").toFile())
        .start();
  }

  private String output(String stream) throws IOException {
    return Files.readString(folder.resolve(stream));
  }

  @Test
  void badInput_endsWithCode2AndOneLine() throws Exception {
    Process process = start("csv", "--data", "none.csv");
    assertEquals(2, process.waitFor());
    assertEquals(1, output("stderr").lines().count(), output("stderr"));
    assertEquals("", output("stdout"));
  }

  @Test
  void aRun_isQuiet_andEndsWithCode0() throws Exception {
    Process process =
        start("csv", "--data", Cli.reference("s1a_data.csv"), "--steps", "5", "--no-ui");
    assertEquals(0, process.waitFor(), output("stderr"));
    assertEquals("", output("stderr"));
    assertTrue(output("stdout").startsWith(System.lineSeparator() + "model "), output("stdout"));
  }

  @Test
  void verbose_showsWhatDl4jLogs() throws Exception {
    Process process =
        start(
            "csv", "--data", Cli.reference("s1a_data.csv"), "--steps", "5", "--no-ui", "--verbose");
    assertEquals(0, process.waitFor(), output("stderr"));
    assertTrue(output("stderr").contains("INFO"), output("stderr"));
  }

  @Test
  void anInterruptedRun_leavesWhatWasRecorded() throws Exception {
    Path results = Files.createDirectory(folder.resolve("results"));
    Process process =
        start(
            "csv",
            "--data",
            Cli.reference("s1a_data.csv"),
            "--steps",
            "100000000",
            "--no-ui",
            "--out",
            results.resolve("out").toString());
    while (process.isAlive() && !hasRecords(results)) {
      Thread.sleep(50);
    }
    assertTrue(process.isAlive(), output("stderr"));
    process.destroy();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(List.of("out"), names(results), "nothing temporary is left");
    assertEquals(List.of("run.ibrun"), names(results.resolve("out")));
    Run run = RunFile.open(results.resolve("out/run.ibrun"));
    assertTrue(run.size() > 100, () -> run.size() + " records");
    assertEquals(run.lastStep() + 1, run.size(), "every step has its record");
    assertEquals(List.of(), run.gaps());
    assertTrue(output("stderr").contains("What was recorded until now is in"), output("stderr"));
    assertFalse(output("stderr").contains("WARN"), output("stderr"));
  }

  /** Whether a file below a folder is longer than header and first records of a run can be. */
  private static boolean hasRecords(Path directory) throws IOException {
    try (java.util.stream.Stream<Path> files = Files.walk(directory)) {
      return files.anyMatch(file -> file.toFile().isFile() && file.toFile().length() > 500_000);
    }
  }

  private static List<String> names(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (java.util.stream.Stream<Path> files = Files.list(directory)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }
}
