package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The pictures of docs/ui.md. They are made in target/docs; with {@code -Dimplicitbias.docs=write}
 * in docs/images/ui, where people have to look at them before they are committed.
 */
@ExtendWith(Browser.Installed.class)
class PictureBookTest {

  private static final Path FOLDER =
      "write".equals(System.getProperty("implicitbias.docs"))
          ? Path.of("../../docs/images/ui")
          : Path.of("target", "docs");

  private static Browser browser;
  private static ImplicitBiasUi ui;

  @BeforeAll
  static void train() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    RealRuns.classes(storage, 150);
    RealRuns.margin(storage, 1000);
    VisitedRun.trained(storage, Files.createTempDirectory("visits").resolve("a.ibrun"), 600, true);
    VisitedRun.ofFourLayers(storage);
    WeightSpaceRun.neuron(storage);
    WeightSpaceRun.plane(storage);
    WeightSpaceRun.function(storage);
    RealRuns.orthogonal(storage, "start of norm 1", 1e6, 1100);
    RealRuns.orthogonal(storage, "start of norm 1e-3", 1e3, 3000);
    RealRuns.orthogonal(storage, "start of norm 1e-6", 1, 4000);
    browser = new Browser(1280, 900);
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
  void light() {
    browser.size(1280, 900);
    browser.dark(false);
    browser.console().clear();
  }

  @AfterEach
  void nothingOdd() {
    assertEquals(List.of(), browser.console());
    browser.open("about:blank");
  }

  private static void show(String session, int step, String... more) {
    String query = "?session=" + session.replace(" ", "%20") + "&step=" + step;
    browser.open(ui.url() + query + String.join("", more));
    browser.await(
        "the run",
        "window.implicitBias && window.implicitBias.settled && window.implicitBias.step === "
            + step);
  }

  /** What lies between the upper edge of one panel and the lower edge of another. */
  private static void picture(String name, String from, String to) throws Exception {
    picture(name, from, to, to);
  }

  private static void picture(String name, String from, String to, String shown) throws Exception {
    browser.run("document.getElementById(arguments[0]).scrollIntoView()", shown);
    browser.await("all of it", "window.implicitBias.settled");
    browser.drawn(); // charts are drawn when they come into sight
    List<Number> box = browser.run(Browser.script("box-around"), from, to);
    Map<String, Object> clip =
        Map.of(
            "x",
            box.get(0),
            "y",
            box.get(1),
            "width",
            box.get(2),
            "height",
            box.get(3),
            "scale",
            1);
    Map<String, Object> shot =
        browser.driver.executeCdpCommand(
            "Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", clip));
    byte[] png = Base64.getDecoder().decode((String) shot.get("data"));
    Files.createDirectories(FOLDER);
    Files.write(FOLDER.resolve(name + ".png"), png);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertEquals(box.get(3).doubleValue(), image.getHeight(), 2);
    int background = image.getRGB(1, 1);
    int other = 0;
    for (int x = 0; x < image.getWidth(); x += 3) {
      for (int y = 0; y < image.getHeight(); y += 3) {
        other += image.getRGB(x, y) != background ? 1 : 0;
      }
    }
    assertTrue(other > image.getWidth() * image.getHeight() / 40, name + " is nearly empty");
  }

  @Test
  void summary_lightAndDark() throws Exception {
    for (boolean dark : new boolean[] {false, true}) {
      browser.dark(dark);
      browser.size(1280, 1300); // all of it in sight, the bar at its top
      browser.open(ui.url() + "?session=" + VisitedRun.SESSION);
      browser.await("the run", "window.implicitBias && window.implicitBias.settled");
      picture(dark ? "summary-dark" : "summary", "implicit-bias", "summary", "implicit-bias");
    }
  }

  @Test
  void theory_lightAndDark() throws Exception {
    browser.size(1280, 2600); // all cards in sight
    show("start of norm 1e-6", 1500);
    browser.run("document.querySelector('.ib-others').open = false");
    picture("theory", "panel-predictions", "panel-predictions");
    browser.dark(true);
    picture("theory-dark", "panel-predictions", "panel-predictions");
  }

  @Test
  void pattern_withTheHistoryOfAUnit() throws Exception {
    show("classes", 60, "&unit=3");
    browser.await("the history", "window.implicitBias.history");
    picture("pattern", "panel-raster", "panel-raster");
  }

  @Test
  void supportVectors() throws Exception {
    show("margin", 1000);
    picture("support", "panel-support", "panel-support");
  }

  @Test
  void trainingSamples_lightAndDark() throws Exception {
    for (boolean dark : new boolean[] {false, true}) {
      browser.dark(dark);
      show(VisitedRun.SESSION, 100);
      browser.await("the visits", "window.implicitBias.panels.training?.one");
      picture(dark ? "visits-dark" : "visits", "panel-training", "panel-training");
    }
  }

  @Test
  void network() throws Exception {
    for (boolean dark : new boolean[] {false, true}) {
      browser.dark(dark);
      show("four layers", 380);
      browser.await("the shares", "window.implicitBias.panels.network?.shares");
      picture(dark ? "network-dark" : "network", "panel-network", "panel-network");
    }
  }

  @Test
  void weightSpace() throws Exception {
    for (String session :
        List.of("one-neuron", "input-plane", "learned-function", "start of norm 1e-6")) {
      show(session, session.startsWith("start") ? 1500 : 150);
      browser.run("document.getElementById('panel-weights').scrollIntoView()");
      browser.await(
          "the plane", "(window.implicitBias.panels.weights.weights || {}).paths?.length > 0");
      picture("weights-" + session.replace(" ", "-"), "panel-weights", "panel-weights");
    }
  }

  @Test
  void metrics() throws Exception {
    show("start of norm 1e-6", 1500);
    browser.size(1280, 1300); // both panels in sight, below the bar
    picture("metrics", "panel-norms", "panel-margin", "panel-norms");
  }

  @Test
  void geometry_aLinePerLayer_lightAndDark() throws Exception {
    for (boolean dark : new boolean[] {false, true}) {
      browser.dark(dark);
      show("four layers", 380);
      picture(dark ? "geometry-dark" : "geometry", "panel-norms", "panel-norms");
    }
  }

  @Test
  void comparison() throws Exception {
    String compare =
        "&compare=start%20of%20norm%201~worker-0&compare=start%20of%20norm%201e-3~worker-0";
    show("start of norm 1e-6", 1500, "&axis=log" + compare);
    browser.await("the other runs", "window.implicitBias.compared.length === 2");
    browser.size(1280, 1300); // all of it in sight, the bar at its top
    picture("comparison", "implicit-bias", "panel-loss", "implicit-bias");
  }

  @Test
  void allRuns_lightAndDark() throws Exception {
    InMemoryStatsStorage sweep = new InMemoryStatsStorage();
    SweptRuns.grid(
        sweep, new double[] {0.003, 0.01, 0.1, 1, 3}, new double[] {0.001, 0.03, 0.3, 1}, 3);
    ui.attach(sweep);
    for (boolean dark : new boolean[] {false, true}) {
      browser.dark(dark);
      browser.size(1280, 1500); // most of it in sight
      browser.open(ui.url() + "?view=runs&filter=sweep&sort=-e:testAccuracy");
      browser.await("the runs", "window.implicitBias && window.implicitBias.settled");
      browser.run(
          "document.querySelectorAll('.ib-squares .cell')[2]"
              + ".dispatchEvent(new MouseEvent('click'))");
      picture(dark ? "runs-dark" : "runs", "implicit-bias", "runs-phase", "implicit-bias");
    }
  }
}
