package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** "Units in weight space" is drawn where the parameters kept during training say. */
@ExtendWith(Browser.Installed.class)
class WeightsPanelTest {

  private static final int STEPS = WeightSpaceRun.STEPS;
  private static final Path FOLDER = Path.of("target", "screenshots");
  private static final double PIXEL = 1e-6;

  /** Reads from a copy: a canvas that is read from more than once makes the browser complain. */
  private static final String COPY =
      "const g = new OffscreenCanvas(c.width, c.height).getContext('2d',"
          + " {willReadFrequently: true}); g.drawImage(c, 0, 0);";

  private static Browser browser;
  private static InMemoryStatsStorage storage;
  private static WeightSpaceRun neuron;
  private static WeightSpaceRun plane;
  private static WeightSpaceRun function;
  private static WeightSpaceRun directions;
  private static ImplicitBiasUi ui;

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    neuron = WeightSpaceRun.neuron(storage);
    plane = WeightSpaceRun.plane(storage);
    function = WeightSpaceRun.function(storage);
    directions = WeightSpaceRun.directions(storage);
    browser = new Browser(1280, 1000);
    ui = ImplicitBiasUi.start(0);
    ui.attach(storage);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (ui != null) {
      ui.close();
    }
  }

  @BeforeEach
  void start() {
    browser.size(1280, 1000);
    browser.dark(false);
    browser.console().clear();
  }

  @AfterEach
  void leave() {
    assertEquals(List.of(), browser.console());
    browser.open("about:blank");
  }

  private static void show(WeightSpaceRun run, int step) {
    browser.open(ui.url() + "?session=" + run.session + "&step=" + step);
    browser.await("the run", "window.implicitBias && window.implicitBias.settled");
    see(step);
  }

  /** Scrolls to the panel and waits until it shows a step with its paths. */
  private static void see(int step) {
    browser.run("document.getElementById('panel-weights').scrollIntoView({block: 'center'})");
    browser.await(
        "step " + step,
        "window.implicitBias.settled && window.implicitBias.panels.weights.weights"
            + " && window.implicitBias.panels.weights.weights.step === arguments[0]"
            + " && window.implicitBias.panels.weights.weights.paths.length > 0",
        step);
  }

  private static void goTo(int step) {
    browser.run("window.implicitBias.go(arguments[0])", step);
    see(step);
  }

  private static void mode(String mode) {
    browser.run("document.getElementById('weights-' + arguments[0]).click()", mode);
  }

  private static JsonNode shown() throws Exception {
    return json("window.implicitBias.panels.weights");
  }

  private static JsonNode json(String expression) throws Exception {
    return new ObjectMapper()
        .readTree(browser.<String>run("return JSON.stringify(" + expression + ")"));
  }

  private static Set<Integer> someSteps(int count) {
    Set<Integer> steps = new TreeSet<>(List.of(0, STEPS));
    Random random = new Random(8);
    while (steps.size() < count) {
      steps.add(random.nextInt(STEPS));
    }
    return steps;
  }

  /** Where a point belongs, by the scale the page says it draws with. */
  private static double[] expected(JsonNode weights, double[] point) {
    JsonNode scale = weights.get("scale");
    if (weights.get("mode").asText().equals("plain")) {
      double pixels = scale.get("pixels").asDouble();
      return new double[] {
        scale.get("x0").asDouble() + pixels * point[0],
        scale.get("y0").asDouble() - pixels * point[1]
      };
    }
    double low = scale.get("low").asDouble();
    double inner = scale.get("inner").asDouble();
    double radius =
        inner
            + (scale.get("outer").asDouble() - inner)
                * (Math.log10(point[2]) - low)
                / (scale.get("high").asDouble() - low);
    double angle = Math.atan2(point[1], point[0]);
    return new double[] {
      scale.get("cx").asDouble() + radius * Math.cos(angle),
      scale.get("cy").asDouble() - radius * Math.sin(angle)
    };
  }

  @Test
  void units_areDrawnWhereTheirWeightsAre_inBothPlanes_withTheirPaths() throws Exception {
    for (WeightSpaceRun run : List.of(neuron, plane, function, directions)) {
      show(run, STEPS);
      for (String mode : List.of("plain", "polar")) {
        mode(mode);
        for (int step : someSteps(5)) {
          goTo(step);
          String what = run.session + " " + mode + " at " + step;
          JsonNode weights = shown().get("weights");
          assertEquals(mode, weights.get("mode").asText());
          assertEquals(run.units(), weights.get("points").size(), what);
          for (JsonNode point : weights.get("points")) {
            int unit = point.get("unit").asInt();
            double[] at = expected(weights, run.point(step, unit));
            assertEquals(at[0], point.get("x").asDouble(), PIXEL, what + " unit " + unit);
            assertEquals(at[1], point.get("y").asDouble(), PIXEL, what + " unit " + unit);
            String colour =
                run.isSingle() || run.outgoing.get(step)[unit] > 0 ? "#1b212c" : "#c3355e";
            assertEquals(colour, point.get("colour").asText(), what + " unit " + unit);
          }
          for (JsonNode path : weights.get("paths")) {
            int unit = path.get("unit").asInt();
            assertEquals(STEPS + 1, path.get("points").size());
            for (int k : new int[] {0, 37, STEPS}) {
              double[] at = expected(weights, run.point(k, unit));
              assertEquals(at[0], path.get("points").get(k).get(0).asDouble(), 0.01, what);
              assertEquals(at[1], path.get("points").get(k).get(1).asDouble(), 0.01, what);
            }
          }
        }
      }
    }
  }

  @Test
  void thePictureHasTheColourOfAUnit_whereItLies() throws Exception {
    show(function, STEPS);
    mode("plain");
    JsonNode points = shown().get("weights").get("points");
    int seen = 0;
    for (JsonNode point : points) {
      boolean covered = false;
      for (JsonNode other : points) {
        double d =
            Math.hypot(
                point.get("x").asDouble() - other.get("x").asDouble(),
                point.get("y").asDouble() - other.get("y").asDouble());
        covered |= other != point && d < other.get("r").asDouble() + 3;
      }
      if (covered) {
        continue;
      }
      List<Long> rgb =
          browser.run(
              "const c = document.getElementById('weights-space'), k = c.width / c.clientWidth;"
                  + COPY
                  + "return [...g.getImageData(Math.round(arguments[0] * k),"
                  + " Math.round(arguments[1] * k), 1, 1).data]",
              point.get("x").asDouble(),
              point.get("y").asDouble());
      boolean positive = function.outgoing.get(STEPS)[point.get("unit").asInt()] > 0;
      assertEquals(positive, rgb.get(2) > rgb.get(0), point + " is " + rgb);
      seen++;
    }
    assertTrue(seen >= 5, seen + " points stand alone");
  }

  @Test
  void aSmallStartIsShownWithLogarithmicRadius_aLargeOneInThePlane() throws Exception {
    show(directions, 3);
    assertEquals("polar", shown().get("weights").get("mode").asText());
    String caption =
        browser.run("return document.querySelector('#panel-weights .ib-caption').innerText");
    assertTrue(
        caption.matches("(?s).*principal directions, [\\d.]+ % and [\\d.]+ % of.*"), caption);
    show(neuron, 3);
    assertEquals("plain", shown().get("weights").get("mode").asText());
  }

  @Test
  void ofOneNeuron_theLossAndTheBordersOfItsRegionsAreDrawn() throws Exception {
    show(neuron, 60);
    mode("plain");
    JsonNode weights = shown().get("weights");
    JsonNode scale = weights.get("scale");
    assertEquals(neuron.x.length, weights.get("rays").size());
    for (JsonNode ray : weights.get("rays")) {
      double[] x = neuron.x[ray.get("sample").asInt()];
      JsonNode line = ray.get("line");
      for (int end : new int[] {0, 2}) {
        double w1 = line.get(end).asDouble() - scale.get("x0").asDouble();
        double w2 = scale.get("y0").asDouble() - line.get(end + 1).asDouble();
        assertEquals(0, (w1 * x[0] + w2 * x[1]) / Math.hypot(w1, w2), 1e-9);
      }
    }
    JsonNode loss = weights.get("loss");
    Random random = new Random(6);
    for (int k = 0; k < 50; k++) {
      int column = random.nextInt(loss.get("columns").asInt());
      int row = random.nextInt(loss.get("rows").asInt());
      double cell = loss.get("cell").asDouble();
      double w1 =
          (46 + column * cell - scale.get("x0").asDouble()) / scale.get("pixels").asDouble();
      double w2 = (scale.get("y0").asDouble() - 8 - row * cell) / scale.get("pixels").asDouble();
      double sum = 0;
      for (int i = 0; i < neuron.x.length; i++) {
        double f = Math.max(0, w1 * neuron.x[i][0] + w2 * neuron.x[i][1]);
        sum += 0.5 * (f - neuron.target[i]) * (f - neuron.target[i]);
      }
      double drawn =
          browser
              .<Number>run(
                  "return window.implicitBias.panels.weights.weights.loss.at(arguments[0],"
                      + " arguments[1])",
                  column,
                  row)
              .doubleValue();
      assertEquals(sum / neuron.x.length, drawn, 1e-9 * (1 + sum));
    }
    assertTrue(text().contains("loss in the regions of activation"), text());
    mode("polar");
    assertTrue(shown().get("weights").get("loss").isNull());
    assertFalse(text().contains("loss in the regions of activation"), text());
  }

  private static String text() {
    return browser.run("return document.getElementById('panel-weights').innerText");
  }

  @Test
  void inputSpace_hasTheData_theLinesOfTheUnits_andWhatTheNetworkComputes() throws Exception {
    show(plane, STEPS);
    for (int step : someSteps(4)) {
      goTo(step);
      JsonNode inputs = shown().get("inputs");
      JsonNode scale = inputs.get("scale");
      double x0 = scale.get("x0").asDouble();
      double y0 = scale.get("y0").asDouble();
      double pixels = scale.get("pixels").asDouble();
      assertEquals(plane.x.length, inputs.get("points").size());
      for (JsonNode point : inputs.get("points")) {
        double[] x = plane.x[point.get("sample").asInt()];
        assertEquals(x0 + pixels * x[0], point.get("x").asDouble(), PIXEL);
        assertEquals(y0 - pixels * x[1], point.get("y").asDouble(), PIXEL);
      }
      assertTrue(inputs.get("lines").size() >= 4, inputs.get("lines").size() + " lines");
      for (JsonNode line : inputs.get("lines")) {
        int unit = line.get("unit").asInt();
        double[] w = plane.weights.get(step)[unit];
        double b = plane.biases.get(step)[unit];
        for (int end : new int[] {0, 2}) {
          double px = line.get("line").get(end).asDouble();
          double py = line.get("line").get(end + 1).asDouble();
          assertEquals(0, w[0] * (px - x0) / pixels + w[1] * (y0 - py) / pixels + b, 1e-9);
          px += line.get("way").get(0).asDouble();
          py += line.get("way").get(1).asDouble();
          assertTrue(w[0] * (px - x0) / pixels + w[1] * (y0 - py) / pixels + b > 0, "on side");
        }
      }
      JsonNode level = inputs.get("level");
      Random random = new Random(step);
      for (int k = 0; k < 30; k++) {
        int column = random.nextInt(level.get("columns").asInt());
        int row = random.nextInt(level.get("rows").asInt());
        double f =
            plane.output(
                step,
                level.get("x").asDouble() + column * level.get("dx").asDouble(),
                level.get("y").asDouble() + row * level.get("dy").asDouble());
        double drawn =
            browser
                .<Number>run(
                    "return window.implicitBias.panels.weights.inputs.level.at(arguments[0],"
                        + " arguments[1])",
                    column,
                    row)
                .doubleValue();
        assertEquals(f, drawn, 1e-9 * (1 + Math.abs(f)));
      }
    }
  }

  @Test
  void theLearnedFunction_hasItsKinksWhereUnitsSwitch() throws Exception {
    show(function, STEPS);
    for (int step : someSteps(6)) {
      goTo(step);
      JsonNode learned = shown().get("learned");
      double previous = Double.NEGATIVE_INFINITY;
      for (JsonNode corner : learned.get("corners")) {
        double x = corner.get(0).asDouble();
        assertTrue(x >= previous);
        previous = x;
        assertEquals(function.output(step, x), corner.get(1).asDouble(), 1e-9);
      }
      double low = learned.get("corners").get(0).get(0).asDouble();
      assertEquals(-1.3 - 0.2 * 2.6, low, 1e-9);
      int inside = 0;
      for (int j = 0; j < function.units(); j++) {
        double kink = -function.biases.get(step)[j] / function.weights.get(step)[j][0];
        inside += kink > low && kink < previous ? 1 : 0;
      }
      assertEquals(inside, learned.get("kinks").size());
      assertTrue(inside > 5, inside + " kinks");
      for (JsonNode kink : learned.get("kinks")) {
        int unit = kink.get("unit").asInt();
        double w = function.weights.get(step)[unit][0];
        assertEquals(-function.biases.get(step)[unit] / w, kink.get("x").asDouble(), 1e-12);
        assertEquals(
            Math.abs(w * function.outgoing.get(step)[unit]), kink.get("size").asDouble(), 1e-12);
      }
      JsonNode scale = learned.get("scale");
      for (JsonNode point : learned.get("points")) {
        if (point.get("kind").asText().equals("sample")) {
          int i = point.get("number").asInt();
          assertEquals(
              scale.get("x0").asDouble() + scale.get("perX").asDouble() * function.x[i][0],
              point.get("x").asDouble(),
              PIXEL);
          assertEquals(
              scale.get("y0").asDouble() + scale.get("perY").asDouble() * function.target[i],
              point.get("y").asDouble(),
              PIXEL);
        }
      }
    }
  }

  private static void pointAt(String canvas, double x, double y) {
    WebElement target = browser.driver.findElement(By.id(canvas));
    browser.run("arguments[0].scrollIntoView({block: 'center'})", target);
    int width = target.getSize().getWidth();
    int height = target.getSize().getHeight();
    new Actions(browser.driver)
        .moveToElement(
            target, (int) Math.round(x - width / 2.0), (int) Math.round(y - height / 2.0))
        .perform();
  }

  @Test
  void pointing_clicking_andTheKeyboard_markUnitsAndSamplesInAllPanels() throws Exception {
    show(plane, 120);
    JsonNode points = shown().get("weights").get("points");
    JsonNode last = points.get(points.size() - 1);
    pointAt("weights-space", last.get("x").asDouble(), last.get("y").asDouble());
    Long unit = browser.run("return window.implicitBias.marked.unit");
    assertEquals(last.get("unit").asLong(), unit);
    String tip =
        browser.run(
            "return [...document.querySelectorAll('#panel-weights .ib-tip')].filter(t => !t.hidden)"
                + ".map(t => t.innerText).join()");
    double a = plane.outgoing.get(120)[unit.intValue()];
    assertTrue(tip.contains("unit " + unit + "\n"), tip);
    String digits =
        new BigDecimal(a).round(new MathContext(4)).stripTrailingZeros().toPlainString();
    assertTrue(tip.contains("outgoing weight " + digits), tip);
    for (String canvas : List.of("weights-space", "weights-input")) {
      assertTrue(marks(canvas) > 20, canvas);
    }
    new Actions(browser.driver).click().perform();
    assertEquals(unit, browser.<Long>run("return window.implicitBias.marked.chosenUnit"));
    browser.await("its history", "!document.getElementById('history-box').hidden");
    JsonNode sample = shown().get("inputs").get("points").get(5);
    pointAt("weights-input", sample.get("x").asDouble(), sample.get("y").asDouble());
    assertEquals(
        sample.get("sample").asLong(),
        browser.<Long>run("return window.implicitBias.marked.sample"));
    pointAt("weights-input", 2, 2);
    assertNull(browser.<Object>run("return window.implicitBias.marked.sample"));
    // A line of input space is a unit too.
    JsonNode line = shown().get("inputs").get("lines").get(0);
    boolean found = false;
    for (double t = 0.05; t < 1 && !found; t += 0.05) {
      JsonNode l = line.get("line");
      pointAt(
          "weights-input",
          l.get(0).asDouble() + t * (l.get(2).asDouble() - l.get(0).asDouble()),
          l.get(1).asDouble() + t * (l.get(3).asDouble() - l.get(1).asDouble()));
      found = line.get("unit").equals(json("window.implicitBias.marked.unit"));
    }
    assertTrue(found, "the line can be pointed at");
    pointAt("weights-input", 2, 2);
    browser.run("document.getElementById('weights-space').focus()");
    WebElement canvas = browser.driver.findElement(By.id("weights-space"));
    canvas.sendKeys(Keys.ENTER); // lets go of the chosen unit
    assertNull(browser.<Object>run("return window.implicitBias.marked.chosenUnit"));
    canvas.sendKeys(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
    assertEquals(1L, browser.<Long>run("return window.implicitBias.marked.unit"));
    canvas.sendKeys(Keys.ARROW_UP, Keys.ARROW_UP);
    assertEquals(plane.units() - 1L, browser.<Long>run("return window.implicitBias.marked.unit"));
    assertTrue(
        browser
            .<String>run("return document.querySelector('#panel-weights [aria-live]').innerText")
            .startsWith("unit " + (plane.units() - 1)));
    canvas.sendKeys(Keys.ENTER);
    assertEquals(
        plane.units() - 1L, browser.<Long>run("return window.implicitBias.marked.chosenUnit"));
    canvas.sendKeys(Keys.ARROW_RIGHT);
    see(121);
    // What another panel marks is emphasized here.
    browser.run("document.getElementById('history-close').click()");
    canvas.sendKeys(Keys.ESCAPE);
    browser.run("document.activeElement.blur()");
    assertEquals(0, marks("weights-input"));
    browser.run(
        "document.querySelector('.ib-notion .ib-barrow').dispatchEvent(new"
            + " MouseEvent('mouseenter'))");
    assertTrue(marks("weights-input") > 20);
    String label =
        browser.run("return document.getElementById('weights-space').getAttribute('aria-label')");
    assertTrue(label.contains("at step 121") && label.contains("8 units"), label);
  }

  /** Pixels that are not empty on the canvas of marks above another. */
  private static long marks(String canvas) {
    return browser
        .<Number>run(
            "const c = document.getElementById(arguments[0]).nextSibling;"
                + COPY
                + "const d = g.getImageData(0, 0, c.width, c.height).data;"
                + "let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n",
            canvas)
        .longValue();
  }

  @Test
  void oddNumbers_andManyUnits_areDrawn() throws Exception {
    String[] cases = {
      "u.weightX = u.weightX.map(r => r.map(() => 0)); u.weightY = u.weightX;",
      "u.weightX = u.weightX.map(r => r.map((v, j) => j === 2 ? 'NaN' : v));",
      "u.weightX = u.weightX.map(r => r.map((v, j) => j === 2 ? 'Infinity' : null));",
      "u.weightX = u.weightX.map(r => r.map(() => 0.3)); u.weightY = u.weightX;",
      "u.weightX = u.weightX.map(r => r.map((v) => v * 1e-200));"
          + "u.weightY = u.weightY.map(r => r.map((v) => v * 1e-200));",
      "for (const c in u) u[c] = u[c].map(r => r.slice(0, 1));",
    };
    for (String change : cases) {
      for (WeightSpaceRun run : List.of(plane, function)) {
        open(run, change);
        for (String mode : List.of("plain", "polar")) {
          mode(mode);
          JsonNode weights = shown().get("weights");
          for (JsonNode point : weights.get("points")) {
            assertTrue(point.get("x").isNumber() && point.get("y").isNumber(), change + point);
          }
          int drawn =
              change.contains("NaN")
                  ? run.units() - 1
                  : change.contains("Infinity") ? 0 : change.contains("slice") ? 1 : run.units();
          assertEquals(drawn, weights.get("points").size(), change);
        }
      }
    }
    open(
        plane,
        "for (const c in u) u[c] = u[c].filter((_, k) => k % 100 === 0)"
            + ".map((r, k) => Array.from({length: 4096}, (_, j) => r[j % 8] * (1 + Math.sin(j) / 2)"
            + " + Math.cos(3 * j + k) / 5));");
    JsonNode many = shown();
    assertEquals(4096, many.get("weights").get("points").size());
    assertEquals(0, many.get("weights").get("paths").size());
    mode("polar");
    picture("4096-units");
  }

  /** Opens a run whose numbers were changed by a script first. */
  private static void open(WeightSpaceRun run, String change) throws IOException {
    Object script =
        browser
            .driver
            .executeCdpCommand(
                "Page.addScriptToEvaluateOnNewDocument",
                Map.of(
                    "source",
                    WeightSpaceRun.script(List.of(run))
                        + ";{ const u = window.unitAnswers['"
                        + run.session
                        + "'].units; "
                        + change
                        + "}"))
            .get("identifier");
    browser.open(ui.url() + "?session=" + run.session + "&step=1");
    browser.await("the run", "window.implicitBias && window.implicitBias.settled");
    browser.run("document.getElementById('panel-weights').scrollIntoView({block: 'center'})");
    browser.await(
        "drawn",
        "window.implicitBias.settled && (window.implicitBias.panels.weights || {}).weights");
    browser.driver.executeCdpCommand(
        "Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", script));
  }

  @Test
  void withoutItsNumbers_thePanelLeavesItselfOut() throws Exception {
    InMemoryStatsStorage bare = new InMemoryStatsStorage();
    new ReplayedRun("bare", "worker", 60).store(bare);
    ui.attach(bare);
    browser.open(ui.url() + "?session=bare");
    browser.await("the run", "window.implicitBias && window.implicitBias.settled");
    assertTrue(json("window.implicitBias.panels.weights").isNull());
    String line = browser.run(PageTest.MISSING);
    assertTrue(line.contains("Units in weight space (needs a dense first layer"), line);
  }

  @Test
  void pictures_lightAndDark_narrowAndWide() throws Exception {
    for (WeightSpaceRun run : List.of(neuron, plane, function, directions)) {
      for (String mode : List.of("plain", "polar")) {
        boolean light = mode.equals("plain") == (run != function);
        int width = mode.equals("plain") ? 1280 : 2560;
        browser.size(width, 1000);
        browser.dark(!light);
        show(run, run == neuron ? 60 : STEPS);
        mode(mode);
        picture(run.session + "-" + mode + "-" + width + (light ? "-light" : "-dark"));
      }
    }
    browser.size(800, 1000);
    browser.dark(false);
    show(plane, 100);
    picture("narrow");
  }

  private static void picture(String name) throws Exception {
    JsonNode box =
        json(
            "(b => [b.left, b.top + scrollY, b.width, b.height])("
                + "document.getElementById('panel-weights').getBoundingClientRect())");
    Map<String, Object> clip =
        Map.of(
            "x",
            box.get(0).asDouble() - 8,
            "y",
            box.get(1).asDouble() - 8,
            "width",
            box.get(2).asDouble() + 16,
            "height",
            box.get(3).asDouble() + 16,
            "scale",
            1);
    Map<String, Object> shot =
        browser.driver.executeCdpCommand(
            "Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", clip));
    Files.createDirectories(FOLDER);
    Files.write(
        FOLDER.resolve("weights-" + name + ".png"),
        Base64.getDecoder().decode((String) shot.get("data")));
  }
}
