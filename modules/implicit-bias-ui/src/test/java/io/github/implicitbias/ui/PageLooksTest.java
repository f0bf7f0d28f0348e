package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Leaves pictures of the page in target/screenshots, for people to look at. */
@ExtendWith(Browser.Installed.class)
class PageLooksTest {

  private static final Path FOLDER = Path.of("target", "screenshots");

  @Test
  void picturesOfThePage_lightAndDark_narrowAndWide() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    new ReplayedRun("iris-7f3a", "worker-0", 4000).store(storage, 34, 35, 36);
    try (ImplicitBiasUi ui = ImplicitBiasUi.start(0);
        Browser browser = new Browser(1280, 900)) {
      browser.open(ui.url());
      browser.await("empty state", "window.implicitBias && window.implicitBias.state === 'empty'");
      browser.size(1280, 800);
      browser.screenshot(FOLDER.resolve("empty-light.png"));
      ui.attach(storage);
      browser.await("run shown", "window.implicitBias.settled");
      browser.run("window.implicitBias.go(612)");
      browser.await(
          "step shown", "window.implicitBias.settled && window.implicitBias.step === 612");
      for (int width : new int[] {1280, 2560}) {
        for (boolean dark : new boolean[] {false, true}) {
          browser.size(width, width == 1280 ? 900 : 1440);
          browser.dark(dark);
          browser.drawn(); // lets transitions and the redraw end
          browser.screenshot(
              FOLDER.resolve("page-" + width + (dark ? "-dark" : "-light") + ".png"));
        }
      }
      browser.size(900, 1100);
      browser.dark(false);
      browser.run("window.implicitBias.go(1750)");
      browser.await(
          "step shown", "window.implicitBias.settled && window.implicitBias.step === 1750");
      browser.drawn();
      browser.screenshot(FOLDER.resolve("gap-900-light.png"));
      assertEquals(List.of(), browser.console());
      ui.close();
      browser.await("error", "window.implicitBias.state === 'error'");
      browser.screenshot(FOLDER.resolve("error-900-light.png"));
    }
  }
}
