package io.github.implicitbias.benchmarks.page;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A headless Chromium that looks at the page and measures what its reader would wait for. */
final class PageBrowser implements AutoCloseable {

  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");
  private static final double TICK_SECONDS = 0.01; // of /proc/<pid>/stat: USER_HZ is 100 on Linux

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  /**
   * Notes when the loss chart is drawn, counted from the beginning of the navigation, and when the
   * page has read the whole run.
   */
  private static final String WATCH =
      "performance.setResourceTimingBufferSize(100000);"
          + "window.paint = {};"
          + "(function look() {"
          + "  const page = window.implicitBias;"
          + "  try {"
          + "    const drawn = page && page.charts.loss[0].length > 1"
          + "      && document.querySelector('#panel-loss canvas');"
          + "    if (drawn && !paint.first) paint.first = performance.now();"
          + "    if (drawn && page.settled && !page.progress.unread && !paint.whole)"
          + "      paint.whole = performance.now();"
          + "  } catch (e) { /* not that far yet */ }"
          + "  if (!paint.whole) requestAnimationFrame(look);"
          + "})();";

  /** Goes to a step and waits until all panels are drawn and the browser has made a frame. */
  private static final String SCRUB =
      "const [steps, done] = arguments;"
          + "const turn = () => new Promise((resolve) => {"
          + "  setTimeout(resolve, 1); });"
          + "const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));"
          + "(async () => {"
          + "  const times = [];"
          + "  for (const step of steps) {"
          + "    await frame(); await turn();"
          + "    const begin = performance.now();"
          + "    implicitBias.go(step);"
          + "    while (implicitBias.step !== step || !implicitBias.settled) await turn();"
          + "    await frame(); await turn();"
          + "    times.push(performance.now() - begin);"
          + "    await new Promise((resolve) => setTimeout(resolve, 100));"
          + "  }"
          + "  done(times);"
          + "})().catch((e) => done(String(e)));";

  private final ChromeDriver driver;
  private final Path profile;
  private final ChromeDriverService service;

  PageBrowser() throws IOException {
    profile = Files.createTempDirectory("implicit-bias-page-cost");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(find("chromium", "chromium-browser", "google-chrome").toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--user-data-dir=" + profile,
        "--window-size=1280,900");
    service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(find("chromedriver").toFile())
            .usingAnyFreePort()
            .withSilent(true)
            .build();
    driver = new ChromeDriver(service, options);
    driver.manage().timeouts().scriptTimeout(Duration.ofMinutes(5));
    driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", WATCH));
  }

  private static Path find(String... names) {
    List<String> folders =
        new ArrayList<>(List.of(System.getenv("PATH").split(File.pathSeparator)));
    folders.add("/usr/bin");
    for (String name : names) {
      for (String folder : folders) {
        Path path = Path.of(folder, name);
        if (Files.isExecutable(path)) {
          return path;
        }
      }
    }
    throw new IllegalStateException("Install " + names[0] + ": it is not on the PATH.");
  }

  /**
   * Opens the page; returns the milliseconds to the first paint with data, and to the whole run.
   */
  double[] open(String url) throws InterruptedException {
    driver.get(url);
    await("return !!paint.whole");
    return new double[] {number("return paint.first"), number("return paint.whole")};
  }

  void leave() {
    driver.get("about:blank");
  }

  void await(String script) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (!Boolean.TRUE.equals(driver.executeScript(script))) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not within five minutes: " + script);
      }
      Thread.sleep(50);
    }
  }

  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  double number(String script) {
    return ((Number) driver.executeScript(script)).doubleValue();
  }

  /** Milliseconds from setting each step to the frame in which all panels show it. */
  double[] scrub(List<Long> steps) {
    Object times = driver.executeAsyncScript(SCRUB, steps);
    if (!(times instanceof List)) {
      throw new IllegalStateException(String.valueOf(times));
    }
    return ((List<?>) times).stream().mapToDouble(t -> ((Number) t).doubleValue()).toArray();
  }

  void startProfile() {
    driver.executeCdpCommand("Profiler.enable", Map.of());
    driver.executeCdpCommand("Profiler.start", Map.of());
  }

  /** The functions of the page in which most time went since {@link #startProfile}. */
  List<String> profile() {
    Map<?, ?> profile =
        (Map<?, ?>) in(driver.executeCdpCommand("Profiler.stop", Map.of()), "profile");
    Map<Object, Integer> hits = new TreeMap<>();
    ((List<?>) in(profile, "samples")).forEach(node -> hits.merge(node, 1, Integer::sum));
    Map<String, Integer> byFunction = new TreeMap<>();
    for (Object each : (List<?>) in(profile, "nodes")) {
      Map<?, ?> node = (Map<?, ?>) each;
      Map<?, ?> frame = (Map<?, ?>) in(node, "callFrame");
      String url = String.valueOf(frame.get("url"));
      String name = frame.get("functionName") + " " + url.substring(url.lastIndexOf('/') + 1);
      byFunction.merge(
          name + ":" + frame.get("lineNumber"), hits.getOrDefault(node.get("id"), 0), Integer::sum);
    }
    int all = hits.values().stream().mapToInt(n -> n).sum();
    return byFunction.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(25)
        .map(e -> Math.round(1000.0 * e.getValue() / all) / 10.0 + " % " + e.getKey())
        .collect(Collectors.toList());
  }

  private static Object in(Map<?, ?> answer, String key) {
    return Objects.requireNonNull(answer.get(key), key);
  }

  /** The largest answer to each question so far, in bytes. */
  Map<String, Long> answers() {
    Map<?, ?> found =
        (Map<?, ?>)
            driver.executeScript(
                "const most = {};"
                    + "for (const e of performance.getEntriesByType('resource')) {"
                    + "  const at = /data\\/(\\w+)/.exec(e.name);"
                    + "  if (at) most[at[1]] = Math.max(most[at[1]] || 0, e.decodedBodySize);"
                    + "}"
                    + "return most;");
    return found.entrySet().stream()
        .collect(
            Collectors.toMap(
                e -> String.valueOf(e.getKey()),
                e -> ((Number) e.getValue()).longValue(),
                Math::max,
                TreeMap::new));
  }

  /** CPU time of the browser's processes so far, in seconds. */
  double cpuSeconds() throws IOException {
    double ticks = 0;
    List<ProcessHandle> all =
        ProcessHandle.current().descendants().collect(Collectors.toUnmodifiableList());
    for (ProcessHandle process : all) {
      Path stat = Path.of("/proc/" + process.pid() + "/stat");
      if (Files.isReadable(stat)) {
        String line = Files.readString(stat);
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        ticks += Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
      }
    }
    return ticks * TICK_SECONDS;
  }

  @Override
  public void close() {
    driver.quit();
    service.stop();
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      profile.toFile().deleteOnExit();
    }
  }
}
