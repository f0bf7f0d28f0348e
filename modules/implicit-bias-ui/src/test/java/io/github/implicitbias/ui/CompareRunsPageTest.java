package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Series;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** One network from three starts, drawn over one another. */
class CompareRunsPageTest extends PageTest {

  private static final Path FOLDER = Path.of("target", "screenshots");
  private static final String LAYER = "layer0";

  private static InMemoryStatsStorage storage;
  private static final Map<String, Run> RUNS = new LinkedHashMap<>();

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    RUNS.put("init 1", RealRuns.saddles(storage, "init 1", 1, 120));
    RUNS.put("init 0.1", RealRuns.saddles(storage, "init 0.1", 0.1, 200));
    RUNS.put("init 1e-3", RealRuns.saddles(storage, "init 1e-3", 1e-3, 400));
  }

  private void show(String query) {
    show(storage, query);
  }

  private static void settled() {
    browser.await("settled", "window.implicitBias && window.implicitBias.settled");
  }

  private static void compared(int count) {
    browser.await(
        count + " compared runs",
        "window.implicitBias.settled && window.implicitBias.compared.length === arguments[0]",
        count);
  }

  private static void tick(String session) {
    browser.run(
        "document.getElementById('compare').open ="
            + " true;[...document.querySelectorAll('.ib-compare-list label')].find(l =>"
            + " l.querySelector('span').textContent ==="
            + " arguments[0]).querySelector('input').click()",
        session);
  }

  private static double place(Run run, String axis, int step) {
    switch (axis) {
      case "step":
        return step;
      case "log":
        return Math.log10(1 + step);
      default:
        return run.metric(axis).value(step);
    }
  }

  /** Every run's line has every one of its records, at its place, and nothing else. */
  private static void checkLine(
      JsonNode chart, String name, String session, String column, String axis) {
    Run run = RUNS.get(session == null ? "init 1" : session);
    Map<Double, Double> drawn = new LinkedHashMap<>();
    for (JsonNode line : chart.get("lines")) {
      boolean its =
          session == null
              ? line.get("session").isNull()
              : session.equals(line.get("session").asText());
      if (its && line.get("name").asText().equals(name)) {
        for (int i = 0; i < chart.get("x").size(); i++) {
          JsonNode y = line.get("y").get(i);
          if (y != null && y.isNumber()) {
            drawn.put(chart.get("x").get(i).asDouble(), y.asDouble());
          }
        }
      }
    }
    Series series = run.metric(column);
    Set<Integer> steps = new TreeSet<>(List.of(0, series.size() - 1));
    Random random = new Random(4);
    while (steps.size() < 20) {
      steps.add(random.nextInt(series.size()));
    }
    int present = 0;
    for (int i = 0; i < series.size(); i++) {
      present += Absent.is(series.value(i)) ? 0 : 1;
    }
    // A small chart has room for 200 points, more are thinned.
    boolean thinned = present > 200 && !name.equals("loss");
    String what = name + " of " + session + " on the axis " + axis;
    assertTrue(thinned ? drawn.size() > 150 : drawn.size() == present, what + ": " + drawn.size());
    for (int step : steps) {
      double x = place(run, axis, step);
      double found =
          drawn.entrySet().stream()
              .filter(e -> Math.abs(e.getKey() - x) <= 1e-9 * Math.max(1, Math.abs(x)))
              .mapToDouble(Map.Entry::getValue)
              .findFirst()
              .orElse(Double.NaN);
      if (!Absent.is(series.value(step)) && !(thinned && Double.isNaN(found))) {
        assertEquals(
            series.value(step),
            found,
            name + " of " + session + " at step " + step + " on " + axis);
      }
    }
  }

  @Test
  void theLinesOfAllRuns_areTheirRecords_onEveryAxis() throws Exception {
    show("?session=init%201");
    assertEquals(0, json("window.implicitBias.compared").size());
    tick("init 0.1");
    compared(1);
    tick("init 1e-3");
    compared(2);
    for (String axis : List.of("step", "log", "time", "flowTime")) {
      axis(axis);
      JsonNode loss = json("window.implicitBias.lines['loss-chart']");
      checkLine(loss, "loss", null, "loss", axis);
      checkLine(loss, "loss", "init 0.1", "loss", axis);
      checkLine(loss, "loss", "init 1e-3", "loss", axis);
    }
    browser.run("document.getElementById('panel-norms').scrollIntoView()");
    settled();
    browser.await(
        "norms of three runs",
        "(window.implicitBias.lines['Norms of the weight matrix' + 'layer0'] || {lines:"
            + " []}).lines.length === 9");
    JsonNode norms = json("window.implicitBias.lines['Norms of the weight matrixlayer0']");
    for (String metric : List.of("frobeniusNorm", "spectralNorm", "nuclearNorm")) {
      for (String session : new String[] {null, "init 0.1", "init 1e-3"}) {
        checkLine(norms, metric, session, metric + "[" + LAYER + "]", "flowTime");
      }
    }
    // The charts' range covers all runs: the longest run has all of its line in sight.
    Double last = browser.run("return window.implicitBias.lines['loss-chart'].x.at(-1)");
    assertEquals(place(RUNS.get("init 1e-3"), "flowTime", 400), last, 1e-9);
    checkNothingOdd();
  }

  @Test
  void theValueOfEveryRunAtTheStep_standsInTheLegend() throws Exception {
    show("?session=init%201&compare=init%200.1~" + worker() + "&step=77");
    compared(1);
    browser.await("step 77", "window.implicitBias.settled && window.implicitBias.step === 77");
    String text = browser.run("return document.getElementById('loss-legend').innerText");
    double value = RUNS.get("init 0.1").metric("loss").value(77);
    String shown =
        browser.run("return document.querySelector('#loss-legend .ib-other-run b').textContent");
    assertEquals(value, Double.parseDouble(shown), 5e-4 * value, text);
    // Past its end a run has no value.
    browser.run("document.querySelector('.ib-run-name').click()");
    browser.await(
        "the other",
        "window.implicitBias.run.session === 'init 0.1' && window.implicitBias.compared.length ==="
            + " 1");
    settled();
    browser.run("window.implicitBias.go(150)");
    browser.await("step 150", "window.implicitBias.settled && window.implicitBias.step === 150");
    assertEquals(
        "–",
        browser.run("return document.querySelector('#loss-legend .ib-other-run b').textContent"));
    checkNothingOdd();
  }

  @Test
  void whereOnlyOtherRunsHaveSteps_zoomingShowsThem() throws Exception {
    for (String axis : List.of("step", "log", "flowTime")) {
      show("?session=init%201&axis=" + axis + "&compare=init%201e-3~" + worker());
      compared(1);
      browser.await(
          axis,
          "window.implicitBias.settled && window.implicitBias.axis.kind === arguments[0]",
          axis);
      browser.run("window.implicitBias.go(20)");
      browser.await("step 20", "window.implicitBias.settled && window.implicitBias.step === 20");
      WebElement plot = browser.driver.findElement(By.cssSelector("#loss-chart .u-over"));
      int width = plot.getSize().width;
      new Actions(browser.driver)
          .moveToElement(plot, (int) (0.4 * width), 0)
          .clickAndHold()
          .moveByOffset((int) (0.08 * width), 0)
          .release()
          .perform();
      browser.await("a range", "window.implicitBias.axis.range !== null");
      List<Number> range = browser.run("return window.implicitBias.axis.range");
      assertTrue(range.get(0).doubleValue() > 150, axis + ": " + range);
      browser.await(
          "the other run alone",
          "(l => l.lines[0].y.every(y => y == null) && l.lines.at(-1).y.filter(y => y !="
              + " null).length > 20)(window.implicitBias.lines['loss-chart'])");
      new Actions(browser.driver).moveToElement(plot, 0, 0).click().perform();
      browser.await("its last step", "window.implicitBias.step === 120");
      new Actions(browser.driver).moveToElement(plot, 0, 0).doubleClick().perform();
      browser.await(
          "all of it", "window.implicitBias.lines['loss-chart'].lines[0].y.some(y => y != null)");
    }
    checkNothingOdd();
  }

  private static String worker() {
    return RUNS.get("init 1").header().workerId();
  }

  @Test
  void theAddress_keepsTheComparisonAndTheAxis_andReopeningRestoresThem() throws Exception {
    show("?session=init%201");
    tick("init 0.1");
    compared(1);
    tick("init 1e-3");
    compared(2);
    axis("flowTime");
    browser.await(
        "the address",
        "location.search.includes('axis=flowTime') && location.search.split('compare=').length ==="
            + " 3");
    String address = browser.driver.getCurrentUrl();
    String before = json("window.implicitBias.lines['loss-chart']").toString();
    browser.open("about:blank");
    browser.open(address);
    settled();
    compared(2);
    browser.await("flow time", "window.implicitBias.axis.kind === 'flowTime'");
    browser.await(
        "the same lines",
        () -> {
          try {
            return json("window.implicitBias.lines['loss-chart']").toString().equals(before);
          } catch (Exception e) {
            return false;
          }
        });
    assertEquals("init 1", browser.run("return window.implicitBias.run.session"));
    // A run that is not there is left out with a word, nonsense without one.
    browser.open(
        ui.url()
            + "?session=init%201&compare=gone~w&compare=%25zz~~&compare=init%200.1~"
            + worker());
    settled();
    compared(1);
    String note = browser.run("return document.getElementById('compared').innerText");
    assertTrue(note.contains("“gone” is not here any more"), note);
    assertEquals(
        List.of("init 0.1"),
        browser.<List<String>>run("return window.implicitBias.compared.map(r => r.session)"));
    // The browser itself reports the answer 404.
    assertTrue(
        browser.console().stream().allMatch(line -> line.contains("404")),
        browser.console().toString());
    browser.console().clear();
  }

  @Test
  void aRunIsMadeTheMainOne_orRemoved_byKeyboardAndByClick() throws Exception {
    show("?session=init%201");
    WebElement summary = browser.driver.findElement(By.cssSelector("#compare summary"));
    summary.sendKeys(Keys.ENTER);
    for (int k = 0; k < 2; k++) {
      new Actions(browser.driver).sendKeys(Keys.TAB).perform();
      new Actions(browser.driver).sendKeys(" ").perform();
      compared(k + 1);
    }
    new Actions(browser.driver).sendKeys(Keys.ESCAPE).perform();
    assertFalse(browser.<Boolean>run("return document.getElementById('compare').open"));
    assertEquals(
        120L, browser.<Long>run("return window.implicitBias.step"), "keys stay in the list");
    List<List<String>> looks =
        browser.run("return window.implicitBias.compared.map(r => [r.session, r.colour])");
    browser.run("document.querySelectorAll('.ib-run-name')[1].click()");
    String other = looks.get(1).get(0);
    browser.await(
        "the other run",
        "window.implicitBias.settled && window.implicitBias.run.session === arguments[0]",
        other);
    compared(2);
    // The run that was in the panels has its line now, with the look of the one it changed with.
    List<List<String>> now =
        browser.run("return window.implicitBias.compared.map(r => [r.session, r.colour])");
    assertTrue(now.contains(List.of("init 1", looks.get(1).get(1))), now.toString());
    assertTrue(now.contains(looks.get(0)), now.toString());
    browser.run("document.querySelector('.ib-run-remove').click()");
    compared(1);
    browser.await("one line less", "window.implicitBias.lines['loss-chart'].lines.length === 4");
    browser.run("document.querySelector('.ib-run-remove').click()");
    compared(0);
    browser.await(
        "only its own lines", "window.implicitBias.lines['loss-chart'].lines.length === 3");
    assertTrue(browser.<Boolean>run("return document.getElementById('compared').hidden"));
    browser.await("the address", "!location.search.includes('compare=')");
    checkNothingOdd();
  }

  @Test
  void aComparedRunThatGrows_isFollowed_andOneThatGoesIsLeftOut() throws Exception {
    InMemoryStatsStorage growing = new InMemoryStatsStorage();
    ReplayedRun main = new ReplayedRun("main", "w", 100).store(growing);
    ReplayedRun run = new ReplayedRun("a~b/ü", "w", 300).begin(growing).put(growing, 0);
    ui.attach(growing);
    browser.open(ui.url() + "?session=main");
    settled();
    tick("a~b/ü");
    compared(1);
    for (int block = 1; block < run.blocks(); block++) {
      run.put(growing, block);
    }
    browser.await(
        "the rest",
        "window.implicitBias.compared[0].records === 301 &&"
            + " window.implicitBias.lines['loss-chart'].x.at(-1) === 300");
    JsonNode loss = json("window.implicitBias.lines['loss-chart']");
    JsonNode theirs = loss.get("lines").get(3).get("y");
    int points = 0;
    for (int i = 0; i < theirs.size(); i++) {
      if (theirs.get(i).isNumber()) {
        assertEquals(run.value("loss", loss.get("x").get(i).asInt()), theirs.get(i).asDouble());
        points++;
      }
    }
    assertEquals(301, points);
    // The page of another address with this comparison finds the run by its odd name.
    String address = browser.driver.getCurrentUrl();
    browser.open("about:blank");
    browser.open(address);
    settled();
    compared(1);
    assertEquals("a~b/ü", browser.run("return window.implicitBias.compared[0].session"));
    assertEquals(main.session, browser.run("return window.implicitBias.run.session"));
    checkNothingOdd();
  }

  @Test
  void ofManyRuns_theListHasAFilter_andSevenAreCompared() throws Exception {
    InMemoryStatsStorage many = new InMemoryStatsStorage();
    for (int k = 0; k < 15; k++) {
      new ReplayedRun("run " + k, "w", 20 + k).store(many);
    }
    ui.attach(many);
    browser.open(ui.url() + "?session=run%200");
    settled();
    WebElement summary = browser.driver.findElement(By.cssSelector("#compare summary"));
    summary.click();
    browser
        .driver
        .findElement(By.cssSelector(".ib-compare-box input[type=search]"))
        .sendKeys("run 1");
    List<String> found =
        browser.run(
            "return [...document.querySelectorAll('.ib-compare-list span')].map(s =>"
                + " s.textContent)");
    assertEquals(6, found.size(), found.toString());
    browser
        .driver
        .findElement(By.cssSelector(".ib-compare-box input[type=search]"))
        .sendKeys(Keys.BACK_SPACE, Keys.BACK_SPACE);
    for (int k = 1; k <= 7; k++) {
      tick("run " + k);
      compared(k);
    }
    assertEquals(
        7L,
        browser.<Long>run(
            "return [...document.querySelectorAll('.ib-compare-list input:disabled')].length"));
    List<String> looks =
        browser.run(
            "return [...new Set(window.implicitBias.compared.map(r => r.colour + r.dash))]");
    assertEquals(7, looks.size(), "every run looks different");
    List<String> colours =
        new ArrayList<>(
            browser.<List<String>>run("return window.implicitBias.compared.map(r => r.colour)"));
    assertEquals(7, new TreeSet<>(colours).size());
    checkNothingOdd();
  }

  /** What is in sight. */
  private static void picture(String name) throws Exception {
    browser.drawn();
    Files.write(FOLDER.resolve(name + ".png"), browser.driver.getScreenshotAs(OutputType.BYTES));
  }

  @Test
  void picturesOfAComparison() throws Exception {
    show(
        "?session=init%201&axis=flowTime&compare=init%200.1~"
            + worker()
            + "&compare=init%201e-3~"
            + worker());
    compared(2);
    for (int width : new int[] {1280, 2560}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.size(width, width == 1280 ? 900 : 1440);
        browser.dark(dark);
        browser.drawn();
        picture("compare-" + width + (dark ? "-dark" : "-light"));
      }
    }
    browser.dark(false);
    browser.size(1280, 900);
    axis("log");
    browser.run("document.getElementById('compare').open = true");
    picture("compare-log-open");
    browser.run(
        "document.getElementById('compare').open = false;"
            + "document.getElementById('panel-norms').scrollIntoView()");
    picture("compare-norms");
    browser.size(1500, 1100);
    checkNothingOdd();
  }
}
