package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The Summary says what the run has found, and charts say what they cannot draw. */
class SummaryPageTest extends PageTest {

  private static InMemoryStatsStorage storage;
  private static Run classes;
  private static Run lost;

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    classes = RealRuns.classes(storage, 120);
    lost = lostRun(storage);
  }

  /** A regression with a rate so high that its loss is soon no number. */
  private static Run lostRun(InMemoryStatsStorage storage) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(50))
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(8).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(8)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    DataSet data =
        new DataSet(
            Nd4j.linspace(DataType.DOUBLE, -1, 0.1, 60).reshape(20, 3),
            Nd4j.linspace(DataType.DOUBLE, -1, 0.1, 20).reshape(20, 1));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).storage(storage).sessionId("lost").build();
    net.setListeners(bias);
    for (int step = 0; step < 60; step++) {
      net.fit(data);
    }
    bias.close();
    return bias.run();
  }

  private void show(String session) {
    show(storage, "?session=" + session);
  }

  @Test
  void headlineTilesAndFindings_areThoseOfTheRun_theGravestFirst() {
    show("classes");
    assertEquals(
        String.join(" ", classes.summary().headline()),
        browser.<String>run("return document.querySelector('.ib-headline').textContent.trim()"));
    List<String> expected =
        classes.summary().findings().stream()
            .map(Finding::text)
            .sorted()
            .collect(Collectors.toList());
    assertTrue(expected.size() >= 3, expected.toString());
    List<String> shown =
        new ArrayList<>(
            browser.<List<String>>run(
                "return [...document.querySelectorAll('.ib-finding-text')].map(e =>"
                    + " e.textContent)"));
    shown.sort(null);
    assertEquals(expected, shown);
    List<String> levels =
        browser.run(
            "return [...document.querySelectorAll('.ib-finding > .ib-level')].map(e =>"
                + " e.className.split(' ')[1])");
    List<String> order = List.of("problem", "attention", "information", "good", "waiting");
    for (int k = 1; k < levels.size(); k++) {
      assertTrue(order.indexOf(levels.get(k - 1)) <= order.indexOf(levels.get(k)), "" + levels);
    }
    assertEquals(
        6L, browser.<Number>run("return document.querySelectorAll('.ib-tile').length").longValue());
    checkNothingOdd();
  }

  @Test
  void aFinding_unfoldsItsEvidence_andLeadsToWhereItIsSeen() {
    show("lost");
    browser.run("document.querySelector('.ib-finding').click()");
    String box = "document.querySelector('.ib-evidence:not([hidden])')";
    browser.await("the evidence", box);
    assertEquals(
        "true",
        browser.run("return document.querySelector('.ib-finding').getAttribute('aria-expanded')"));
    Finding first = lost.summary().findings().get(0);
    String text = browser.run("return " + box + ".innerText");
    assertTrue(text.contains(first.threshold()), text);
    first.evidence().values().forEach(value -> assertTrue(text.contains(value), text));
    String part =
        browser.run("return window.implicitBias.panels.summary.findings[0].href || 'summary'");
    browser.run("[..." + box + ".querySelectorAll('button')].at(-1).click()");
    browser.await("the section", "document.activeElement.id === arguments[0]", part);
    checkNothingOdd();
  }

  @Test
  void aLostRun_saysSo_andHatchesWhereItHasNoNumbers() throws Exception {
    Event began =
        lost.events().stream().filter(e -> e.kind() == EventKind.NOT_FINITE).findFirst().get();
    show("lost");
    String headline = browser.run("return document.querySelector('.ib-lead').innerText");
    assertTrue(headline.contains("last record with numbers"), headline);
    assertEquals(
        "problem", browser.run("return document.getElementById('attention').dataset.level"));
    browser.run(
        "document.getElementById('implicit-bias').style.setProperty('--hatch', '#ff00fe');"
            + "document.getElementById('loss-linear').click()");
    browser.drawn();
    long last = lost.lastStep();
    double share = (began.step() + last) / 2.0 / last;
    assertTrue(isHatched(share), "no numbers in the middle of " + began.step() + " and " + last);
    assertFalse(isHatched(0.5 * began.step() / last), "there are numbers before");
    goTo((int) last);
    String values = browser.run("return document.getElementById('run-values').innerText");
    assertTrue(values.contains("not a number"), values);
    assertFalse(browser.<String>run("return document.body.innerText").contains("NaN"));
  }

  /**
   * Whether a stretch of pixels of the loss chart has the hue of the hatch, if only at its edge.
   */
  private static boolean isHatched(double share) {
    for (int below = 60; below < 90; below++) {
      String[] colour =
          browser.<String>run(Browser.script("pixel-of-the-loss"), share, below).split(",");
      int green = Integer.parseInt(colour[1]);
      if (Integer.parseInt(colour[0]) > green + 80 && Integer.parseInt(colour[2]) > green + 80) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aRunWithoutFindings_saysThatInOneLine() {
    InMemoryStatsStorage older = new InMemoryStatsStorage();
    new ReplayedRun("older", "w", 60).store(older);
    show(older, "?session=older");
    if (json("window.implicitBias.panels.summary.findings").isEmpty()) {
      assertEquals(
          "No findings are recorded in this run.",
          browser.run("return document.querySelector('.ib-findings-card .ib-note').innerText"));
    }
    assertTrue(browser.<Boolean>run("return document.getElementById('attention').hidden"));
    checkNothingOdd();
  }

  @Test
  void aDoubleClick_showsAllAgain_andLeavesTheStepAlone() {
    show("classes");
    goTo(30);
    browser.run("document.getElementById('panel-loss').scrollIntoView()");
    browser.drawn();
    WebElement plot = browser.driver.findElement(By.cssSelector("#loss-chart .u-over"));
    int width = plot.getSize().width;
    new Actions(browser.driver)
        .moveToElement(plot, -width / 4, 0)
        .clickAndHold()
        .moveByOffset(width / 4, 0)
        .release()
        .perform();
    browser.await("a range", "window.implicitBias.axis.range !== null");
    new Actions(browser.driver).moveToElement(plot, width / 4, 0).doubleClick().perform();
    browser.await("all of it", "window.implicitBias.axis.range === null");
    double now = browser.<Number>run("return performance.now()").doubleValue();
    browser.await("longer than a click waits", "performance.now() > arguments[0]", now + 700);
    assertEquals(30L, browser.<Number>run("return window.implicitBias.step").longValue());
    new Actions(browser.driver).moveToElement(plot, width / 4, 0).click().perform();
    browser.await("another step", "window.implicitBias.step > 60");
    checkNothingOdd();
  }

  @Test
  void underThePointer_flipsAreNumbers_alsoWhereNothingIsDrawn() {
    new ReplayedRun("long", "w", 9000).store(storage);
    show("long");
    browser.run("document.getElementById('panel-flips').scrollIntoView()");
    browser.drawn();
    WebElement plot = browser.driver.findElement(By.cssSelector("#flips-chart .u-over"));
    int width = plot.getSize().width;
    for (int k = -3; k <= 3; k++) {
      new Actions(browser.driver).moveToElement(plot, k * width / 8, 0).perform();
      List<String> numbers =
          browser.run(
              "return [...document.querySelectorAll('#flips-legend b')].map(e => e.textContent)");
      assertEquals(3, numbers.size());
      for (String number : numbers) {
        assertTrue(number.matches("[\\d,]+(\\.\\d+)?( at [\\d,]+)?"), numbers.toString());
      }
    }
    checkNothingOdd();
  }

  @Test
  void aConstant_isASentence_notAChart() throws Exception {
    new ReplayedRun("constant", "w", 300).store(storage);
    show("constant");
    scrollThrough();
    String figure =
        "[...document.querySelectorAll('#panel-units figure')]"
            + ".find(f => f.textContent.startsWith('Linear units'))";
    assertEquals(
        "0 at every record.",
        browser.run("return " + figure + ".querySelector('.ib-same').innerText"));
    assertTrue(
        browser.<Boolean>run("return " + figure + ".querySelector('.ib-chart').hidden"),
        "no axis around a constant");
    checkNothingOdd();
  }

  private static void scrollThrough() throws Exception {
    long height = browser.<Number>run("return document.documentElement.scrollHeight").longValue();
    for (long y = 0; y < height; y += 700) {
      browser.run("scrollTo(0, arguments[0])", y);
      browser.drawn();
    }
  }

  @Test
  void everyAxis_hasTwoLabels_andATitle() throws Exception {
    show("classes");
    scrollThrough();
    JsonNode axes = json("window.implicitBias.axes");
    assertTrue(axes.size() > 10, axes.size() + " charts");
    axes.properties()
        .forEach(
            chart -> {
              JsonNode labels = chart.getValue().get("labels");
              assertTrue(labels.size() >= 2, chart.getKey() + ": " + labels);
              assertNotEquals(labels.get(0), labels.get(1), chart.getKey());
              assertEquals("step", chart.getValue().get("title").asText(), chart.getKey());
            });
    assertEquals("loss (log)", axes.get("loss-chart").get("values").asText());
    checkNothingOdd();
  }
}
