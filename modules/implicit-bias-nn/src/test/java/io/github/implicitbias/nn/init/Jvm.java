package io.github.implicitbias.nn.init;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A main method of this test class path in a JVM of its own. */
final class Jvm implements AutoCloseable {

  private final Process process;
  private final Path output;

  private Jvm(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  static Jvm start(List<String> options, Class<?> main) throws Exception {
    return start(options, Map.of(), main);
  }

  static Jvm start(
      List<String> options, Map<String, String> environment, Class<?> main, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("jvm", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return new Jvm(builder.start(), output);
  }

  /** Waits for the end and returns what was printed. */
  String printed(int seconds) throws Exception {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The JVM did not end within " + seconds + " s.");
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException("The JVM ended with " + process.exitValue() + ".");
    }
    return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws Exception {
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    Files.deleteIfExists(output);
  }
}
