package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs whose parameters were kept during training, a browser for all tests of a class, and a
 * server.
 */
@ExtendWith(Browser.Installed.class)
abstract class WeightsPageTest {

  static final int STEPS = WeightSpaceRun.STEPS;

  static final double PIXEL = 1e-6;

  /** Reads from a copy: a canvas that is read from more than once makes the browser complain. */
  static final String COPY =
      "const g = new OffscreenCanvas(c.width, c.height).getContext('2d',"
          + " {willReadFrequently: true}); g.drawImage(c, 0, 0);";

  static Browser browser;

  static InMemoryStatsStorage storage;

  static WeightSpaceRun neuron;

  static WeightSpaceRun plane;

  static WeightSpaceRun function;

  static WeightSpaceRun directions;

  static ImplicitBiasUi ui;

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

  static void show(WeightSpaceRun run, int step) {
    browser.open(ui.url() + "?session=" + run.session + "&step=" + step);
    browser.await("the run", "window.implicitBias && window.implicitBias.settled");
    see(step);
  }

  /** Scrolls to the panel and waits until it shows a step with its paths. */
  static void see(int step) {
    browser.run("document.getElementById('panel-weights').scrollIntoView({block: 'center'})");
    browser.await(
        "step " + step,
        "window.implicitBias.settled && window.implicitBias.panels.weights.weights"
            + " && window.implicitBias.panels.weights.weights.step === arguments[0]"
            + " && window.implicitBias.panels.weights.weights.paths.length > 0",
        step);
  }

  static void goTo(int step) {
    browser.run("window.implicitBias.go(arguments[0])", step);
    see(step);
  }

  static void mode(String mode) {
    browser.run("document.getElementById('weights-' + arguments[0]).click()", mode);
  }

  static JsonNode shown() throws Exception {
    return json("window.implicitBias.panels.weights");
  }

  static JsonNode json(String expression) throws Exception {
    return new ObjectMapper()
        .readTree(browser.<String>run("return JSON.stringify(" + expression + ")"));
  }

  static Set<Integer> someSteps(int count) {
    Set<Integer> steps = new TreeSet<>(List.of(0, STEPS));
    Random random = new Random(8);
    while (steps.size() < count) {
      steps.add(random.nextInt(STEPS));
    }
    return steps;
  }

  static String text() {
    return browser.run("return document.getElementById('panel-weights').innerText");
  }
}
