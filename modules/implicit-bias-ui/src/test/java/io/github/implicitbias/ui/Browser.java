package io.github.implicitbias.ui;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium with a profile of its own, which remembers console and requests. */
final class Browser implements AutoCloseable {

  private static final String REQUIRE = "IMPLICIT_BIAS_REQUIRE_BROWSER";
  private static final Path CHROMIUM =
      find("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final Path CHROMEDRIVER = find("chromedriver");

  /** Selenium warns that it has no classes for this browser's debugging protocol; none is used. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Skips a test class where no browser is installed, and says so once. */
  static final class Installed implements ExecutionCondition {
    private static final AtomicBoolean SAID = new AtomicBoolean();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return decide(
          CHROMIUM != null && CHROMEDRIVER != null,
          Boolean.parseBoolean(System.getProperty(REQUIRE, System.getenv(REQUIRE))),
          SAID,
          System.out);
    }

    static ConditionEvaluationResult decide(
        boolean installed, boolean required, AtomicBoolean said, PrintStream out) {
      if (installed) {
        return ConditionEvaluationResult.enabled("a browser is installed");
      }
      if (required) {
        throw new IllegalStateException(
            "No Chromium with chromedriver on the PATH, but " + REQUIRE + " asks for one.");
      }
      if (said.compareAndSet(false, true)) {
        out.println("Browser tests are skipped: install Chromium and chromedriver to run them.");
      }
      return ConditionEvaluationResult.disabled("no browser is installed");
    }
  }

  final ChromeDriver driver;
  private final Path profile;
  private final List<String> console = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();

  Browser(int width, int height) throws IOException {
    profile = Files.createTempDirectory("implicit-bias-browser");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.setCapability("goog:loggingPrefs", logs);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--user-data-dir=" + profile,
        "--window-size=" + width + "," + height);
    // Naming both files keeps Selenium from looking for, and fetching, browsers and drivers.
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(CHROMEDRIVER.toFile())
                .usingAnyFreePort()
                .withSilent(true)
                .build(),
            options);
  }

  private static Path find(String... names) {
    List<String> folders =
        new ArrayList<>(Arrays.asList(System.getenv("PATH").split(File.pathSeparator)));
    folders.add("/usr/bin");
    for (String name : names) {
      for (String folder : folders) {
        Path path = Path.of(folder, name);
        if (Files.isExecutable(path)) {
          return path;
        }
      }
    }
    return null;
  }

  void open(String url) {
    driver.get(url);
  }

  /** Returns a script of the tests by its name: the body of a function, for {@link #run}. */
  static String script(String name) {
    try (InputStream in = Browser.class.getResourceAsStream("scripts/" + name + ".js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What axe-core finds wrong with the page as it is. */
  List<String> violations() {
    driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(120));
    try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
      driver.executeScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> found = new ArrayList<>();
    for (Object one : (List<?>) driver.executeAsyncScript(script("accessibility-violations"))) {
      found.add((String) one);
    }
    return found;
  }

  @SuppressWarnings("unchecked") // the caller knows what its script returns
  <T> T run(String script, Object... arguments) {
    return (T) driver.executeScript(script, arguments);
  }

  /** Waits until a script returns true. */
  void await(String what, String condition, Object... arguments) {
    await(what, () -> Boolean.TRUE.equals(run("return !!(" + condition + ")", arguments)));
  }

  void await(String what, Supplier<Boolean> condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!ready(condition)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "Not within " + PATIENCE.toSeconds() + " s: " + what + ". Console: " + console());
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** Waits until what has changed is drawn: some frames have passed, and nothing moves any more. */
  void drawn() {
    for (int twice = 0; twice < 2; twice++) {
      driver.executeAsyncScript(
          "const done = arguments[0]; let left = 3;"
              + "const frame = () => (left-- > 0 ? requestAnimationFrame(frame) : done(true));"
              + "frame();");
      await(
          "nothing moves",
          "document.getAnimations().every((one) => one.playState !== 'running')"
              + " && (!window.implicitBias || window.implicitBias.settled"
              + " || ['empty', 'error'].includes(window.implicitBias.state))");
    }
  }

  private static boolean ready(Supplier<Boolean> condition) {
    try {
      return condition.get();
    } catch (WebDriverException e) {
      return false; // the page is not that far yet
    }
  }

  /** Everything the console has shown since the browser started. */
  List<String> console() {
    for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
      console.add(entry.getLevel() + " " + entry.getMessage());
    }
    return console;
  }

  /** Everything the browser's pages have asked for, as the browser's own log has it. */
  List<String> requests() {
    String marker = "\"method\":\"Network.requestWillBeSent\"";
    String field = "\"request\":{";
    for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      String message = entry.getMessage();
      int at = message.contains(marker) ? message.indexOf(field) : -1;
      if (at >= 0) {
        int url = message.indexOf("\"url\":\"", at) + 7;
        requests.add(message.substring(url, message.indexOf('"', url)));
      }
    }
    return requests;
  }

  /** Requests to anywhere but the given origin; the browser's own pages do not count. */
  List<String> requestsOutside(String origin) {
    return requests().stream()
        .filter(url -> !url.startsWith(origin + "/"))
        .filter(url -> !url.startsWith("data:") && !url.startsWith("chrome"))
        .collect(Collectors.toList());
  }

  void dark(boolean dark) {
    media(dark, false);
  }

  /** What the reader has set: light or dark, and whether things may move. */
  void media(boolean dark, boolean still) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of(
                    "name",
                    "prefers-reduced-motion",
                    "value",
                    still ? "reduce" : "no-preference"))));
  }

  /** Makes the window's content exactly this large. */
  void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  void screenshot(Path file) throws IOException {
    Map<String, Object> shot =
        driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode((String) shot.get("data")));
  }

  @Override
  public void close() {
    driver.quit();
    try (Stream<Path> files = Files.walk(profile)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      profile.toFile().deleteOnExit();
    }
  }
}
