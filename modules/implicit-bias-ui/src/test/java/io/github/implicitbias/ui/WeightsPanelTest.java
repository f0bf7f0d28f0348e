package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

/** "Units in weight space" is drawn where the parameters kept during training say. */
class WeightsPanelTest extends WeightsPageTest {

  private static final Path FOLDER = Path.of("target", "screenshots");

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
