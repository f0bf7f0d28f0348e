package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/**
 * What lies beside weight space, the inputs and the learned function, and what pointing at either
 * marks.
 */
class WeightsInputTest extends WeightsPageTest {

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
}
