package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.format.TrackedLayer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Norms, ranks and distances of several layers have a line per layer, named at its end. */
class GeometryPageTest extends PageTest {

  private static InMemoryStatsStorage storage;
  private static Run run;

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    run =
        VisitedRun.ofFourLayers(
            storage, Files.createTempDirectory("geometry").resolve("run.ibrun"));
  }

  private void look() {
    show(storage, "?session=four%20layers");
    browser.run("document.getElementById('panel-norms').scrollIntoView()");
    browser.drawn();
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.toList());
  }

  @Test
  void everyLayerHasALine_withTheValuesOfTheRun_andItsNameAtTheEnd() {
    look();
    List<String> layers =
        run.header().layers().stream().map(TrackedLayer::name).collect(Collectors.toList());
    assertEquals(4, layers.size());
    for (String[] chart :
        new String[][] {
          {"Frobenius norm", "frobeniusNorm"},
          {"Spectral norm", "spectralNorm"},
        }) {
      JsonNode shown = json("window.implicitBias.panels.norms").get(chart[0]);
      assertEquals(layers, texts(shown.get("lines")), chart[0]);
      assertEquals(
          layers.stream().sorted().collect(Collectors.toList()),
          texts(shown.get("named")).stream().sorted().collect(Collectors.toList()));
      for (int layer = 0; layer < layers.size(); layer++) {
        Series recorded = run.metric(chart[1], layers.get(layer));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < recorded.size(); i++) {
          if (!Absent.is(recorded.value(i))) {
            expected.add(recorded.step(i) + " " + recorded.value(i));
          }
        }
        List<String> drawn = new ArrayList<>();
        for (int i = 0; i < shown.get("data").get(0).size(); i++) {
          JsonNode value = shown.get("data").get(layer + 1).get(i);
          if (value != null && value.isNumber()) {
            drawn.add(shown.get("data").get(0).get(i).asLong() + " " + value.asDouble());
          }
        }
        assertEquals(expected, drawn, chart[1] + " of " + layers.get(layer));
      }
    }
    checkNothingOdd();
  }

  @Test
  void theLayerThatIsShown_hasTheColourOfWhatIsChosen_andNoOther() {
    look();
    String keys =
        "return [...[...document.querySelectorAll('#panel-norms figure')].find(f =>"
            + " f.textContent.startsWith('Frobenius')).querySelectorAll('.ib-legend .ib-key')]"
            + ".map(k => k.style.background)";
    for (int layer = 0; layer < 4; layer++) {
      pick("layer", run.header().layers().get(layer).name());
      int chosen = layer;
      browser.await(
          "layer " + layer,
          "window.implicitBias.settled && ((keys) => keys.length === 4 && keys.every((k, i) => (i"
              + " === arguments[0]) === (k === 'var(--accent)')))((() => {"
              + keys
              + "})())",
          chosen);
    }
    checkNothingOdd();
  }

  @Test
  void inANarrowChart_theLegendAloneNamesTheLines() {
    browser.size(420, 900);
    try {
      look();
      assertFalse(
          browser.<Boolean>run(
              "return document.documentElement.scrollWidth > document.documentElement"
                  + ".clientWidth"));
      assertEquals(
          4L,
          browser.<Long>run(
              "return [...document.querySelectorAll('#panel-norms figure')].find(f =>"
                  + " f.textContent.startsWith('Frobenius')).querySelectorAll('.ib-legend"
                  + " .ib-key').length"));
    } finally {
      browser.size(1500, 1100);
    }
    checkNothingOdd();
  }

  @Test
  void aChartOfLayers_isTakenAwayWithTheirNames() {
    look();
    String csv = browser.run("return window.implicitBias.takeAway.text('norms', 'csv')");
    assertTrue(csv.contains("Frobenius norm,layer3,"), csv.substring(0, 300));
    checkNothingOdd();
  }
}
