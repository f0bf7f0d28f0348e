package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** Whatever the axis, every record, mark, band and click is at its step. */
class AxisPageTest extends PageTest {

  private static final List<String> KINDS = List.of("step", "log", "time", "flowTime");

  private InMemoryStatsStorage storage;

  @BeforeEach
  void beginStorage() {
    storage = new InMemoryStatsStorage();
  }

  private void show(String query) {
    show(storage, query);
  }

  private static IntToDoubleFunction place(String kind) {
    switch (kind) {
      case "step":
        return step -> step;
      case "log":
        return step -> Math.log10(1 + step);
      case "time":
        return step -> 0.01 * step;
      default:
        return step -> 0.02 * step;
    }
  }

  @Test
  void pointsAndTheLineOfTheStep_areAtTheirPlace_onEveryAxis() throws Exception {
    ReplayedRun run = new ReplayedRun("a run", "w", 400).store(storage);
    show("");
    Set<Integer> steps = new TreeSet<>(List.of(0, 400));
    Random random = new Random(6);
    while (steps.size() < 20) {
      steps.add(random.nextInt(400));
    }
    for (String kind : KINDS) {
      axis(kind);
      IntToDoubleFunction place = place(kind);
      JsonNode loss = json("window.implicitBias.lines['loss-chart']");
      assertEquals(401, loss.get("x").size(), kind);
      for (int step : steps) {
        double tolerance = 1e-12 * Math.max(1, place.applyAsDouble(step));
        assertEquals(place.applyAsDouble(step), loss.get("x").get(step).asDouble(), tolerance);
        assertEquals(
            run.value("loss", step), loss.at("/lines/0/y/" + step).asDouble(), kind + " " + step);
        double back =
            browser
                .<Number>run(
                    "return window.implicitBias.axis.toStep(window.implicitBias.axis.toAxis("
                        + "arguments[0])) + 0.0",
                    step)
                .doubleValue();
        assertEquals(step, back, 1e-6, kind);
      }
      // The steps that tests, exports and other panels are told do not depend on the axis.
      assertEquals(400, json("window.implicitBias.charts.loss").at("/0/400").asInt(), kind);
      for (int step : List.of(0, 7, 133, 400)) {
        goTo(step);
        double width =
            browser
                .<Number>run("return document.querySelector('#loss-chart .u-over').offsetWidth")
                .doubleValue();
        double x =
            browser
                .<Number>run(
                    "return document.querySelector('#loss-chart .ib-now').getBoundingClientRect().x"
                        + " - document.querySelector('#loss-chart"
                        + " .u-over').getBoundingClientRect().x")
                .doubleValue();
        assertEquals(
            width * place.applyAsDouble(step) / place.applyAsDouble(400),
            x,
            1.01,
            kind + " " + step);
      }
    }
    checkNothingOdd();
  }

  /** Colour of a pixel of the loss chart, at a share of its width and pixels from its top. */
  private static String pixel(double share, int below) {
    return browser.run(Browser.script("pixel-of-the-loss"), share, below);
  }

  @Test
  void eventsGapsAndPlateaus_areAtTheirSteps_onEveryAxis() {
    ReplayedRun run = new ReplayedRun("a run", "w", 1000).store(storage, 12, 13);
    show("");
    browser.run(
        "const s = document.getElementById('implicit-bias').style;"
            + "s.setProperty('--event', '#ff00fe'); s.setProperty('--gap', '#00ff00');"
            + "s.setProperty('--plateau', 'transparent')");
    goTo(0);
    assertTrue(run.events.stream().anyMatch(e -> e.kind() == EventKind.PLATEAU_BEGAN));
    for (String kind : List.of("log", "time", "flowTime", "step")) {
      axis(kind);
      double all = place(kind).applyAsDouble(1000);
      for (Event event : run.events) {
        if (event.step() < 600 || event.step() >= 700) {
          String at = pixel(place(kind).applyAsDouble((int) event.step()) / all, 0);
          assertEquals("255,0,254", at, kind + ": no mark for " + event);
        }
      }
      // Steps 600 to 699 are lost.
      for (int step : List.of(580, 625, 675, 720)) {
        boolean lost = step > 600 && step < 700;
        String at = pixel(place(kind).applyAsDouble(step) / all, 5);
        assertEquals(lost, at.equals("0,255,0"), kind + ", step " + step + ": " + at);
      }
    }
    // The plateau began at a quarter of the run.
    browser.run(
        "document.getElementById('implicit-bias').style.setProperty('--plateau', '#ffff00')");
    for (String kind : List.of("log", "time", "flowTime", "step")) {
      axis(kind);
      for (int step : List.of(235, 265)) {
        String at = pixel(place(kind).applyAsDouble(step) / place(kind).applyAsDouble(1000), 5);
        assertEquals(step > 250, at.equals("255,255,0"), kind + ", step " + step + ": " + at);
      }
    }
    checkNothingOdd();
  }

  @Test
  void onTheLogarithmicAxis_draggingZooms_andAClickGoesToItsStep() {
    new ReplayedRun("zoom", "w", 3000).store(storage);
    show("?axis=log");
    browser.await("log", "window.implicitBias.axis.kind === 'log'");
    WebElement plot = browser.driver.findElement(By.cssSelector("#loss-chart .u-over"));
    int width = plot.getSize().width;
    for (double share : new double[] {0.1, 0.35, 0.6, 0.9}) {
      int dx = (int) Math.round((share - 0.5) * width);
      new Actions(browser.driver).moveToElement(plot, dx, 0).click().perform();
      double at = (width / 2 + dx) / (double) width;
      double low = Math.pow(3001, at - 2.0 / width) - 1.5;
      double high = Math.pow(3001, at + 2.0 / width) - 0.5;
      browser.await(
          "a step between " + low + " and " + high,
          "window.implicitBias.settled && window.implicitBias.step >= arguments[0] &&"
              + " window.implicitBias.step <= arguments[1]",
          low,
          high);
    }
    new Actions(browser.driver)
        .moveToElement(plot, -width / 4, 0)
        .clickAndHold()
        .moveByOffset(width / 4, 0)
        .release()
        .perform();
    browser.await("a range", "window.implicitBias.axis.range !== null");
    List<Number> range = browser.run("return window.implicitBias.axis.range");
    double from = Math.pow(3001, 0.25) - 1;
    double to = Math.pow(3001, 0.5) - 1;
    assertEquals(from, range.get(0).doubleValue(), 0.03 * from + 1);
    assertEquals(to, range.get(1).doubleValue(), 0.03 * to + 1);
    browser.await(
        "every record of the range",
        "(x => x.length === x.at(-1) - x[0] + 1 && x.length < 60)"
            + "(window.implicitBias.charts.loss[0])");
    // Another axis keeps the steps zoomed into.
    axis("flowTime");
    plot = browser.driver.findElement(By.cssSelector("#loss-chart .u-over"));
    assertEquals(range, browser.<List<Number>>run("return window.implicitBias.axis.range"));
    new Actions(browser.driver).moveToElement(plot, 0, 0).doubleClick().perform();
    browser.await("all of it", "window.implicitBias.charts.loss[0].at(-1) === 3000");
    checkNothingOdd();
  }

  @Test
  void aLongRun_hasItsFirstStepsOnTheLogarithmicAxis() throws Exception {
    ReplayedRun run = new ReplayedRun("long", "w", 9000).store(storage);
    show("");
    JsonNode even = json("window.implicitBias.charts.loss[0]");
    assertTrue(even.get(3).asInt() > 5, "evenly spaced: " + even.get(3));
    axis("log");
    JsonNode loss = json("window.implicitBias.charts.loss");
    for (int step = 0; step < 20; step++) {
      assertEquals(step, loss.get(0).get(step).asInt());
      assertEquals(run.value("loss", step), loss.get(1).get(step).asDouble());
    }
    assertTrue(loss.get(0).size() < 2500, loss.get(0).size() + " points");
    List<String> labels = browser.run("return window.implicitBias.ticks['loss-chart']");
    assertTrue(labels.containsAll(List.of("0", "1", "10", "100", "1,000")), labels.toString());
    checkNothingOdd();
  }

  @Test
  void aRunWithoutLearningRates_hasNoTimes() {
    double[][] x = {{1, 0.2}, {0.1, 1.1}, {-0.8, 0.9}};
    DataSet data =
        new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(new double[][] {{1}, {0}, {2}}));
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.01))
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(4).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(4)
                        .nOut(1)
                        .build())
                .build());
    net.init();
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).sessionId("adam").storage(storage).build();
    net.setListeners(bias);
    for (int k = 0; k < 20; k++) {
      net.fit(data);
    }
    bias.close();
    boolean flow = bias.run().metric("flowTime").value(5) > 0;
    show("?axis=flowTime");
    browser.await("settled", "window.implicitBias.settled");
    assertEquals(flow ? "flowTime" : "step", browser.run("return window.implicitBias.axis.kind"));
    assertEquals(
        !flow,
        browser.run("return document.querySelector('#axis option[value=flowTime]').disabled"));
    checkNothingOdd();
  }
}
