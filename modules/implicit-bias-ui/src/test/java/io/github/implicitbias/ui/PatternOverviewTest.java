package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.page.RunPage;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** A pattern of 96 units and 600 samples: means of all of it, and the exact cells of a frame. */
class PatternOverviewTest extends PageTest {

  @TempDir Path folder;

  private static List<Long> shown(String what) {
    return browser.run("return window.implicitBias.raster." + what);
  }

  /** The cells on the canvas are those of the run, in the frame. */
  private static void assertCells(Run run, long step, int units, int samples) {
    browser.drawn();
    List<Long> rows = shown("rows");
    List<Long> columns = shown("columns");
    assertEquals(units, rows.size());
    assertEquals(samples, columns.size());
    ActivationPattern pattern = run.patternAt(step, 0);
    List<String> colours = browser.run("return window.implicitBias.colours");
    List<String> cells = browser.run(Browser.script("cells"));
    for (long unit : rows) {
      String[] found = cells.get((int) unit).split(" ");
      int at = 0;
      for (String colour : found) {
        if (!colour.isEmpty()) {
          boolean on = colours.indexOf(colour) % 2 == 1;
          at += on ? 1 : 0;
        }
      }
      int expected = 0;
      for (long sample : columns) {
        expected += pattern.isOn((int) unit, (int) sample) ? 1 : 0;
      }
      assertEquals(expected, at, "unit " + unit);
    }
  }

  @Test
  void aFrameShowsExactCells_andIsMovedAndSizedByKeys_andKept() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Path file = folder.resolve("a.ibrun");
    Run run = VisitedRun.ofFourLayers(storage, file);
    show(storage, "");
    long last = run.lastStep();
    browser.await("the last step", "window.implicitBias.step === arguments[0]", last);
    browser.await("the overview", "document.querySelector('.ib-overview').checkVisibility()");
    assertCells(run, last, 48, 120);
    List<Long> before = shown("columns");
    browser.run("document.querySelector('.ib-overview').focus()");
    new Actions(browser.driver).sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN).perform();
    browser.await(
        "the frame moves",
        "window.implicitBias.raster.columns[0] === arguments[0]"
            + " && window.implicitBias.raster.rows[0] === 12",
        before.get(30));
    assertEquals(last, browser.<Number>run("return window.implicitBias.step").longValue());
    new Actions(browser.driver).sendKeys("+").perform();
    assertCells(run, last, 36, 90);
    // It is written a moment later: that of the first move must not be taken for that of the
    // second.
    browser.await(
        "the address",
        "new URLSearchParams(location.search).get('frame')?.endsWith('~36~90') === true");
    List<Long> rows = shown("rows");
    List<Long> columns = shown("columns");
    String link = browser.run("return location.search");
    browser.open(ui.url() + link);
    browser.await("the same frame", "window.implicitBias?.raster?.rows?.length === 36");
    assertEquals(rows, shown("rows"));
    assertEquals(columns, shown("columns"));
    checkNothingOdd();
    Path page = folder.resolve("a.html");
    RunPage.write(file, page);
    browser.open(page.toUri() + "#" + link.substring(1).replaceAll("run=[0-9a-f]+&?", ""));
    browser.await("the file", "window.implicitBias?.raster?.rows?.length === 36");
    browser.await("its step", "window.implicitBias.step === arguments[0]", last);
    assertCells(run, last, 36, 90);
  }

  @Test
  void aChosenUnit_isBroughtIntoTheFrame() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    VisitedRun.ofFourLayers(storage, folder.resolve("b.ibrun"));
    show(storage, "");
    browser.await("the overview", "document.querySelector('.ib-overview').checkVisibility()");
    pick("history-kind", "unit");
    browser.run(
        "const n = document.getElementById('history-number'); n.value = 90;"
            + "n.dispatchEvent(new Event('change'))");
    browser.await("the unit", "window.implicitBias.raster.rows.includes(90)");
    assertTrue(shown("rows").size() < 96);
  }
}
