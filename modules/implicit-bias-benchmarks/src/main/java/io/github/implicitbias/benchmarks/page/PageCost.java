package io.github.implicitbias.benchmarks.page;

import io.github.implicitbias.benchmarks.DeepMnist;
import io.github.implicitbias.benchmarks.Machine;
import io.github.implicitbias.benchmarks.Median;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.ui.ImplicitBiasUi;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what a reader of the page waits for, and what the page costs, on a run of a million
 * records of 1,000 samples and 1,000 units that the engine wrote into a {@code FileStatsStorage}.
 */
@Command(
    name = "page-cost",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures the page in a headless Chromium, and its server.")
public final class PageCost implements Callable<Integer> {

  private static final int WARM_LOADS = 10;
  private static final int SCRUBS = 50;
  private static final int RATE = 1000;
  private static final int PAIRS = 12;
  private static final String LINE = "| %s | %s | %s |%n";

  /** CPU time of the server's threads by their id. */
  private final Map<Long, Long> serverNanos = new HashMap<>();

  @Option(names = "--steps", description = "Records of the run; ${DEFAULT-VALUE} by default.")
  private long steps = 1_000_000;

  @Option(
      names = "--file",
      description = "Where the run is kept, and taken from if it is there; a temporary file else.")
  private @Nullable Path file;

  @Option(
      names = "--seconds",
      description = "How long CPU time is measured; ${DEFAULT-VALUE} by default.")
  private int seconds = 20;

  @Option(names = "--quick", description = "Leaves out idle and growing runs.")
  private boolean quick;

  @Option(names = "--profile", description = "Scrubs only, and says where the page's time goes.")
  private boolean profile;

  @Option(
      names = "--deep",
      description =
          "Only thirty layers on the 60,000 samples of MNIST, in so many epochs: first paint,"
              + " scrubbing and answers.")
  private int deepEpochs;

  private final StringBuilder table = new StringBuilder("| | measured | goal |\n|---|--:|--:|\n");

  /** Runs the program; exits with 2 if an option is wrong. */
  public static void main(String[] args) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    // The server's threads would keep the program.
    System.exit(new CommandLine(new PageCost()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("page-cost");
    Path stored = file == null ? folder.resolve("run.bin") : file;
    try {
      if (!Files.exists(stored)) {
        if (deepEpochs > 0) {
          deep(stored);
        } else {
          write(stored);
        }
      }
      try (ImplicitBiasUi ui = ImplicitBiasUi.start(0);
          PageBrowser browser = new PageBrowser()) {
        if (profile) {
          profile(ui, browser, stored);
          return 0;
        }
        finished(ui, browser, stored);
        if (!quick && deepEpochs == 0) {
          growing(ui, browser, folder.resolve("growing.bin"));
        }
      }
    } finally {
      try (var files = Files.list(folder)) {
        for (Path path : files.collect(Collectors.toList())) {
          Files.delete(path);
        }
      }
      Files.delete(folder);
    }
    System.out.println(Machine.facts());
    System.out.println();
    System.out.println(table);
    return 0;
  }

  private void row(String what, String goal, String format, Object... values) {
    String measured = String.format(Locale.ROOT, format, values);
    System.err.printf("%s: %s%n", what, measured);
    table.append(String.format(Locale.ROOT, LINE, what, measured, goal));
  }

  private void write(Path stored) throws IOException {
    long begin = System.nanoTime();
    StatsStorage storage = new FileStatsStorage(stored.toFile());
    LongRun run = new LongRun("long", storage);
    run.record(steps);
    run.close();
    storage.close();
    row(
        "run of " + steps + " records written: time, flips, file",
        "",
        "%.0f s, %.1f million, %d MB",
        (System.nanoTime() - begin) / 1e9,
        run.flips() / 1e6,
        Files.size(stored) >> 20);
  }

  private void deep(Path stored) throws IOException {
    long begin = System.nanoTime();
    StatsStorage storage = new FileStatsStorage(stored.toFile());
    DeepMnist.record(storage, deepEpochs);
    storage.close();
    row(
        "60,000 samples, " + DeepMnist.LAYERS + " layers, epochs " + deepEpochs + ": time, file",
        "",
        "%.0f s, %d MB",
        (System.nanoTime() - begin) / 1e9,
        Files.size(stored) >> 20);
  }

  private void finished(ImplicitBiasUi ui, PageBrowser browser, Path stored) throws Exception {
    StatsStorage storage = new FileStatsStorage(stored.toFile());
    try {
      List<double[]> cold = new ArrayList<>();
      for (int k = 0; k < 5; k++) {
        ui.attach(storage);
        cold.add(browser.open(ui.url()));
        if (k < 4) {
          browser.leave();
          UIServer.getInstance().detach(storage);
        }
      }
      row("first paint, cold index, in a fresh JVM", "1 s", "%.2f s", cold.get(0)[0] / 1e3);
      row("whole run read, cold, in a fresh JVM", "", "%.2f s", cold.get(0)[1] / 1e3);
      row(
          "first paint, cold index, median of the next four",
          "1 s",
          "%.2f s",
          quantile(column(cold.subList(1, 5), 0), 0.5) / 1e3);
      row(
          "whole run read, cold, median of the next four",
          "",
          "%.2f s",
          quantile(column(cold.subList(1, 5), 1), 0.5) / 1e3);
      List<double[]> warm = new ArrayList<>();
      for (int k = 0; k < WARM_LOADS; k++) {
        warm.add(browser.open(ui.url()));
      }
      row(
          "first paint, warm, median of " + WARM_LOADS,
          "0.5 s",
          "%.2f s",
          quantile(column(warm, 0), 0.5) / 1e3);
      scrub(browser);
      play(browser);
      for (Map.Entry<String, Long> answer : browser.answers().entrySet()) {
        row(
            "largest answer to `" + answer.getKey() + "`",
            "1 MB",
            "%.1f kB",
            answer.getValue() / 1e3);
      }
      if (!quick) {
        row("browser at rest, just opened", "1 %", "%.2f %%", browserShare(browser));
        Thread.sleep(70_000);
        row("browser at rest, after a minute", "1 %", "%.2f %%", browserShare(browser));
      }
      browser.leave();
    } finally {
      UIServer.getInstance().detach(storage);
      storage.close();
    }
  }

  private void profile(ImplicitBiasUi ui, PageBrowser browser, Path stored) throws Exception {
    StatsStorage storage = new FileStatsStorage(stored.toFile());
    ui.attach(storage);
    browser.open(ui.url());
    browser.startProfile();
    double cpu = serverSeconds();
    scrub(browser);
    row("server, CPU per scrub", "", "%.1f ms", 1e3 * (serverSeconds() - cpu) / (2 * SCRUBS + 10));
    browser.profile().forEach(System.err::println);
    UIServer.getInstance().detach(storage);
    storage.close();
  }

  private void scrub(PageBrowser browser) throws IOException {
    long last = (long) browser.number("return implicitBias.progress.lastStep");
    SplittableRandom random = new SplittableRandom(3);
    List<Long> wanted = new ArrayList<>();
    for (int k = 0; k < SCRUBS; k++) {
      wanted.add(random.nextLong(last));
    }
    browser.scrub(wanted.subList(0, 10));
    double server = serverSeconds();
    double page = browser.cpuSeconds();
    double[] times = browser.scrub(wanted);
    server = serverSeconds() - server;
    page = browser.cpuSeconds() - page;
    row("scrub to a random step, median", "50 ms", "%.1f ms", quantile(times, 0.5));
    row("scrub to a random step, 95th percentile", "50 ms", "%.1f ms", quantile(times, 0.95));
    row(
        "scrub to a random step, CPU of the browser and of the server",
        "",
        "%.0f and %.1f ms",
        1e3 * page / SCRUBS,
        1e3 * server / SCRUBS);
    List<Long> next = new ArrayList<>();
    for (int k = 1; k <= SCRUBS; k++) {
      next.add(wanted.get(0) + k);
    }
    times = browser.scrub(next);
    row("next record, median", "50 ms", "%.1f ms", quantile(times, 0.5));
  }

  /** Plays the run at speed 1, which takes 20 s, and counts the steps shown. */
  private void play(PageBrowser browser) throws Exception {
    browser.run("implicitBias.go(0);");
    Thread.sleep(500);
    browser.run(
        "window.shown = new Set(); document.getElementById('speed').value = '1';"
            + "(function look() { shown.add(implicitBias.step);"
            + " if (!window.over) requestAnimationFrame(look); })();"
            + "document.getElementById('play').click();");
    double before = browser.cpuSeconds();
    Thread.sleep(10_000);
    double share = browser.cpuSeconds() - before;
    double count = browser.number("window.over = true; return shown.size");
    browser.run("document.getElementById('play').click();");
    row("playing at speed 1: steps drawn per second", "", "%.1f", count / 10);
    row("playing at speed 1: CPU of the browser", "", "%.0f %% of a core", 10 * share);
  }

  private double browserShare(PageBrowser browser) throws Exception {
    double before = browser.cpuSeconds();
    long begin = System.nanoTime();
    Thread.sleep(1000L * seconds);
    return 100 * (browser.cpuSeconds() - before) / ((System.nanoTime() - begin) / 1e9);
  }

  private void growing(ImplicitBiasUi ui, PageBrowser browser, Path stored) throws Exception {
    StatsStorage storage = new FileStatsStorage(stored.toFile());
    ui.attach(storage);
    LongRun run = new LongRun("growing", storage);
    run.record(50_000);
    browser.open(ui.url());
    run.recordAt(RATE, System.nanoTime() + 20_000_000_000L); // compiles what is needed
    double cpu = serverSeconds();
    double browserCpu = browser.cpuSeconds();
    long begin = System.nanoTime();
    run.recordAt(RATE, begin + seconds * 1_000_000_000L);
    double elapsed = (System.nanoTime() - begin) / 1e9;
    row(
        "server, page open on a run that grows by 1,000 records/s",
        "1 % of a core",
        "%.2f %%",
        100 * (serverSeconds() - cpu) / elapsed);
    row("browser meanwhile", "", "%.1f %%", 100 * (browser.cpuSeconds() - browserCpu) / elapsed);
    stalled(ui, browser, run);
    run.close();
    browser.leave();
    UIServer.getInstance().detach(storage);
    storage.close();
  }

  /** Recording at full speed, with and without a reader that asks and never reads. */
  private void stalled(ImplicitBiasUi ui, PageBrowser browser, LongRun run) throws Exception {
    long block = 10_000;
    run.record(block);
    double[] walls = new double[PAIRS];
    double[] cpus = new double[PAIRS];
    for (int pair = 0; pair < PAIRS; pair++) {
      double[][] spent = new double[2][];
      for (int k = 0; k < 2; k++) {
        boolean with = (pair + k) % 2 == 1;
        try (Socket reader = with ? stalledReader(ui, run.id()) : null) {
          spent[with ? 1 : 0] = record(run, block);
        }
      }
      walls[pair] = spent[1][0] / spent[0][0];
      cpus[pair] = spent[1][1] / spent[0][1];
    }
    Median wall = new Median(walls);
    row(
        "recording at full speed, page open: with a stalled reader / without, time",
        "1",
        "%.3f (%.3f to %.3f)",
        wall.value(),
        wall.low(),
        wall.high());
    Median cpu = new Median(cpus);
    row(
        "the same, CPU of the thread that records",
        "1",
        "%.3f (%.3f to %.3f)",
        cpu.value(),
        cpu.low(),
        cpu.high());
    for (int pair = 0; pair < PAIRS; pair++) {
      double[][] spent = new double[2][];
      for (int k = 0; k < 2; k++) {
        boolean with = (pair + k) % 2 == 1;
        if (with) {
          browser.open(ui.url());
        } else {
          browser.leave();
        }
        spent[with ? 1 : 0] = record(run, block);
      }
      cpus[pair] = spent[1][1] / spent[0][1];
      walls[pair] = spent[1][0] / spent[0][0];
    }
    Median page = new Median(cpus);
    row(
        "recording at full speed, page open / closed, CPU of the thread that records",
        "1",
        "%.3f (%.3f to %.3f)",
        page.value(),
        page.low(),
        page.high());
    Median both = new Median(walls);
    row(
        "the same, time (the browser runs on the same cores)",
        "",
        "%.3f (%.3f to %.3f)",
        both.value(),
        both.low(),
        both.high());
  }

  private static double[] record(LongRun run, long count) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    long begin = System.nanoTime();
    run.record(count);
    return new double[] {System.nanoTime() - begin, threads.getCurrentThreadCpuTime() - cpu};
  }

  /** Asks for large answers again and again on one connection, and reads none of them. */
  private static Socket stalledReader(ImplicitBiasUi ui, RunId run) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), ui.port());
    OutputStream out = socket.getOutputStream();
    String host = " HTTP/1.1\r\nHost: 127.0.0.1:" + ui.port() + "\r\n\r\n";
    String base = "GET /train/implicit-bias/data/";
    String of = "?run=" + run;
    for (int k = 0; k < 100; k++) {
      String question = base + "step" + of + "&layer=0&step=" + 100 * k + host;
      out.write(question.getBytes(StandardCharsets.US_ASCII));
    }
    out.flush();
    return socket;
  }

  /** CPU time of the threads that serve the page. */
  private double serverSeconds() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null
          && (info.getThreadName().startsWith("vert.x-")
              || info.getThreadName().startsWith("implicit-bias-index"))) {
        // What a thread that has ended took is not forgotten.
        serverNanos.merge(
            info.getThreadId(), threads.getThreadCpuTime(info.getThreadId()), Math::max);
      }
    }
    return serverNanos.values().stream().mapToLong(n -> n).sum() / 1e9;
  }

  private static double[] column(List<double[]> rows, int k) {
    return rows.stream().mapToDouble(row -> row[k]).toArray();
  }

  private static double quantile(double[] values, double part) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  }
}
