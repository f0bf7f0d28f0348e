package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The panels show what the run says, for networks that DL4J has trained. */
class PanelsPageTest extends PageTest {

  private static final int STEPS = 150;

  private static final String LAYER = "layer0";

  private static InMemoryStatsStorage storage;

  private static Run classes;

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    classes = RealRuns.classes(storage, STEPS);
    RealRuns.neuron(storage, STEPS);
  }

  private void show(String session) {
    show(storage, "?session=" + session);
  }

  @Test
  void metrics_areDrawnAsRecorded_alsoThoseThatAreRare() throws Exception {
    show("classes");
    JsonNode norms = json("window.implicitBias.panels.norms");
    JsonNode chart = norms.get("Norms of the weight matrix");
    String[] metrics = {"frobeniusNorm", "spectralNorm", "nuclearNorm"};
    for (int k = 0; k < metrics.length; k++) {
      Series recorded = classes.metric(metrics[k], LAYER);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < recorded.size(); i++) {
        if (!Absent.is(recorded.value(i))) {
          expected.add(recorded.step(i) + " " + recorded.value(i));
        }
      }
      List<String> drawn = new ArrayList<>();
      for (int i = 0; i < chart.get("data").get(0).size(); i++) {
        JsonNode value = chart.get("data").get(k + 1).get(i);
        if (value != null && value.isNumber()) {
          drawn.add(chart.get("data").get(0).get(i).asLong() + " " + value.asDouble());
        }
      }
      assertEquals(expected, drawn, metrics[k]);
    }
    checkNothingOdd();
  }

  @Test
  void panelsWithoutTheirData_leaveThemselvesOut_andOneLineSaysWhatWouldBringThem()
      throws Exception {
    InMemoryStatsStorage bare = new InMemoryStatsStorage();
    ReplayedRun run = new ReplayedRun("bare", "worker", 60).store(bare);
    ui.attach(bare);
    browser.open(ui.url());
    browser.await("the run", "window.implicitBias && window.implicitBias.settled");
    JsonNode panels = json("window.implicitBias.panels");
    for (String id : List.of("predictions", "margin", "distance", "kernel", "other")) {
      assertTrue(panels.get(id).isNull(), id);
      assertEquals(
          true, browser.run("return document.getElementById('panel-' + arguments[0]).hidden", id));
    }
    for (String id : List.of("loss", "flips", "raster", "support", "norms", "units", "cost")) {
      assertFalse(panels.get(id).isNull(), id);
    }
    String line = browser.run(MISSING);
    assertTrue(line.contains("Predictions (needs preset STANDARD or FULL"), line);
    assertTrue(line.contains("Kernel and sharpness (needs preset FULL)"), line);
    assertFalse(line.contains("Other"), line);
    assertNotNull(run);
    // With a run that has the data the panels come, and the line goes or gets shorter.
    ui.attach(storage);
    browser.await("more runs", "document.getElementById('run').options.length > 1");
    pick("run", "classes");
    browser.await(
        "the other run",
        "window.implicitBias.settled && window.implicitBias.run.session === 'classes'");
    assertNotNull(browser.run("return window.implicitBias.panels.predictions"));
    assertNull(browser.run("return window.implicitBias.panels.other"));
    line = browser.run(MISSING);
    assertFalse(line.contains("Kernel"), line);
    checkNothingOdd();
  }

  @Test
  void numbersOfAnySize_areDrawn() {
    for (double scale : new double[] {1e-25, 1e20}) {
      InMemoryStatsStorage other = new InMemoryStatsStorage();
      RealRuns.neuron(other, "scale" + scale, scale, 60);
      ui.attach(other);
      browser.open(ui.url() + "?session=scale" + scale);
      browser.await("the run", "window.implicitBias && window.implicitBias.settled");
      for (String button : List.of("loss-linear", "loss-log")) {
        browser.run("document.getElementById(arguments[0]).click()", button);
        assertTrue(
            browser.<Boolean>run("return !!document.querySelector('#loss-chart canvas')"),
            "a chart of losses around " + scale * scale);
        String picture = browser.run("return window.implicitBias.takeAway.text('loss', 'svg')");
        assertTrue(
            Pattern.compile(">[\\d.−]+·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+<").matcher(picture).results().count() > 1,
            "labels of the axis for losses around " + scale * scale);
      }
      browser.run("window.scrollTo(0, document.body.scrollHeight)");
      browser.await("drawn", "document.querySelector('#panel-cost canvas')");
      checkNothingOdd();
    }
  }

  @Test
  void space_playsTheRun_andPauses() {
    show("neuron");
    goTo(0);
    browser.run("document.getElementById('speed').value = '1'");
    key(" ");
    browser.await("some steps later", "window.implicitBias.step > 3");
    assertTrue(browser.<Boolean>run("return window.implicitBias.playing"));
    key(" ");
    assertFalse(browser.<Boolean>run("return window.implicitBias.playing"));
    browser.await("settled", "window.implicitBias.settled");
    key("Home");
    browser.await("first", "window.implicitBias.settled && window.implicitBias.step === 0");
    checkNothingOdd();
  }

  private static void key(String key) {
    browser.run(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles:"
            + " true}))",
        key);
  }

  @Test
  void allThatIsFetchedToShowThePage_isSmall() {
    show("classes");
    List<List<Object>> sizes =
        browser.run(
            "return performance.getEntriesByType('resource').map(e => [e.name, e.transferSize,"
                + " e.encodedBodySize])");
    long ours = 0;
    for (List<Object> one : sizes) {
      String name = (String) one.get(0);
      long size = ((Number) one.get(2)).longValue();
      if (name.contains("/train/implicit-bias/assets/") && !name.contains("/uplot.")) {
        ours += size;
      }
      if (name.contains("/data/")) {
        assertTrue(size < 1_000_000, name + " has " + size + " bytes");
      }
    }
    assertTrue(ours > 20_000 && ours < 150_000, ours + " bytes of scripts and styles");
    checkNothingOdd();
  }

  @Test
  void chartsExplainTheirNumbers_andCardsTheirs() {
    show("classes");
    browser.await(
        "charts", "document.querySelectorAll('#panel-norms figure:not([hidden])').length > 1");
    String figure = "document.querySelector('#panel-norms figure:not([hidden])')";
    assertEquals(
        "none", browser.run("return getComputedStyle(" + figure + ".querySelector('dl')).display"));
    browser.run(figure + ".querySelector('.ib-explain').click()");
    String text =
        browser.run(
            Browser.script("said").replace("arguments[0]", figure + ".querySelector('dl')"));
    assertTrue(text.contains(Metrics.named("parameterNorm").definition().formula()), text);
    assertTrue(text.contains(Metrics.named("parameterNorm").definition().expectation()), text);
    assertEquals(
        "true",
        browser.run(
            "return " + figure + ".querySelector('.ib-explain').getAttribute('aria-expanded')"));
    checkNothingOdd();
  }
}
