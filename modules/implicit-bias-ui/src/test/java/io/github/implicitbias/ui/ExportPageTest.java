package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Series;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What can be taken away of the page says what the run says. */
class ExportPageTest extends PageTest {

  private static final int STEPS = 150;
  private static final String LAYER = "layer0";
  private static final Path FOLDER = Path.of("target", "screenshots");

  private static InMemoryStatsStorage storage;
  private static Run classes;

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    classes = RealRuns.classes(storage, STEPS);
    browser.driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(30));
    Files.createDirectories(FOLDER);
  }

  private void show(String query) {
    show(storage, query);
  }

  private static String text(String panel, String kind) {
    return (String)
        browser.driver.executeAsyncScript(
            "const done = arguments[2]; window.implicitBias.takeAway.text(arguments[0],"
                + " arguments[1]).then(done, e => done('failed: ' + e.stack))",
            panel,
            kind);
  }

  private static byte[] image(String panel) {
    String base64 =
        (String)
            browser.driver.executeAsyncScript(
                "const done = arguments[1]; window.implicitBias.takeAway.image(arguments[0])"
                    + ".then(b => b.arrayBuffer()).then(a => { let s = '';"
                    + "for (const x of new Uint8Array(a)) s += String.fromCharCode(x);"
                    + "done(btoa(s)); }, e => done('failed: ' + e.stack))",
                panel);
    assertFalse(base64.startsWith("failed"), base64);
    return Base64.getDecoder().decode(base64);
  }

  private static List<String> panels() {
    return browser.run(
        "return Object.entries(window.implicitBias.panels).filter(p => p[1]).map(p => p[0])");
  }

  /** A table as text, by the rules of RFC 4180. */
  static List<List<String>> parse(String csv) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char c = csv.charAt(i);
      if (quoted) {
        if (c != '"') {
          cell.append(c);
        } else if (i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
          cell.append('"');
          i++;
        } else {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == ',' || c == '\n') {
        row.add(cell.toString());
        cell.setLength(0);
        if (c == '\n') {
          rows.add(row);
          row = new ArrayList<>();
        }
      } else if (c == '\r') {
        continue; // WebDriver leaves it out
      } else {
        cell.append(c);
      }
    }
    assertEquals(0, cell.length() + row.size(), "ends with a line break");
    return rows;
  }

  private static Document xml(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Element> all(Document document, String tag) {
    NodeList found = document.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  @Test
  void numbersOfTheLossAndOfMetrics_areThoseOfTheRun_inFullPrecision() throws Exception {
    show("?session=classes");
    goTo(40);
    List<List<String>> loss = parse(text("loss", "csv"));
    assertEquals(List.of("step", "loss", "score"), loss.get(0));
    assertEquals(STEPS + 2, loss.size());
    for (List<String> row : loss.subList(1, loss.size())) {
      long step = Long.parseLong(row.get(0));
      assertNumber(classes.value("loss", step), row.get(1), "loss at " + step);
      assertNumber(classes.value("score", step), row.get(2), "score at " + step);
    }
    List<List<String>> norms = parse(text("norms", "csv"));
    assertEquals(List.of("chart", "series", "step", "value"), norms.get(0));
    for (String metric : List.of("frobeniusNorm", "spectralNorm", "parameterNorm")) {
      boolean ofRun = classes.header().columnNames().contains(metric);
      Series recorded = ofRun ? classes.metric(metric) : classes.metric(metric, LAYER);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < recorded.size(); i++) {
        if (!Absent.is(recorded.value(i))) {
          expected.add(recorded.step(i) + " " + recorded.value(i));
        }
      }
      List<String> found =
          norms.stream()
              .filter(row -> row.get(1).equals(metric))
              .map(row -> row.get(2) + " " + Double.parseDouble(row.get(3)))
              .collect(Collectors.toList());
      assertEquals(expected, found, metric);
    }
    JsonNode values = new ObjectMapper().readTree(text("values", "json"));
    assertEquals(classes.header().id().toString(), values.get("run").asText());
    assertEquals("classes", values.get("session").asText());
    assertEquals(classes.header().workerId(), values.get("worker").asText());
    assertEquals(40, values.get("step").asInt());
    assertEquals("values", values.get("panel").asText());
    JsonNode rows = values.get("data").get("rows");
    assertEquals(classes.header().columns().size(), rows.size());
    for (int k = 0; k < rows.size(); k++) {
      double value = classes.value(classes.header().columnNames().get(k), 40);
      assertEquals(classes.header().columnNames().get(k), rows.get(k).get(0).asText());
      JsonNode shown = rows.get(k).get(4);
      assertEquals(Absent.is(value), shown.isNull());
      if (shown.isNumber()) {
        assertEquals(value, shown.asDouble());
      }
    }
    checkNothingOdd();
  }

  private static void assertNumber(double value, String text, String what) {
    if (Double.isFinite(value)) {
      assertEquals(value, Double.parseDouble(text), what);
    } else {
      assertEquals("", text, what);
    }
  }

  @Test
  void thePattern_andTheSupport_areThoseOfTheRun() {
    show("?session=classes");
    for (int step : new int[] {0, 40, STEPS}) {
      goTo(step);
      ActivationPattern pattern = classes.patternAt(step, LAYER);
      ActivationPattern before = classes.patternAt(Math.max(0, step - 1), LAYER);
      List<List<String>> table = parse(text("raster", "csv"));
      assertEquals(pattern.units() + 1, table.size());
      int[] ids = classes.header().sampleIds();
      for (List<String> row : table.subList(1, table.size())) {
        int unit = Integer.parseInt(row.get(0));
        for (int sample = 0; sample < pattern.samples(); sample++) {
          boolean on = pattern.isOn(unit, sample);
          int state = (on ? 1 : 0) + (on != before.isOn(unit, sample) ? 2 : 0);
          int column = table.get(0).indexOf("sample " + ids[sample]);
          assertEquals(String.valueOf(state), row.get(column), "unit " + unit + " at " + step);
        }
      }
      double[] span = classes.sampleValues("spanCoefficients", step);
      List<List<String>> support =
          parse(text("support", "csv")).stream()
              .filter(row -> row.get(0).equals("Span coefficients"))
              .collect(Collectors.toList());
      assertEquals(span == null ? support.size() : span.length, support.size());
      for (List<String> row : support) {
        if (span != null) {
          assertNumber(span[Integer.parseInt(row.get(2))], row.get(5), "span");
        }
      }
    }
    checkNothingOdd();
  }

  @Test
  void everyPanel_hasATable_aPictureAsPixelsAndOneAsVectors() throws Exception {
    show("?session=classes&unit=3");
    goTo(40);
    browser.await("history", "window.implicitBias.history");
    Set<String> pictured = new TreeSet<>();
    for (String panel : panels()) {
      List<String> kinds =
          browser.run("return window.implicitBias.takeAway.files(arguments[0])", panel);
      if (kinds.isEmpty()) {
        assertEquals("training", panel, "this run has no visits");
        continue;
      }
      List<List<String>> table = parse(text(panel, "csv"));
      assertTrue(table.size() > 1, panel);
      JsonNode json = new ObjectMapper().readTree(text(panel, "json"));
      JsonNode data = json.get("data");
      assertEquals(table.size() - 1, data.get("rows").size(), panel);
      for (List<String> row : table) {
        assertEquals(data.get("columns").size(), row.size(), panel + " " + row);
      }
      if (!kinds.contains("png")) {
        continue;
      }
      pictured.add(panel);
      String svg = text(panel, "svg");
      Files.writeString(FOLDER.resolve("export-" + panel + ".svg"), svg);
      Document document = xml(svg);
      assertFalse(svg.contains("foreignObject") || svg.contains("NaN"), panel);
      assertTrue(all(document, "path").size() + all(document, "rect").size() > 5, panel);
      assertTrue(
          all(document, "text").stream().anyMatch(t -> t.getTextContent().contains("step 40")),
          panel);
      byte[] png = image(panel);
      Files.write(FOLDER.resolve("export-" + panel + ".png"), png);
      BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
      assertTrue(picture.getWidth() > 700 && picture.getHeight() > 200, panel);
      double width = Double.parseDouble(document.getDocumentElement().getAttribute("width"));
      assertEquals(2 * width, picture.getWidth(), 2, panel);
      Set<Integer> colours = new HashSet<>();
      for (int x = 0; x < picture.getWidth(); x += 2) {
        for (int y = 0; y < picture.getHeight(); y += 2) {
          colours.add(picture.getRGB(x, y));
        }
      }
      assertTrue(colours.size() > 12, panel + " has " + colours.size() + " colours");
    }
    assertTrue(
        pictured.containsAll(
            List.of("loss", "flips", "predictions", "raster", "support", "norms", "units")),
        pictured.toString());
    checkNothingOdd();
  }

  @Test
  void vectors_haveAPointPerRecord_andCellsAsAnImage() throws Exception {
    show("?session=classes");
    Document loss = xml(text("loss", "svg"));
    List<Integer> points =
        all(loss, "path").stream()
            .map(path -> path.getAttribute("d").replaceAll("[^ML]", "").length())
            .filter(n -> n >= STEPS)
            .collect(Collectors.toList());
    Series score = classes.metric("score");
    int scores = 0;
    for (int i = 0; i < score.size(); i++) {
      scores += Absent.is(score.value(i)) ? 0 : 1;
    }
    assertEquals(List.of(STEPS + 1, scores), points, "points of the loss and of the score");
    List<String> labels =
        all(loss, "text").stream().map(Element::getTextContent).collect(Collectors.toList());
    assertTrue(labels.containsAll(List.of("Loss", "loss", "score", "0", "140")), labels.toString());
    Document raster = xml(text("raster", "svg"));
    List<Element> images = all(raster, "image");
    assertEquals(1, images.size());
    String href = images.get(0).getAttribute("href");
    assertNotNull(
        ImageIO.read(
            new ByteArrayInputStream(
                Base64.getDecoder().decode(href.substring(href.indexOf(',') + 1)))));
    for (int unit = 0; unit < 16; unit++) {
      String number = String.valueOf(unit);
      assertTrue(all(raster, "text").stream().anyMatch(t -> t.getTextContent().equals(number)));
    }
    checkNothingOdd();
  }

  @Test
  void theMenu_isOpenedByKeyboard_andAFileArrives(@TempDir Path folder) throws Exception {
    browser.driver.executeCdpCommand(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toString()));
    show("?session=classes&step=12");
    browser.run("document.querySelector('#panel-loss .ib-take button').focus()");
    Actions keys = new Actions(browser.driver);
    keys.sendKeys(Keys.ENTER).perform();
    browser.await("open", "!document.querySelector('#panel-loss .ib-take-list').hidden");
    Files.createDirectories(FOLDER);
    browser.screenshot(FOLDER.resolve("take-away-menu.png"));
    keys.sendKeys(Keys.ARROW_DOWN).perform();
    assertEquals("CSV", browser.run("return document.activeElement.textContent"));
    keys.sendKeys(Keys.ENTER).perform();
    Path file = folder.resolve("classes-loss-step12.csv");
    browser.await("the file", () -> Files.exists(file));
    assertEquals(STEPS + 2, parse(Files.readString(file)).size());
    assertEquals(12L, browser.<Long>run("return window.implicitBias.step"));
    browser.run("document.getElementById('save-run').click()");
    Path whole = folder.resolve("classes.html");
    browser.await("the run", () -> Files.exists(whole));
    assertTrue(Files.size(whole) > 100_000 && Files.size(whole) < 20_000_000);
    checkNothingOdd();
  }

  @Test
  void aLink_reopensExactlyTheSameView() throws Exception {
    show("?session=classes");
    goTo(30);
    browser.run(
        "for (const [id, v] of [['sample-order', 'similar'], ['unit-order', 'similar']]) {"
            + "const s = document.getElementById(id); s.value = v;"
            + "s.dispatchEvent(new Event('change')); }"
            + "document.getElementById('loss-linear').click();");
    goTo(77);
    browser.run(
        "const s = document.getElementById('history-number'); s.value = 5;"
            + "s.dispatchEvent(new Event('change'))");
    WebElement plot = browser.driver.findElement(By.cssSelector("#loss-chart .u-over"));
    int width = plot.getSize().width;
    new Actions(browser.driver)
        .moveToElement(plot, -width / 5, 0)
        .clickAndHold()
        .moveByOffset(2 * width / 5, 0)
        .release()
        .moveToElement(browser.driver.findElement(By.id("step")))
        .perform();
    browser.await("zoomed", "window.implicitBias.charts.loss[0][0] >= 40");
    String link = browser.run("return window.implicitBias.link");
    for (String part :
        List.of("step=77", "unit=5", "loss=linear", "order=similar%7Esimilar%7E30")) {
      assertTrue(link.contains(part), link);
    }
    assertTrue(link.matches(".*zoom=4\\d%7E10\\d.*"), link);
    String state =
        "const b = window.implicitBias; return JSON.stringify([b.run, b.layer, b.step,"
            + " b.marked.chosenUnit, b.raster.rows, b.raster.columns, b.history && b.history.order,"
            + " b.charts.loss[0], document.getElementById('loss-linear').ariaPressed])";
    browser.run("document.getElementById('copy-link').click()");
    browser.await("said", "document.querySelector('.ib-said').textContent");
    String before = browser.run(state);
    browser.open("about:blank");
    browser.open(link);
    browser.await(
        "the run",
        "window.implicitBias && window.implicitBias.settled && window.implicitBias.history"
            + " && window.implicitBias.charts.loss[0][0] >= 40");
    browser.await("the same view", () -> before.equals(browser.run(state)));
    assertEquals(link, browser.run("return window.implicitBias.link"));
    browser.await("the same address", "location.href === arguments[0]", link);
    // What is no address of ours is left aside.
    browser.open(
        ui.url()
            + "?session=classes&unit=-3&sample=x&zoom=9~1&loss=cubic&order=a~b~c&zoom=1"
            + "&step=1e99");
    browser.await("the run", "window.implicitBias && window.implicitBias.settled");
    checkNothingOdd();
  }

  @Test
  void aSpreadsheet_seesNoFormula_andNamesOfFilesAreTame(@TempDir Path folder) throws Exception {
    String hostile = "../=cmd|' /C calc'!A0<script>\"\u0000";
    InMemoryStatsStorage other = new InMemoryStatsStorage();
    new ReplayedRun(hostile, "worker", 60, Map.of("=1+1", "@SUM(A1)", "quote", "a\"b,c\nd"))
        .store(other);
    browser.driver.executeCdpCommand(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toString()));
    ui.attach(other);
    browser.open(ui.url());
    browser.await("the run", "window.implicitBias && window.implicitBias.settled");
    List<List<String>> table = parse(text("about", "csv"));
    assertTrue(table.contains(List.of("'=1+1", "'@SUM(A1)")), table.toString());
    assertTrue(table.contains(List.of("quote", "a\"b,c\nd")), table.toString());
    xml(text("loss", "svg"));
    browser.run("document.querySelector('#panel-about .ib-take button').click()");
    browser.run("document.querySelector('#panel-about .ib-take-list button').click()");
    browser.await("a file", () -> list(folder).stream().anyMatch(n -> n.endsWith(".csv")));
    for (String name : list(folder)) {
      assertTrue(name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*"), name);
    }
    checkNothingOdd();
  }

  private static List<String> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).collect(Collectors.toList());
    } catch (IOException e) {
      return Arrays.asList();
    }
  }
}
