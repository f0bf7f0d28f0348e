package io.github.implicitbias.nn.init;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a main method of this test class path in a JVM of its own. */
final class Jvm {

  private Jvm() {}

  /** Returns what it printed, after it has ended. */
  static String run(Class<?> main, Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("jvm", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            main.getName());
    builder.command().addAll(List.of(args));
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      if (!process.waitFor(300, TimeUnit.SECONDS)) {
        throw new IllegalStateException(main + " did not end");
      }
      return new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(out);
    }
  }
}
