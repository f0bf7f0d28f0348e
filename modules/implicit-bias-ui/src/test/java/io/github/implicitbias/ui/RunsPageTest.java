package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.listener.ImplicitBiasBlock;
import io.github.implicitbias.page.RunPage;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.testkit.GridRun;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The page over all runs: table, scatter and phase diagram of the same rows, one choice in all. */
class RunsPageTest extends PageTest {

  private static final Path FOLDER = Path.of("target", "screenshots");

  private static InMemoryStatsStorage storage;
  private static final Map<String, GridRun> RUNS = new LinkedHashMap<>();

  @BeforeAll
  static void makeRuns() {
    storage = new InMemoryStatsStorage();
    for (GridRun run : GridRun.grid(150)) {
      store(run, storage);
      RUNS.put(run.header.id().toString(), run);
    }
  }

  private static void store(GridRun run, StatsStorageRouter into) {
    String session = run.header.sessionId();
    String key = run.header.workerId() + "-" + run.header.id();
    long time = run.header.startedAt();
    into.putStaticInfo(new ImplicitBiasBlock(session, key, time, run.header.encode()));
    List<byte[]> blocks = run.sealed();
    for (int block = 0; block < blocks.size(); block++) {
      into.putUpdate(new ImplicitBiasBlock(session, key, time + 1 + block, blocks.get(block)));
    }
  }

  private void showRuns(String query) {
    ui.attach(storage);
    browser.open(ui.url() + "?view=runs" + query);
    settled();
  }

  private static void settled() {
    browser.await("settled", "window.implicitBias && window.implicitBias.settled");
  }

  /** Runs that a question leaves, by their ids, in an order. */
  private static List<String> ids(Predicate<GridRun> which, Comparator<GridRun> order) {
    return RUNS.values().stream()
        .filter(which)
        .sorted(order)
        .map(run -> run.header.id().toString())
        .collect(Collectors.toList());
  }

  @Test
  void realTrainings_haveTheirSettings_outOfTheirConfiguration() {
    InMemoryStatsStorage real = new InMemoryStatsStorage();
    SweptRuns.grid(real, new double[] {0.01, 0.1}, new double[] {0.1}, 2);
    ui.attach(real);
    browser.open(ui.url() + "?view=runs");
    settled();
    assertEquals(
        List.of("learning rate", "seed"),
        browser.<List<String>>run("return window.implicitBias.runs.varying"));
    JsonNode row =
        json(
            "window.implicitBias.runs.rows.map(id => window.implicitBias.runs.of(id))"
                + ".find(row => row.name === 'rate 0.1, deviation 0.1, seed 2')");
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("learning rate", "0.1");
    expected.put("momentum", "0.9");
    expected.put("updater", "Nesterovs");
    expected.put("init scale", "0.1");
    expected.put("initializer", "normal");
    expected.put("width", "20");
    expected.put("depth", "2");
    expected.put("activation", "relu");
    expected.put("loss function", "MCXENT");
    expected.put("seed", "2");
    expected.put("data type", "double");
    expected.put("batch", "120");
    expected.forEach(
        (name, value) -> assertEquals(value, row.get("settings").path(name).asText(), name));
    assertTrue(row.at("/ends/testAccuracy").asDouble() > 0.4, row.toString());
    checkNothingOdd();
  }

  private static Comparator<GridRun> newest() {
    return Comparator.comparingLong((GridRun run) -> run.header.startedAt()).reversed();
  }

  private static List<String> shown() {
    List<String> rows = new ArrayList<>();
    json("window.implicitBias.runs.rows").forEach(id -> rows.add(id.asText()));
    return rows;
  }

  private static Set<String> chosen() {
    Set<String> ids = new TreeSet<>();
    json("window.implicitBias.runs.chosen").forEach(id -> ids.add(id.asText()));
    return ids;
  }

  /** Ticks the first rows; what is drawn again in between is looked up again. */
  private static void tick(int rows) {
    for (int k = 0; k < rows; k++) {
      browser.run("document.querySelectorAll('.ib-runs-table td input')[arguments[0]].click()", k);
    }
  }

  private static void heading(String title) {
    browser.run(
        "[...document.querySelectorAll('.ib-runs-table th button')]"
            + ".find(b => b.textContent.replace(/ [↑↓]$/, '') === arguments[0]).click()",
        title);
  }

  @Test
  void theTable_hasTheNumbersOfTheRuns_andSortsByAnyColumn() {
    showRuns("");
    assertEquals(ids(run -> true, newest()), shown());
    assertEquals(
        List.of("start scale", "learning rate", "width", "seed"),
        browser.<List<String>>run("return window.implicitBias.runs.varying"));
    List<GridRun> some = new ArrayList<>(RUNS.values());
    Collections.shuffle(some, new Random(3));
    for (GridRun run : some.subList(0, 20)) {
      String id = run.header.id().toString();
      JsonNode row = json("window.implicitBias.runs.of('" + id + "')");
      for (String column : List.of("testAccuracy", "parameterNorm")) {
        assertEquals(run.value(column, 120), row.at("/ends/" + column).asDouble(), column);
      }
      assertEquals(
          Double.toString(run.rate),
          row.at("/settings/learning rate").asText() + (run.rate >= 1 ? ".0" : ""));
      assertEquals(Integer.toString(run.seed), row.at("/settings/seed").asText());
    }
    heading("test set, right");
    List<String> best =
        ids(run -> true, Comparator.comparingDouble(run -> -run.value("testAccuracy", 120)));
    checkSorted("testAccuracy", best, -1);
    heading("test set, right");
    checkSorted("testAccuracy", best, 1);
    heading("loss");
    heading("loss");
    List<String> rows = shown();
    for (int k = 0; k < rows.size(); k++) {
      boolean lost = RUNS.get(rows.get(k)).isLost();
      assertEquals(k >= 120, lost, "what is not a number comes last, at " + k);
    }
    String text = browser.run("return document.querySelector('.ib-runs-table').innerText");
    assertTrue(text.contains("Training has fitted its data."), text);
    checkNothingOdd();
  }

  private static void checkSorted(String column, List<String> best, int direction) {
    List<String> rows = shown();
    assertEquals(new TreeSet<>(best), new TreeSet<>(rows));
    for (int k = 1; k < rows.size(); k++) {
      double before = RUNS.get(rows.get(k - 1)).value(column, 120);
      double now = RUNS.get(rows.get(k)).value(column, 120);
      assertTrue(direction * (now - before) >= 0, k + ": " + before + ", " + now);
    }
    assertEquals(
        direction < 0 ? "descending" : "ascending",
        browser.run("return document.querySelector('.ib-runs-table [aria-sort]').ariaSort"));
  }

  @Test
  void aText_andMenusOfSettings_filter_andTheAddressKeepsEverything() {
    showRuns("");
    WebElement filter = browser.driver.findElement(By.cssSelector(".ib-runs-head input"));
    filter.sendKeys("rate>0.1 scale<=0.1");
    assertEquals(ids(run -> run.rate > 0.1 && run.scale <= 0.1, newest()), shown());
    browser.run(
        "const s = [...document.querySelectorAll('.ib-runs-head .ib-drop label')]"
            + ".find(l => l.textContent.startsWith('width')).querySelector('select');"
            + "s.value = '32'; s.dispatchEvent(new Event('change'))");
    List<String> expected =
        ids(run -> run.rate > 0.1 && run.scale <= 0.1 && run.width == 32, newest());
    assertEquals(expected, shown());
    wish("y", "e:parameterNorm");
    settled();
    wish("x", "s:seed");
    heading("seed");
    browser.await("the address", "location.search.includes('sort=')");
    List<String> before = shown();
    String scatter = json("window.implicitBias.runs.scatter").toString();
    String address = browser.driver.getCurrentUrl();
    browser.open("about:blank");
    browser.open(address);
    settled();
    assertEquals(before, shown());
    assertEquals(scatter, json("window.implicitBias.runs.scatter").toString());
    filter = browser.driver.findElement(By.cssSelector(".ib-runs-head input"));
    assertEquals("rate>0.1 scale<=0.1", filter.getAttribute("value"));
    filter.sendKeys(" nothing");
    assertEquals(List.of(), shown());
    String lead = browser.run("return document.querySelector('.ib-runs-lead').innerText");
    assertTrue(lead.contains("No run passes the filter."), lead);
    checkNothingOdd();
  }

  private static void wish(String name, String value) {
    browser.run(
        "const s = document.querySelector('[data-key=w' + arguments[0] + ']');"
            + "s.value = arguments[1]; s.dispatchEvent(new Event('change'))",
        name,
        value);
  }

  @Test
  void oneChoice_isDrawnInAllParts_whereverItIsMade() {
    showRuns("");
    // In the table, by keyboard.
    browser.run("document.querySelector('.ib-runs-table input').focus()");
    new Actions(browser.driver).sendKeys(" ", Keys.ARROW_DOWN, " ").perform();
    List<String> rows = shown();
    assertEquals(Set.copyOf(rows.subList(0, 2)), Set.copyOf(chosen()));
    for (int k = 0; k < 40; k++) {
      new Actions(browser.driver).sendKeys(Keys.ARROW_DOWN).perform();
    }
    assertEquals(
        "c" + rows.get(41),
        browser.run("return document.activeElement.dataset.key"),
        "rows out of sight are reached, too");
    // In the phase diagram, by keyboard: the runs of a cell.
    browser.run("document.querySelector('.ib-squares [tabindex=\"0\"]').focus()");
    new Actions(browser.driver).sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ENTER).perform();
    Set<String> cell =
        new TreeSet<>(
            ids(run -> run.rate == 0.1 && run.scale == 0.03 && run.width == 32, newest()));
    assertTrue(chosen().containsAll(cell), chosen().toString());
    assertEquals(2 + cell.size(), chosen().size());
    assertEquals(
        1L,
        browser
            .<Number>run(
                "return document.querySelectorAll('.ib-squares [aria-pressed=true]').length")
            .longValue());
    // The table has them first, the loss draws them, the bar counts them.
    assertEquals(chosen(), new TreeSet<>(shown().subList(0, chosen().size())));
    assertEquals(
        chosen().size(),
        browser
                .<String>run(
                    "return document.querySelector('.ib-plot .dots.chosen').getAttribute('d')")
                .split("M")
                .length
            - 1);
    assertTrue(
        browser
            .<String>run("return document.querySelector('.ib-runs-chosen').innerText")
            .startsWith(chosen().size() + " runs chosen"));
    // In the scatter: those in a box, and no others.
    JsonNode points = json("window.implicitBias.runs.scatter.points");
    WebElement svg = browser.driver.findElement(By.cssSelector(".ib-plot svg"));
    browser.run("arguments[0].scrollIntoView({block: 'center'})", svg);
    int[] box = {60, 30, 200, 150};
    Set<String> inside = new TreeSet<>();
    for (JsonNode point : points) {
      double x = point.get("x").asDouble();
      double y = point.get("y").asDouble();
      if (x > box[0] && x < box[2] && y > box[1] && y < box[3]) {
        inside.add(point.get("id").asText());
      }
    }
    assertTrue(inside.size() > 5 && inside.size() < 100, inside.size() + " points");
    int width = svg.getSize().width;
    int height = svg.getSize().height;
    new Actions(browser.driver)
        .moveToElement(svg, box[0] - width / 2, box[1] - height / 2)
        .clickAndHold()
        .moveByOffset(box[2] - box[0], box[3] - box[1])
        .release()
        .perform();
    assertEquals(inside, chosen());
    checkNothingOdd();
  }

  @Test
  void thePhaseDiagram_hasTheMedianOfItsRuns_andSaysWhereMostHaveAProblem() {
    showRuns("");
    JsonNode cells = json("window.implicitBias.runs.phase.cells");
    assertEquals(50, cells.size());
    for (JsonNode cell : cells) {
      List<Double> values = new ArrayList<>();
      int lost = 0;
      for (JsonNode id : cell.get("ids")) {
        GridRun run = RUNS.get(id.asText());
        values.add(run.value("testAccuracy", 120));
        lost += run.isLost() ? 1 : 0;
      }
      Collections.sort(values);
      assertEquals(3, values.size());
      assertEquals(values.get(1), cell.get("value").asDouble());
      assertEquals(lost > 1, cell.get("lost").asBoolean());
    }
    wish("colour", "e:loss");
    settled();
    long none = 0;
    for (JsonNode cell : json("window.implicitBias.runs.phase.cells")) {
      none += cell.get("value").isNull() ? 1 : 0;
    }
    assertEquals(10, none, "lost runs have no loss, and no colour");
    assertEquals(
        none,
        browser
            .<Number>run("return document.querySelectorAll('.ib-squares .no-number').length")
            .longValue());
    checkNothingOdd();
  }

  @Test
  void seedsTogether_areMedians_fromTheLeastToTheGreatest() {
    showRuns("&rows=seeds");
    assertEquals(50, shown().size());
    String note = browser.run("return document.querySelector('#runs-table .ib-panel p').innerText");
    assertTrue(note.startsWith("50 choices of settings"), note);
    assertFalse(
        browser
            .<String>run("return document.querySelector('.ib-runs-table thead').innerText")
            .contains("seed"));
    checkNothingOdd();
  }

  @Test
  void aClickOpensTheRun_backLeadsBack_andChosenRunsAreCompared() {
    showRuns("&sort=-e:testAccuracy");
    List<String> rows = shown();
    browser.run("document.querySelector('.ib-runs-table td.name a').click()");
    browser.await(
        "the run",
        "window.implicitBias.settled && window.implicitBias.run.id === arguments[0]",
        rows.get(0));
    assertEquals(120L, browser.<Number>run("return window.implicitBias.step").longValue());
    browser.driver.navigate().back();
    settled();
    assertEquals(rows, shown());
    tick(3);
    browser.run(
        "[...document.querySelectorAll('.ib-runs-chosen button')]"
            + ".find(b => b.textContent === 'Compare 3').click()");
    browser.await(
        "three runs",
        "window.implicitBias.settled && window.implicitBias.compared.length === 2"
            + " && window.implicitBias.run.id === arguments[0]",
        rows.get(0));
    assertEquals(
        rows.subList(1, 3),
        browser.<List<String>>run("return window.implicitBias.compared.map(r => r.id)"));
    // From a run, all of them are one click away, beside the menu that compares too.
    browser.run("document.getElementById('all-runs').click()");
    settled();
    assertNotNull(browser.run("return window.implicitBias.runs"));
    browser.driver.navigate().back();
    browser.await(
        "the run again",
        "window.implicitBias && window.implicitBias.run && window.implicitBias.settled");
    browser.run(
        "document.getElementById('compare').open = true;"
            + "document.querySelector('.ib-compare-box > button').click()");
    settled();
    assertEquals(150, shown().size());
    checkNothingOdd();
  }

  @Test
  void runsThatComeAndGrow_areThereWithoutReloading() {
    InMemoryStatsStorage growing = new InMemoryStatsStorage();
    List<GridRun> grid = GridRun.grid(3);
    store(grid.get(0), growing);
    ui.attach(growing);
    browser.open(ui.url() + "?view=runs");
    settled();
    assertEquals(1, shown().size());
    String lead = browser.run("return document.querySelector('.ib-runs-lead').innerText");
    assertTrue(lead.contains("the same in all: start scale 0.01"), lead);
    store(grid.get(1), growing);
    browser.await(
        "two", "window.implicitBias.settled && window.implicitBias.runs.rows.length === 2");
    assertEquals(
        List.of("learning rate"),
        browser.<List<String>>run("return window.implicitBias.runs.varying"));
    checkNothingOdd();
  }

  @Test
  void aThousandRuns_arePaintedWithinASecond_andSortAndFilterAtOnce() {
    InMemoryStatsStorage many = new InMemoryStatsStorage();
    GridRun.grid(1000).forEach(run -> store(run, many));
    ui.attach(many);
    browser.open(ui.url() + "?view=runs"); // the server reads the runs
    settled();
    browser.open("about:blank");
    browser.open(ui.url() + "?view=runs");
    settled();
    double painted = browser.<Number>run("return window.implicitBias.runs.painted").doubleValue();
    double sorted = took("document.querySelector('[data-key=\"he:loss\"]').click()");
    double filtered =
        took(
            "const f = document.querySelector('.ib-runs-head input'); f.value = 'rate>0.1';"
                + "f.dispatchEvent(new Event('input'))");
    System.out.printf(
        "1000 runs: painted after %.0f ms, sorted in %.0f ms, filtered in %.0f ms%n",
        painted, sorted, filtered);
    assertEquals(600, shown().size());
    assertTrue(painted < 1000, painted + " ms");
    checkNothingOdd();
  }

  private static double took(String script) {
    return browser
        .<Number>run(
            "const begun = performance.now(); "
                + script
                + "; document.body.offsetHeight; return performance.now() - begun")
        .doubleValue();
  }

  @Test
  void severalRuns_areOneFile_withTheirPanels(@TempDir Path folder) throws Exception {
    List<RunLog> logs = new ArrayList<>();
    List<GridRun> some = new ArrayList<>(RUNS.values()).subList(0, 30);
    some.forEach(run -> logs.add(run.log()));
    Path file = folder.resolve("runs.html");
    RunPage.write(logs, file);
    browser.open(file.toUri().toString());
    settled();
    assertEquals(30, shown().size());
    for (GridRun run : some) {
      JsonNode row = json("window.implicitBias.runs.of('" + run.header.id() + "')");
      assertEquals(run.value("parameterNorm", 120), row.at("/ends/parameterNorm").asDouble());
    }
    wish("y", "e:learningRate");
    settled();
    browser.run("document.querySelector('.ib-runs-table td.name a').click()");
    browser.await("the run", "window.implicitBias.run && window.implicitBias.settled");
    String id = browser.run("return window.implicitBias.run.id");
    GridRun run = RUNS.get(id);
    goTo(60);
    JsonNode values = json("window.implicitBias.record.values");
    assertEquals(run.value("loss", 60), values.get("loss").asDouble());
    browser.driver.navigate().back();
    settled();
    assertEquals(30, shown().size());
    assertEquals(List.of(), browser.console());
    assertEquals(
        List.of(),
        browser.requestsOutside("file://").stream()
            .filter(url -> !url.startsWith("about:"))
            .collect(Collectors.toList()));
  }

  @Test
  void chosenRuns_areSavedByTheServer() throws Exception {
    ui.attach(storage);
    List<String> ids = new ArrayList<>(RUNS.keySet()).subList(0, 2);
    HttpResponse<String> saved =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            ui.url() + "/runs.html?run=" + ids.get(0) + "&run=" + ids.get(1)))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertEquals(200, saved.statusCode());
    assertTrue(saved.body().contains("id=\"ib-r1-index\""));
    for (String wrong : List.of("", "?run=1", "?run=" + "0".repeat(32))) {
      int status =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(ui.url() + "/runs.html" + wrong)).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode();
      assertTrue(status == 400 || status == 404, wrong + ": " + status);
    }
  }

  @Test
  void nothingIsLost_fromNarrowToWide_lightAndDark() throws Exception {
    showRuns("");
    tick(4);
    for (int width : new int[] {1280, 420, 2560}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.size(width, width == 420 ? 900 : 800);
        browser.dark(dark);
        browser.drawn();
        browser.await(
            "drawn for its width",
            "document.querySelector('.ib-plot svg').clientWidth ==="
                + " document.querySelector('.ib-plot').clientWidth");
        browser.screenshot(FOLDER.resolve("runs-" + width + (dark ? "-dark" : "-light") + ".png"));
        String what = width + (dark ? " dark" : " light");
        assertEquals(
            (long) width,
            browser.<Number>run("return document.documentElement.scrollWidth").longValue(),
            what + browser.<List<String>>run(Browser.script("beyond-the-right")));
        assertEquals(List.of(), browser.<List<String>>run(Browser.script("cut-off"), width), what);
        assertEquals(List.of(), browser.violations(), what);
      }
    }
    browser.dark(false);
    browser.size(1500, 1100);
    checkNothingOdd();
  }

  @Test
  void everyLanguage_hasRoomForItsWords() throws Exception {
    showRuns("");
    try {
      for (String language : List.of("de", "ja", "zh", "ko", "ru")) {
        browser.open("http://127.0.0.1:" + ui.port() + "/setlang/" + language);
        showRuns("");
        for (int width : new int[] {1280, 420}) {
          browser.size(width, 800);
          browser.drawn();
          assertEquals(
              List.of(), browser.<List<String>>run(Browser.script("cut-off"), width), language);
        }
        String text = browser.run("return document.getElementById('runs-view').innerText");
        assertFalse(text.contains("Phase diagram") || text.contains("learning rate"), text);
        browser.console().clear();
      }
    } finally {
      browser.open("http://127.0.0.1:" + ui.port() + "/setlang/en");
      browser.size(1500, 1100);
      browser.console().clear();
    }
  }
}
