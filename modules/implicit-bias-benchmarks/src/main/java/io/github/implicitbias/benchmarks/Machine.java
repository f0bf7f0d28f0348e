package io.github.implicitbias.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.LocalDate;
import java.util.Locale;
import java.util.stream.Stream;
import org.nd4j.linalg.factory.Nd4j;

/** What the figures were measured on. */
public final class Machine {

  private Machine() {}

  /** Returns cores, processor, load, JVM and data of the day in one line. */
  public static String facts() {
    Runtime runtime = Runtime.getRuntime();
    return String.format(
        Locale.ROOT,
        "%s; %d cores%s, load %.1f; %s %s, %s %s; heap %d MB; native threads 1 (BLAS %d).",
        LocalDate.now(),
        runtime.availableProcessors(),
        processor(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("java.vm.name"),
        System.getProperty("java.version"),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        runtime.maxMemory() >> 20,
        Nd4j.factory().blas().getMaxThreads());
  }

  private static String processor() {
    Path info = Paths.get("/proc/cpuinfo");
    try (Stream<String> lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> " of " + line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse("");
    } catch (java.io.IOException | java.io.UncheckedIOException e) {
      return "";
    }
  }
}
