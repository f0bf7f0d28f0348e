package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Event;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** What the browser draws is what was recorded, to the last pixel. */
class ImplicitBiasPageTest extends PageTest {

  private static final int STEPS = 1000;

  /** Colour of the middle of a cell, by unit and sample, as text of red, green and blue. */
  static final String CELLS = Browser.script("cells");

  private InMemoryStatsStorage storage;

  @BeforeEach
  void beginStorage() {
    storage = new InMemoryStatsStorage();
  }

  private void show() {
    show("");
  }

  private void show(String query) {
    show(storage, query);
  }

  @Test
  void rasterAndValues_equalTheReplayedRun_at20StepsWithFirstAndLast() {
    ReplayedRun run = new ReplayedRun("a run", "worker", STEPS).store(storage);
    show();
    Set<Integer> steps = new TreeSet<>(List.of(0, STEPS));
    Random random = new Random(5);
    while (steps.size() < 20) {
      steps.add(random.nextInt(STEPS));
    }
    for (int layer = 0; layer < ReplayedRun.LAYERS.length; layer++) {
      pick("layer", ReplayedRun.LAYERS[layer]);
      for (int step : steps) {
        goTo(step);
        browser.await("layer", "window.implicitBias.record.pattern.layer === arguments[0]", layer);
        checkRaster(run, layer, step);
        checkValues(run, step);
      }
    }
    checkNothingOdd();
  }

  private static void checkRaster(ReplayedRun run, int layer, int step) {
    checkRaster(run, layer, step, step > 0);
  }

  private static void checkRaster(ReplayedRun run, int layer, int step, boolean flips) {
    List<String> colours = browser.run("return window.implicitBias.colours");
    List<String> rows = browser.run(CELLS);
    assertEquals(ReplayedRun.UNITS[layer], rows.size());
    for (int unit = 0; unit < rows.size(); unit++) {
      StringBuilder expected = new StringBuilder();
      for (int sample = 0; sample < ReplayedRun.SAMPLES; sample++) {
        boolean on = run.isOn(layer, unit, sample, step);
        boolean flipped = flips && on != run.isOn(layer, unit, sample, step - 1);
        expected
            .append(sample == 0 ? "" : " ")
            .append(colours.get((on ? 1 : 0) + (flipped ? 2 : 0)));
      }
      assertEquals(expected.toString(), rows.get(unit), "step " + step + ", unit " + unit);
    }
  }

  private static void checkValues(ReplayedRun run, int step) {
    JsonNode values = json("window.implicitBias.record.values");
    assertEquals(run.header.columns().size(), values.size());
    for (String column : run.header.columnNames()) {
      checkValue(run.value(column, step), values.get(column), column + " at step " + step);
    }
  }

  private static void checkValue(double expected, JsonNode actual, String what) {
    if (Absent.is(expected)) {
      assertTrue(actual.isNull(), what);
    } else if (Double.isNaN(expected)) {
      assertEquals("NaN", actual.textValue(), what);
    } else {
      assertTrue(actual.isNumber(), what);
      assertEquals(expected, actual.doubleValue(), what);
    }
  }

  @Test
  void charts_haveEveryRecordOfAShortRun_andNothingElse() {
    ReplayedRun run = new ReplayedRun("short", "worker", 400).store(storage);
    show();
    browser.await("charts", "window.implicitBias.charts.loss[0].length === 401");
    checkChart("loss", 1, step -> run.value("loss", step), 401);
    checkChart("loss", 2, step -> run.value("score", step), 400);
    checkChart("flips", 1, step -> run.value("activations[layer0]", step), 400);
    checkChart("flips", 2, step -> run.value("reactivations[layer0]", step), 400);
    checkChart("flips", 3, step -> -run.value("deactivations[layer0]", step), 400);
    checkNothingOdd();
  }

  @Test
  void charts_ofALongRun_haveOnlyRecordedPointsAndTheExtremes() {
    ReplayedRun run = new ReplayedRun("long", "worker", 9000).store(storage);
    show();
    browser.await("charts", "window.implicitBias.charts.loss[0].length > 100");
    int points = checkChart("loss", 1, step -> run.value("loss", step), -1);
    assertTrue(points < 4000, points + " points are more than the chart has pixels for");
    JsonNode flips = json("window.implicitBias.charts.flips");
    double wide = flips.get(0).get(1).asDouble() - flips.get(0).get(0).asDouble();
    assertTrue(wide > 1, "bars stand for several steps");
    for (int k = 0; k < flips.get(0).size(); k++) {
      int from = (int) Math.round(flips.get(0).get(k).asDouble() - (wide - 1) / 2);
      double sum = 0;
      int seen = 0;
      for (int step = Math.max(1, from); step < from + wide && step <= run.steps; step++) {
        sum += run.value("deactivations[layer0]", step);
        seen++;
      }
      assertEquals(-sum / seen, flips.get(3).get(k).asDouble(), 1e-9, "from step " + from);
    }
    browser.run("document.getElementById('loss-linear').click()");
    checkChart("loss", 1, step -> run.value("loss", step), -1);
    checkNothingOdd();
  }

  @Test
  void draggingInAChart_zoomsToFinerPoints_andAClickGoesToAStep() {
    ReplayedRun run = new ReplayedRun("zoom", "worker", 3000).store(storage);
    show();
    browser.await("charts", "window.implicitBias.charts.loss[0].length > 100");
    WebElement plot = browser.driver.findElement(By.cssSelector("#loss-chart .u-over"));
    int width = plot.getSize().width;
    new Actions(browser.driver)
        .moveToElement(plot, -width / 4, 0)
        .clickAndHold()
        .moveByOffset(width / 10, 0)
        .release()
        .perform();
    // Every record between the ends of what is shown is a point now.
    browser.await(
        "finer points",
        "(x => x.length < 1000 && x[x.length - 1] - x[0] === x.length - 1)"
            + "(window.implicitBias.charts.loss[0])");
    checkChart("loss", 1, step -> run.value("loss", step), -1);
    new Actions(browser.driver).moveToElement(plot, 0, 0).click().perform();
    long from = browser.<Long>run("return window.implicitBias.charts.loss[0][0]");
    long to = browser.<Long>run("return window.implicitBias.charts.loss[0].at(-1)");
    browser.await(
        "the step in the middle",
        "window.implicitBias.settled && Math.abs(window.implicitBias.step - arguments[0]) < 5",
        (from + to) / 2);
    new Actions(browser.driver).moveToElement(plot, 0, 0).doubleClick().perform();
    browser.await("all of it", "window.implicitBias.charts.loss[0].at(-1) === 3000");
    checkNothingOdd();
  }

  @Test
  void events_areMarkedAndListed_andAClickGoesToTheirStep() {
    ReplayedRun run = new ReplayedRun("events", "worker", STEPS).store(storage);
    show();
    List<String> expected = new ArrayList<>();
    for (Event event : run.events) {
      expected.add(0, event.step() + " " + event.kind().id());
    }
    assertTrue(expected.size() >= 3, expected.toString());
    browser.await("the list", "document.querySelectorAll('#events tbody tr').length > 0");
    List<String> listed =
        browser.run(
            "return [...document.querySelectorAll('#events tbody tr')].map(r =>"
                + " r.cells[0].textContent.replace(/\\D/g, '') + ' '"
                + " + r.cells[1].textContent.replace(/ (.)/g, (m, c) => c.toUpperCase()))");
    assertEquals(expected, listed);
    // The mark of an event is a triangle on the upper edge of the chart, in the colour of events.
    browser.run(
        "document.getElementById('implicit-bias').style.setProperty('--event', '#ff00fe');"
            + "document.getElementById('loss-linear').click()");
    for (Event event : run.events) {
      String[] colour =
          browser
              .<String>run(Browser.script("pixel-of-the-loss"), (double) event.step() / STEPS, 0)
              .split(",");
      assertTrue(
          Integer.parseInt(colour[0]) > 200
              && Integer.parseInt(colour[1]) < 80
              && Integer.parseInt(colour[2]) > 200,
          "no mark for " + event);
    }
    browser.run("document.querySelector('#events tbody tr:last-child').click()");
    awaitStep(run.events.get(0).step());
    checkNothingOdd();
  }

  @Test
  void aHiddenPage_asksForNothing_andGoesOnWhenSeenAgain() throws Exception {
    ReplayedRun run = new ReplayedRun("hidden", "worker", 300).begin(storage).put(storage, 0);
    show();
    hide(true);
    passes(1_500); // what was under way may end
    int before = browser.requests().size();
    run.put(storage, 1);
    passes(2_500);
    assertEquals(before, browser.requests().size());
    hide(false);
    awaitStep(99);
  }

  /** Waits until the page has had so many milliseconds in which it could have asked. */
  private static void passes(int millis) {
    double now = browser.<Number>run("return performance.now()").doubleValue();
    browser.await(millis + " ms", "performance.now() > arguments[0]", now + millis);
  }

  private static void hide(boolean hidden) {
    browser.run(
        "Object.defineProperty(document, 'hidden', {value: arguments[0], configurable: true});"
            + "document.dispatchEvent(new Event('visibilitychange'))",
        hidden);
  }

  private static Map<Long, Double> chart(String chart, int series) {
    JsonNode data = json("window.implicitBias.charts." + chart);
    Map<Long, Double> points = new HashMap<>();
    for (int i = 0; i < data.get(0).size(); i++) {
      JsonNode value = data.get(series).get(i);
      if (value.isNumber()) {
        points.put(data.get(0).get(i).longValue(), value.doubleValue());
      }
    }
    return points;
  }

  private static int checkChart(String chart, int series, IntToDoubleFunction expected, int count) {
    Map<Long, Double> points = chart(chart, series);
    points.forEach(
        (step, value) ->
            assertEquals(
                expected.applyAsDouble(step.intValue()) + 0.0,
                value + 0.0,
                chart + " " + series + " at step " + step));
    if (count >= 0) {
      assertEquals(count, points.size(), chart + " " + series);
    }
    return points.size();
  }

  @Test
  void lostBlocks_areShownAsAGap_andStepsBehindThemAreExact() {
    // Blocks 5 and 6 hold steps 250 to 349; full patterns are in blocks 0, 4, 8, ...
    ReplayedRun run = new ReplayedRun("gap", "worker", STEPS).store(storage, 5, 6);
    show();
    assertEquals(
        List.of(List.of(249L, 350L)),
        browser.<List<List<Long>>>run("return window.implicitBias.progress.gaps"));
    String told = browser.run("return document.getElementById('gaps').innerText");
    assertTrue(told.contains("249") && told.contains("350"), told);
    assertFalse(chart("loss", 1).keySet().stream().anyMatch(s -> s > 249 && s < 350));
    assertTrue(
        browser.<Boolean>run(
            "const [x, y] = window.implicitBias.charts.loss;"
                + "return y.some((v, i) => v === null && x[i] > 249 && x[i] < 350)"),
        "the line is interrupted");

    goTo(249);
    checkRaster(run, 0, 249);
    goTo(300);
    assertEquals(false, browser.run("return window.implicitBias.record.known"));
    String note = browser.run("return document.getElementById('raster-note').innerText");
    assertTrue(note.contains("249") && note.contains("350"), note);
    assertTrue(browser.<Boolean>run("return document.getElementById('raster').hidden"));
    goTo(350); // no full pattern before block 8
    assertNull(browser.run("return window.implicitBias.record.pattern"));
    checkValues(run, 350);
    goTo(400); // exact, but what was just before it is not known
    checkRaster(run, 0, 400, false);
    goTo(401);
    checkRaster(run, 0, 401);
    goTo(249);
    key("ArrowRight");
    awaitStep(350);
    key("ArrowLeft");
    awaitStep(249);
    checkNothingOdd();
  }

  private static void key(String key) {
    browser.run(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles:"
            + " true}))",
        key);
  }

  @Test
  void keys_moveByARecord_andToBothEnds() {
    new ReplayedRun("keys", "worker", 200).store(storage);
    show("?step=100");
    awaitStep(100);
    key("ArrowRight");
    awaitStep(101);
    key("ArrowLeft");
    awaitStep(100);
    key("PageDown");
    awaitStep(110);
    key("Home");
    awaitStep(0);
    key("ArrowLeft");
    awaitStep(0);
    key("End");
    awaitStep(200);
    browser.run(
        "const s = document.getElementById('step'); s.value = 42; s.dispatchEvent(new"
            + " Event('input'))");
    awaitStep(42);
    checkNothingOdd();
  }

  @Test
  void aGrowingRun_isFollowed_untilTheReaderGoesElsewhere() {
    ReplayedRun run = new ReplayedRun("live", "worker", STEPS).begin(storage);
    ui.attach(storage);
    browser.open(ui.url());
    browser.await("the run has begun", "window.implicitBias && window.implicitBias.run");
    run.put(storage, 0);
    awaitStep(49);
    run.put(storage, 1).put(storage, 2);
    awaitStep(149);
    checkRaster(run, 0, 149);
    assertEquals("live", browser.run("return window.implicitBias.state"));
    goTo(10);
    run.put(storage, 3);
    browser.await("new records", "window.implicitBias.progress.lastStep === 199");
    assertEquals(10L, browser.<Long>run("return window.implicitBias.step"));
    key("End");
    awaitStep(199);
    run.put(storage, 4);
    awaitStep(249);
    checkNothingOdd();
  }

  @Test
  void aStoredFile_isReplayed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("run.dl4j");
    FileStatsStorage written = new FileStatsStorage(file.toFile());
    ReplayedRun run = new ReplayedRun("stored", "worker", 300).store(written);
    written.close();
    FileStatsStorage reopened = new FileStatsStorage(file.toFile());
    try {
      ui.attach(reopened);
      show();
      awaitStep(300);
      for (int step : new int[] {0, 123, 300}) {
        goTo(step);
        checkRaster(run, 0, step);
        checkValues(run, step);
      }
      checkNothingOdd();
      browser.open("about:blank");
    } finally {
      reopened.close();
    }
  }

  @Test
  void runsAndWorkers_canBeChosen() {
    new ReplayedRun("first", "w0", 60).store(storage);
    new ReplayedRun("second", "w0", 120).store(storage);
    new ReplayedRun("second", "w1", 180).store(storage);
    show("?session=first");
    awaitStep(60);
    pick("run", "second");
    awaitStep(180);
    assertEquals(
        List.of("w1", "w0"), // the newest first
        browser.run("return [...document.getElementById('worker').options].map(o => o.text)"));
    pick("worker", "w0");
    awaitStep(120);
    checkNothingOdd();
  }

  @Test
  void hostileNames_areShownAsText() {
    String hostile = "<img src=x onerror=alert(1)>'\"/..?&#%41 \u202e";
    Map<String, String> provenance = Map.of("<b>key</b>", "<script>alert(2)</script>");
    new ReplayedRun(hostile, "<i>worker</i>", 60, provenance).store(storage);
    show();
    awaitStep(60);
    assertEquals(hostile, browser.run("return window.implicitBias.run.session"));
    assertEquals(
        0L,
        browser.<Long>run(
            "return document.querySelectorAll('main img, main b:not(.ib-legend b, .ib-claims b,"
                + " #panel-network b), main i:not(#status i, .ib-swatch, .ib-key, #panel-network"
                + " i), main script').length"));
    String text = browser.run("return document.getElementById('provenance').innerText");
    assertTrue(text.contains("<script>alert(2)</script>"), text);
    goTo(30);
    browser.await("the address", "location.href.includes('step=30')");
    browser.open(browser.run("return location.href")); // the address survives being reloaded
    browser.await("the same run", "window.implicitBias && window.implicitBias.settled");
    awaitStep(30);
    checkNothingOdd();
  }

  @Test
  void withoutRuns_thePageSaysWhatToDo_andFindsARunThatComesLater() {
    ui.attach(storage);
    browser.open(ui.url());
    browser.await("empty", "window.implicitBias && window.implicitBias.state === 'empty'");
    String message = browser.run("return document.getElementById('message').innerText");
    assertTrue(message.contains("ImplicitBiasListener"), message);
    assertTrue(message.contains(".storage(statsStorage)"), message);
    new ReplayedRun("later", "worker", 60).store(storage);
    awaitStep(60);
    checkNothingOdd();
  }

  @Test
  void whenTheServerStops_thePageSaysSo() {
    new ReplayedRun("stopped", "worker", 60).store(storage);
    show();
    ui.close();
    browser.await("error", "window.implicitBias.state === 'error'");
    String message = browser.run("return document.getElementById('message').innerText");
    assertTrue(message.contains("does not answer"), message);
    assertEquals(60L, browser.<Long>run("return window.implicitBias.step"), "what was there stays");
  }

  @Test
  void inMultiSessionMode_aSessionWithOnlyOurRecords_canBeReached() throws Exception {
    ui.close();
    ui = null;
    System.setProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY, "0");
    try {
      UIServer server = UIServer.getInstance(true, null);
      String session = "only/ours & more";
      ReplayedRun run = new ReplayedRun(session, "worker", 60).store(storage);
      new ReplayedRun("another", "worker", 30).store(storage);
      server.attach(storage);
      String origin = "http://localhost:" + server.getPort();
      browser.open(
          origin
              + "/train/"
              + URLEncoder.encode(session, StandardCharsets.UTF_8).replace("+", "%20")
              + "/implicit-bias");
      browser.await("the run", "window.implicitBias && window.implicitBias.settled");
      awaitStep(60);
      checkRaster(run, 0, 60);
      assertEquals(
          List.of("true", "true", "true"),
          browser.run(
              "return [...document.querySelectorAll('.nav-link.stock')]"
                  + ".map(a => a.getAttribute('aria-disabled'))"),
          "the stock pages do not know this session");
      pick("run", "another");
      awaitStep(30);
      browser.await("the address", "location.pathname.startsWith('/train/another/')");
      browser.open(origin + "/implicit-bias");
      browser.await("some run", "window.implicitBias && window.implicitBias.settled");
      browser.open(origin + "/train/unknown/implicit-bias");
      browser.await("an answer", "window.implicitBias && window.implicitBias.state === 'empty'");
      String message = browser.run("return document.getElementById('message').innerText");
      assertTrue(message.contains("unknown") && message.contains("another"), message);
      assertEquals(List.of(), new ArrayList<>(browser.console()));
      assertEquals(List.of(), browser.requestsOutside(origin));
      assertNotNull(server);
    } finally {
      browser.open("about:blank");
      UIServer.stopInstance();
      System.clearProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY);
    }
  }
}
