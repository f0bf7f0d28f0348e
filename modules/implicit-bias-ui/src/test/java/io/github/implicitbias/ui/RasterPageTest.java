package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The activation pattern in all its orders, and histories of units and samples. */
class RasterPageTest extends PageTest {

  /** Colour in the picture of a history, by bit and by number of the step. */
  static final String HISTORY = Browser.script("history");

  private static final int STEPS = 150;

  private static final String LAYER = "layer0";

  private static InMemoryStatsStorage storage;

  private static Run classes;

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    classes = RealRuns.classes(storage, STEPS);
  }

  private void show(String session) {
    show(storage, "?session=" + session);
  }

  @Test
  void everyOrderOfTheRaster_isAPermutation_andKeepsThePixelsRight() throws Exception {
    show("classes");
    goTo(40);
    ActivationPattern pattern = classes.patternAt(40, LAYER);
    ActivationPattern before = classes.patternAt(39, LAYER);
    List<List<Long>> orders = new ArrayList<>();
    for (String samples : List.of("class", "data", "similar")) {
      for (String units : List.of("index", "support", "similar")) {
        pick("sample-order", samples);
        pick("unit-order", units);
        List<Long> columns = browser.run("return window.implicitBias.raster.columns");
        List<Long> rows = browser.run("return window.implicitBias.raster.rows");
        assertEquals(150, new TreeSet<>(columns).size());
        assertEquals(16, new TreeSet<>(rows).size());
        if (units.equals("index")) {
          orders.add(columns);
        }
        List<String> colours = browser.run("return window.implicitBias.colours");
        List<String> cells = browser.run(ImplicitBiasPageTest.CELLS);
        for (int unit = 0; unit < 16; unit++) {
          String[] row = cells.get(unit).split(" ");
          for (int sample = 0; sample < 150; sample++) {
            boolean on = pattern.isOn(unit, sample);
            int state = (on ? 1 : 0) + (on != before.isOn(unit, sample) ? 2 : 0);
            assertEquals(
                colours.get(state),
                row[sample],
                samples + ", " + units + ": unit " + unit + ", sample " + sample);
          }
        }
      }
    }
    assertFalse(orders.get(1).equals(orders.get(2)), "similarity changes the order");
    assertTrue(
        changes(pattern, orders.get(2)) < changes(pattern, orders.get(1)),
        "neighbours by similarity are more alike than in the data");
    checkNothingOdd();
  }

  private static long changes(ActivationPattern pattern, List<Long> order) {
    long changes = 0;
    for (int k = 1; k < order.size(); k++) {
      for (int unit = 0; unit < pattern.units(); unit++) {
        boolean here = pattern.isOn(unit, order.get(k).intValue());
        changes += here != pattern.isOn(unit, order.get(k - 1).intValue()) ? 1 : 0;
      }
    }
    return changes;
  }

  @Test
  void theHistoryOfAUnitAndOfASample_isThatOfThePatterns() throws Exception {
    show("classes");
    for (String what : List.of("unit", "sample")) {
      int number = what.equals("unit") ? 5 : 77;
      pick("history-kind", what);
      pick("history-number", String.valueOf(number));
      browser.await(
          "history",
          "window.implicitBias.history && window.implicitBias.history.what === arguments[0]",
          what);
      String title = browser.run("return document.getElementById('history-title').textContent");
      assertTrue(title.toLowerCase().startsWith(what + " " + number), title);
      JsonNode found =
          new ObjectMapper()
              .readTree(
                  browser.<String>run(
                      "const x = new XMLHttpRequest(); x.open('GET',"
                          + " '/train/implicit-bias/data/history?run=' + window.implicitBias.run.id"
                          + " + '&layer=0&points=512&' + arguments[0] + '=' + arguments[1], false);"
                          + " x.send(); return x.responseText",
                      what,
                      number));
      byte[] on = Base64.getDecoder().decode(found.get("on").textValue());
      byte[] flipped = Base64.getDecoder().decode(found.get("flipped").textValue());
      int stride = found.get("stride").asInt();
      assertEquals(STEPS + 1, found.get("steps").size());
      for (int step = 0; step <= STEPS; step++) {
        ActivationPattern pattern = classes.patternAt(step, LAYER);
        ActivationPattern before = classes.patternAt(Math.max(0, step - 1), LAYER);
        for (int bit = 0; bit < found.get("bits").asInt(); bit++) {
          int unit = what.equals("unit") ? number : bit;
          int sample = what.equals("unit") ? bit : number;
          boolean now = (on[step * stride + bit / 8] >> bit % 8 & 1) != 0;
          boolean changed = (flipped[step * stride + bit / 8] >> bit % 8 & 1) != 0;
          assertEquals(pattern.isOn(unit, sample), now, what + " step " + step + " bit " + bit);
          assertEquals(now != before.isOn(unit, sample), changed, what + " step " + step);
        }
      }
      List<List<String>> drawn = browser.run(HISTORY);
      List<String> colours = browser.run("return window.implicitBias.colours");
      assertEquals(found.get("bits").asInt(), drawn.size());
      for (int bit = 0; bit < drawn.size(); bit++) {
        for (int step = 0; step <= STEPS; step++) {
          int mask = 1 << bit % 8;
          int at = step * stride + bit / 8;
          int state = ((on[at] & mask) != 0 ? 1 : 0) + ((flipped[at] & mask) != 0 ? 2 : 0);
          String what2 = what + " " + number + ", bit " + bit + " at step " + step;
          assertEquals(colours.get(state), drawn.get(bit).get(step), what2);
        }
      }
    }
    browser.run("document.getElementById('history-close').click()");
    browser.await("closed", "document.getElementById('history-box').hidden");
    checkNothingOdd();
  }
}
