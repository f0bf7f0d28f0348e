package io.github.implicitbias.listener;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts a main method of this test class path in a JVM of its own. */
final class Jvm {

  private Jvm() {}

  static Process start(Class<?> main, String... args) throws Exception {
    return start(List.of(), main, args);
  }

  private static Process start(List<String> options, Class<?> main, String... args)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add(main.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Runs to the end and returns the exit code. */
  static int run(Class<?> main, String... args) throws Exception {
    return run(List.of(), main, args);
  }

  /** Runs to the end in a JVM with these options and returns the exit code. */
  static int run(List<String> options, Class<?> main, String... args) throws Exception {
    Process process = start(options, main, args);
    if (!process.waitFor(600, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(main + " did not end");
    }
    return process.exitValue();
  }
}
