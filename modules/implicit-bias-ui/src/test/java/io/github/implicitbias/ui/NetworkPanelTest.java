package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.page.RunPage;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.testkit.MadeUpRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** What the page shows of all layers is what the run says of them. */
class NetworkPanelTest extends PageTest {

  private static final String SHOWN = "window.implicitBias.panels.network";
  private static final String SHARES = SHOWN + "?.shares";

  @TempDir Path folder;

  private static JsonNode sharesOfEpoch(int epoch) {
    browser.await("epoch " + epoch, SHARES + "?.epoch === arguments[0]", epoch);
    return json(SHARES);
  }

  private static void assertShows(VisitEpoch epoch, JsonNode shares) {
    VisitLayer layer = epoch.layers().get(0);
    JsonNode shown = shares.at("/layers/0");
    assertEquals(layer.deadUnits(), shown.get("dead").asLong());
    assertEquals(layer.linearUnits(), shown.get("linear").asLong());
    for (int unit = 0; unit < layer.shares().length; unit++) {
      float share = layer.shares()[unit];
      int byteOf = shown.get("on").get(unit).asInt();
      assertEquals(share == 0, byteOf == 0, "unit " + unit);
      assertEquals(share == 1, byteOf == 255, "unit " + unit);
      assertEquals(share, byteOf / 255.0, 1 / 255.0, "unit " + unit);
    }
  }

  @Test
  void sharesFollowTheStep_asTheEpochsHaveThem_onTheServerAndInAFile() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Path file = folder.resolve("a.ibrun");
    Run run = VisitedRun.trained(storage, file, 600, true);
    List<VisitEpoch> epochs = run.visits().epochs();
    show(storage, "");
    browser.await("the network", SHARES);
    JsonNode flips = json(SHOWN + ".flips");
    assertEquals("step", flips.get("per").asText());
    Random random = new Random(8);
    int[] steps =
        random.ints(20, (int) run.firstStep(), (int) epochs.get(11).lastStep() + 1).toArray();
    for (int step : steps) {
      goToRecord(run, step);
      VisitEpoch expected =
          epochs.stream()
              .filter(epoch -> run.stepAtOrBefore(step) <= epoch.lastStep())
              .findFirst()
              .orElseThrow();
      JsonNode shares = sharesOfEpoch(expected.epoch());
      assertShows(expected, shares);
      assertEquals(
          "in epoch " + (expected.epoch() + 1) + ", 600 visits",
          browser.run("return " + SHOWN + ".counted"));
    }
    checkNothingOdd();
    Path page = folder.resolve("a.html");
    RunPage.write(file, page);
    browser.open(page.toUri().toString());
    browser.await("the network in the file", "window.implicitBias && " + SHARES);
    assertEquals(flips, json(SHOWN + ".flips"));
    assertShows(epochs.get(11), sharesOfEpoch(11));
    browser.run("window.implicitBias.go(0)");
    assertShows(epochs.get(0), sharesOfEpoch(0));
  }

  private static void goToRecord(Run run, int step) {
    browser.run("window.implicitBias.go(arguments[0])", step);
    awaitStep(run.stepAtOrBefore(step));
  }

  @Test
  void withoutVisits_sharesAreOverTheProbeAtTheStep_andNothingIsCalledDead() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Run run = RealRuns.classes(storage, 60);
    show(storage, "");
    browser.await("the network", SHARES);
    Random random = new Random(9);
    for (int k = 0; k < 20; k++) {
      int step = random.nextInt(61);
      goTo(step);
      browser.await("its shares", SHARES + "?.step === arguments[0]", step);
      JsonNode shares = json(SHARES);
      for (int layer = 0; layer < run.header().layers().size(); layer++) {
        ActivationPattern pattern = run.patternAt(step, layer);
        for (int unit = 0; unit < pattern.units(); unit++) {
          double share = (double) pattern.activeSamples(unit) / pattern.samples();
          int byteOf = shares.at("/layers/" + layer + "/on/" + unit).asInt();
          assertEquals(share == 0, byteOf == 0);
          assertEquals(share == 1, byteOf == 255);
          assertEquals(share, byteOf / 255.0, 1 / 255.0);
        }
      }
    }
    assertTrue(browser.<String>run("return " + SHOWN + ".counted").startsWith("on the probe of 1"));
    assertEquals(
        false,
        browser.<Boolean>run(
            "return document.getElementById('panel-network').textContent.includes('dead')"));
    checkNothingOdd();
  }

  @Test
  void aRowChoosesItsLayer_byMouseAndByKeyboard() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    new ReplayedRun("s", "w", 200).store(storage, Integer.MAX_VALUE);
    show(storage, "");
    browser.await("the rows", SHOWN + "?.rows.length === 2");
    browser.run("document.querySelectorAll('.ib-net button')[1].click()");
    browser.await("the layer", "window.implicitBias.layer === arguments[0]", MadeUpRun.LAYERS[1]);
    assertEquals(List.of("false", "true"), pressed());
    browser.run("document.querySelectorAll('.ib-net button')[0].focus()");
    new Actions(browser.driver).sendKeys(Keys.ENTER).perform();
    browser.await("the layer", "window.implicitBias.layer === arguments[0]", MadeUpRun.LAYERS[0]);
    assertEquals(List.of("true", "false"), pressed());
    checkNothingOdd();
  }

  private static List<String> pressed() {
    browser.await("it settles", "window.implicitBias.settled");
    return browser.run(
        "return [...document.querySelectorAll('.ib-net button')].map((b) => b.ariaPressed)");
  }

  @Test
  void channels_haveMapsOfWhereTheyAreOn_onTheServerAndInAFile() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Path file = folder.resolve("c.ibrun");
    Run run = VisitedRun.ofPictures(storage, file);
    show(storage, "");
    long last = run.lastStep();
    String maps = SHOWN + "?.rows[0].maps";
    browser.await("the maps", maps + "?.step === arguments[0]", last);
    ActivationPattern pattern = run.patternAt(last, 0);
    JsonNode shown = json(maps);
    assertEquals(6, shown.get("maps").size());
    double before = 0;
    for (JsonNode map : shown.get("maps")) {
      int channel = map.get("channel").asInt();
      double on = 0;
      for (int position = 0; position < 100; position++) {
        on += pattern.activeSamples(100 * channel + position);
      }
      assertEquals(on / (100 * pattern.samples()), map.get("mean").asDouble(), 1 / 255.0);
      assertTrue(map.get("mean").asDouble() >= before);
      before = map.get("mean").asDouble();
    }
    assertEquals(
        6L,
        browser
            .<Number>run("return document.querySelectorAll('.ib-channels canvas').length")
            .longValue());
    checkNothingOdd();
    Path page = folder.resolve("c.html");
    RunPage.write(file, page);
    browser.open(page.toUri().toString());
    browser.await(
        "the maps in the file", "window.implicitBias && " + maps + "?.step === arguments[0]", last);
    assertEquals(shown, json(maps));
  }

  @Test
  void aLiveRunAndItsFile_showTheSame() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ReplayedRun run = new ReplayedRun("s", "w", 1000);
    run.store(storage, Integer.MAX_VALUE);
    show(storage, "");
    browser.await(
        "all of it", "window.implicitBias.step === 1000 && " + SHARES + "?.step === 1000");
    browser.await("its flips", SHOWN + ".flips.edges.at(-1) === 1000");
    JsonNode live = json(SHOWN);
    Path page = folder.resolve("b.html");
    RunPage.write(run.log(), page);
    browser.open(page.toUri().toString());
    browser.await("the shares in the file", "window.implicitBias && " + SHARES + "?.step === 1000");
    assertEquals(live, json(SHOWN));
  }
}
