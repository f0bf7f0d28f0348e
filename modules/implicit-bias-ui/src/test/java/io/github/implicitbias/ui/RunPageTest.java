package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.page.RunPage;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.RunFollower;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.Series;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run as one HTML file shows, opened from disk, what the run says. */
@ExtendWith(Browser.Installed.class)
class RunPageTest {

  private static final int STEPS = 150;
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private static Browser browser;
  private static InMemoryStatsStorage storage;
  private static Run classes;

  @TempDir Path folder;

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    classes = RealRuns.classes(storage, STEPS);
    browser = new Browser(1500, 1100);
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  private static void open(Path file, String hash) {
    browser.console().clear();
    browser.requests().clear();
    browser.open("about:blank");
    browser.open(file.toUri() + hash);
    browser.await("the run", "window.implicitBias && window.implicitBias.settled");
  }

  private static void goTo(long step) {
    browser.run("window.implicitBias.go(arguments[0])", step);
    browser.await(
        "step " + step,
        "window.implicitBias.settled && window.implicitBias.step === arguments[0]",
        step);
  }

  private static JsonNode json(String expression) throws Exception {
    return new ObjectMapper()
        .readTree(browser.<String>run("return JSON.stringify(" + expression + ")"));
  }

  /** Nothing in the console, and nothing was asked for but the file itself. */
  private static void checkNothingOdd(Path file) {
    assertEquals(List.of(), browser.console());
    assertEquals(
        List.of(),
        browser.requests().stream()
            .filter(url -> !url.startsWith(file.toUri().toString()))
            .filter(url -> !url.startsWith("data:") && !url.startsWith("about:"))
            .filter(url -> !url.startsWith("chrome"))
            .collect(Collectors.toList()));
  }

  private static void checkStep(Run run, long step, String layer) throws Exception {
    JsonNode values = json("window.implicitBias.record.values");
    List<String> columns = run.header().columnNames();
    double[] row = run.values(step);
    for (int k = 0; k < columns.size(); k++) {
      JsonNode shown = values.get(columns.get(k));
      if (Absent.is(row[k])) {
        assertTrue(shown.isNull(), columns.get(k) + " at " + step);
      } else {
        double found = shown.isNumber() ? shown.asDouble() : Double.parseDouble(shown.asText());
        assertEquals(row[k], found, columns.get(k) + " at " + step);
      }
    }
    ActivationPattern pattern = run.patternAt(step, layer);
    long previous = run.stepAtOrBefore(step - 1);
    ActivationPattern before = previous < 0 ? null : run.patternAt(previous, layer);
    List<String> colours = browser.run("return window.implicitBias.colours");
    List<String> cells = browser.run(ImplicitBiasPageTest.CELLS);
    for (int unit = 0; unit < pattern.units(); unit++) {
      String[] cell = cells.get(unit).split(" ");
      for (int sample = 0; sample < pattern.samples(); sample++) {
        boolean on = pattern.isOn(unit, sample);
        boolean flipped = before != null && on != before.isOn(unit, sample);
        assertEquals(
            colours.get((on ? 1 : 0) + (flipped ? 2 : 0)),
            cell[sample],
            "step " + step + ", unit " + unit + ", sample " + sample);
      }
    }
  }

  @Test
  void aRealRun_isTheSameFromDisk_asFromTheServer() throws Exception {
    Path file = folder.resolve("run.html");
    ImplicitBiasUi.writePage(storage, "classes", classes.header().workerId(), file);
    assertEquals(List.of("run.html"), files(), "nothing temporary is left");
    JsonNode served;
    try (ImplicitBiasUi ui = ImplicitBiasUi.start(0)) {
      ui.attach(storage);
      browser.open(ui.url() + "?session=classes&step=40&unit=5");
      browser.await("the run", "window.implicitBias && window.implicitBias.settled");
      browser.await("history", "window.implicitBias.history");
      served = json("window.implicitBias.panels");
      browser.open("about:blank");
    }
    open(file, "#step=40&unit=5");
    browser.await("history", "window.implicitBias.history");
    JsonNode alone = json("window.implicitBias.panels");
    Set<String> present = new TreeSet<>();
    served
        .fieldNames()
        .forEachRemaining(
            id -> {
              assertEquals(served.get(id).isNull(), alone.get(id).isNull(), id);
              if (!served.get(id).isNull()) {
                present.add(id);
              }
            });
    for (String id : List.of("predictions", "support", "cost")) {
      assertEquals(served.get(id), alone.get(id), id);
      assertTrue(present.contains(id), id);
    }
    for (String order : List.of("rows", "columns")) {
      assertEquals(served.get("raster").get(order), alone.get("raster").get(order));
    }
    Random random = new Random(11);
    Set<Integer> steps = new TreeSet<>(List.of(0, 1, STEPS));
    while (steps.size() < 20) {
      steps.add(random.nextInt(STEPS));
    }
    for (int step : steps) {
      goTo(step);
      checkStep(classes, step, "layer0");
      JsonNode span = json("window.implicitBias.panels.support.span");
      double[] coefficients = classes.sampleValues("spanCoefficients", step);
      for (JsonNode bar : span) {
        if (coefficients != null) {
          assertEquals(coefficients[bar.get(0).asInt()], bar.get(1).asDouble(), "step " + step);
        }
      }
    }
    JsonNode loss = json("window.implicitBias.charts.loss");
    assertEquals(STEPS + 1, loss.get(0).size());
    Series recorded = classes.metric("loss");
    for (int i = 0; i <= STEPS; i++) {
      assertEquals(recorded.value(i), loss.get(1).get(i).asDouble());
    }
    String status = browser.run("return document.getElementById('status').title");
    assertTrue(status.startsWith("151 records in this file, recorded"), status);
    assertTrue(
        browser.<String>run("return location.hash").contains("step=" + STEPS)
            || browser.<String>run("return location.hash").contains("unit=5"));
    browser.run("document.getElementById('speed').value = '1'");
    goTo(0);
    browser.run("document.getElementById('play').click()");
    browser.await("it plays", "window.implicitBias.step > 3");
    browser.run("document.getElementById('play').click()");
    assertEquals(true, browser.run("return document.getElementById('save-run').hidden"));
    checkNothingOdd(file);
    goTo(40);
    for (int width : new int[] {1280, 2560}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.size(width, width == 1280 ? 900 : 1440);
        browser.dark(dark);
        browser.drawn();
        browser.screenshot(
            SCREENSHOTS.resolve("file-" + width + (dark ? "-dark" : "-light") + ".png"));
      }
    }
    browser.dark(false);
    browser.size(1500, 1100);
  }

  private List<String> files() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).collect(Collectors.toList());
    }
  }

  @Test
  void historiesFromDisk_areThoseFromTheServer() throws Exception {
    Path file = folder.resolve("run.html");
    ImplicitBiasUi.writePage(storage, "classes", classes.header().workerId(), file);
    List<List<List<String>>> served = new ArrayList<>();
    List<List<List<String>>> alone = new ArrayList<>();
    try (ImplicitBiasUi ui = ImplicitBiasUi.start(0)) {
      ui.attach(storage);
      for (String choice : List.of("unit=5", "sample=77")) {
        browser.open(ui.url() + "?session=classes&step=40&" + choice);
        browser.await("history", "window.implicitBias && window.implicitBias.settled");
        browser.await("history", "window.implicitBias.history");
        served.add(browser.run(RasterPageTest.HISTORY));
        browser.open("about:blank");
      }
    }
    for (String choice : List.of("unit=5", "sample=77")) {
      open(file, "#step=40&" + choice);
      browser.await("history", "window.implicitBias.history");
      alone.add(browser.run(RasterPageTest.HISTORY));
    }
    assertEquals(served, alone);
    assertNotEquals(alone.get(0), alone.get(1));
    checkNothingOdd(file);
  }

  @Test
  void aRunTooLargeForTheFile_isDecimated_andSaysSo() throws Exception {
    InMemoryStatsStorage other = new InMemoryStatsStorage();
    ReplayedRun run = new ReplayedRun("long", "worker", 4000).store(other, 34, 35);
    Path file = folder.resolve("small.html");
    StatsStorageRuns runs = new StatsStorageRuns();
    runs.attach(other);
    RunLog log = runs.open(run.header.id());
    RunPage.write(log, file, 900_000);
    assertTrue(Files.size(file) <= 900_000 && Files.size(file) > 600_000, "bytes");
    open(file, "");
    Run recorded = new RunFollower(log).followAll();
    String status = browser.run("return document.getElementById('status').title");
    assertTrue(status.matches("[\\d,]+ of [\\d,]+ records in this file, recorded.*"), status);
    long here = Long.parseLong(status.replaceAll(" of .*", "").replaceAll("\\D", ""));
    assertTrue(here > 50 && here < 0.8 * recorded.size(), status);
    assertTrue(status.replace(",", "").contains(" of " + recorded.size() + " "), status);
    // From record to record, from the first to the last, through the gap.
    TreeSet<Long> steps = new TreeSet<>();
    goTo(0);
    steps.add(0L);
    Random random = new Random(3);
    while (steps.size() < 20) {
      browser.run("window.implicitBias.go(arguments[0])", random.nextInt(4000));
      browser.await("a record", "window.implicitBias.settled");
      Long at = browser.run("return window.implicitBias.step");
      if (Boolean.TRUE.equals(browser.run("return window.implicitBias.record.known"))) {
        assertEquals(at, recorded.stepAtOrBefore(at), "a recorded step");
        checkStep(recorded, at, "layer0");
        steps.add(at);
      } else {
        assertTrue(at > 1699 && at < 1800, "inside the gap: " + at);
      }
    }
    goTo(4000);
    checkStep(recorded, 4000, "layer0");
    goTo(1750);
    assertEquals(false, browser.run("return window.implicitBias.record.known"));
    assertTrue(browser.<Long>run("return window.implicitBias.record.previous") < 1700);
    assertTrue(browser.<Long>run("return window.implicitBias.record.next") >= 1800);
    assertEquals(run.steps, browser.<Long>run("return window.implicitBias.progress.lastStep"));
    checkNothingOdd(file);
  }

  @Test
  void hostileNames_areText() throws Exception {
    String session = "</script><script>window.hacked = 1</script>\"'&<!--";
    InMemoryStatsStorage other = new InMemoryStatsStorage();
    new ReplayedRun(session, "w</title><img src=x onerror=\"hacked=1\">", 60).store(other);
    Path file = folder.resolve("hostile.html");
    ImplicitBiasUi.writePage(other, session, "w</title><img src=x onerror=\"hacked=1\">", file);
    String html = Files.readString(file);
    assertFalse(html.contains("hacked = 1</script>"), "the id lies packed in the file");
    open(file, "#layer=%3Cb%3E&step=-1");
    assertEquals("Implicit bias - " + session, browser.run("return document.title"));
    assertEquals(session, browser.run("return window.implicitBias.run.session"));
    assertNull(browser.<Object>run("return window.hacked"));
    checkNothingOdd(file);
  }

  @Test
  void theServer_givesTheFile_andRefusesWhatThereIsNot() throws Exception {
    try (ImplicitBiasUi ui = ImplicitBiasUi.start(0)) {
      ui.attach(storage);
      String base = "http://127.0.0.1:" + ui.port() + "/train/implicit-bias/file";
      HttpClient client = HttpClient.newHttpClient();
      HttpResponse<String> found =
          client.send(
              HttpRequest.newBuilder(URI.create(base + "?run=" + classes.header().id())).build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(200, found.statusCode());
      assertEquals(
          "attachment; filename=\"classes.html\"",
          found.headers().firstValue("content-disposition").orElse(""));
      assertTrue(found.body().startsWith("<!DOCTYPE html>") && found.body().endsWith("</html>\n"));
      Map<String, Integer> refused =
          Map.of("", 400, "?run=classes", 400, "?run=" + RunId.random(), 404);
      for (Map.Entry<String, Integer> one : refused.entrySet()) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(URI.create(base + one.getKey())).build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(one.getValue(), answer.statusCode(), one.getKey());
        assertTrue(new ObjectMapper().readTree(answer.body()).has("error"), answer.body());
      }
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ImplicitBiasUi.writePage(storage, "no", "no", folder.resolve("no.html")));
    assertEquals(List.of(), files());
  }

  @Test
  void aRunFile_becomesTheSamePage() throws Exception {
    ReplayedRun run = new ReplayedRun("from a file", "worker", 300);
    Path runFile = folder.resolve("run.ibrun");
    run.write(runFile);
    Path file = folder.resolve("run.html");
    Files.writeString(file, "something older");
    RunPage.write(runFile, file);
    open(file, "#step=123");
    goTo(123);
    checkStep(new RunFollower(run.log()).followAll(), 123, "layer0");
    assertArrayEquals(
        new RunFollower(run.log()).followAll().values(123), RunFile.open(runFile).values(123));
    checkNothingOdd(file);
    // The data in the file are base64 and nothing else.
    String html = Files.readString(file);
    int at = html.indexOf("id=\"ib-index\">") + 14;
    assertTrue(
        Base64.getDecoder().decode(html.substring(at, html.indexOf("</script>", at))).length > 50);
  }
}
