package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.page.RunPage;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** What the page shows of the training samples is what the run says of them. */
class VisitsPageTest extends PageTest {

  private static final String SHOWN = "window.implicitBias.panels.training";

  @TempDir Path folder;

  private static void assertShows(Run run, JsonNode shown) {
    VisitTable table = run.visits().samples();
    assertEquals(table.size(), shown.get("samples").asInt());
    assertTrue(shown.get("isLast").asBoolean());
    List<VisitEpoch> epochs = run.visits().epochs();
    assertEquals(epochs.size(), shown.at("/epochs/epoch").size());
    for (int e = 0; e < epochs.size(); e++) {
      for (EpochNumber what :
          List.of(EpochNumber.ACCURACY, EpochNumber.LEARNED, EpochNumber.FORGOTTEN)) {
        assertEquals(
            epochs.get(e).number(what), shown.get("epochs").get(what.id()).get(e).asDouble());
      }
    }
    int[] suspects = table.suspects().samples();
    assertTrue(suspects.length > 5);
    assertEquals(suspects.length, shown.at("/suspects/count").asInt());
    for (int k = 0; k < suspects.length; k++) {
      JsonNode one = shown.at("/page/list/" + k);
      assertEquals(suspects[k], one.get("sample").asInt());
      assertEquals(
          table.number(VisitColumn.MEAN_MARGIN, suspects[k]),
          (float) one.get("meanMargin").asDouble());
      assertEquals(
          VisitedRun.CLASSES.get(table.whole(VisitColumn.LABEL, suspects[k])),
          one.get("label").asText());
      for (int j = 0; j < 2 && k < 50; j++) {
        assertEquals(table.values(suspects[k])[j], (float) one.at("/values/" + j).asDouble());
      }
      assertEquals(epochs.size(), one.get("margins").size());
    }
  }

  @Test
  void thePanel_showsTheNumbersOfTheRun_onTheServerAndInAFile() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Path file = folder.resolve("a.ibrun");
    Run run = VisitedRun.trained(storage, file, 600, true);
    show(storage, "");
    browser.await("the visits", SHOWN + "?.one");
    browser.drawn();
    JsonNode shown = json(SHOWN);
    assertShows(run, shown);
    VisitTable table = run.visits().samples();
    assertEquals("margin", shown.at("/map/measure").asText());
    JsonNode points = shown.at("/map/points");
    assertEquals(600, points.get("sample").size());
    for (int k = 0; k < 600; k += 7) {
      int sample = points.at("/sample/" + k).asInt();
      assertEquals(
          table.number(VisitColumn.MEAN_MARGIN, sample),
          (float) points.at("/mean/" + k).asDouble());
      assertEquals(table.whole(VisitColumn.LABEL, sample), points.at("/label/" + k).asInt());
    }
    for (int c = 0; c < 3; c++) {
      int of = c;
      assertEquals(VisitedRun.CLASSES.get(c), shown.at("/classes/" + c + "/name").asText());
      assertEquals(
          IntStream.range(0, 600).filter(i -> table.whole(VisitColumn.LABEL, i) == of).count(),
          shown.at("/classes/" + c + "/n").asInt());
    }
    int suspects = table.suspects().size();
    assertEquals(
        suspects,
        browser
            .<Number>run("return document.querySelectorAll('.ib-suspects tbody tr').length")
            .intValue());
    assertEquals(
        List.of("x", "y"),
        browser.run(
            "return [...document.querySelectorAll('.ib-suspects thead th')].slice(-2)"
                + ".map((head) => head.textContent)"));
    assertDownloads(visitsCsv(run));
    checkNothingOdd();
    Path page = folder.resolve("a.html");
    RunPage.write(file, page);
    browser.open(page.toUri().toString());
    browser.await("the visits in the file", "window.implicitBias && (" + SHOWN + "?.one)");
    assertEquals(shown, json(SHOWN));
    assertDownloads(visitsCsv(run));
  }

  private String visitsCsv(Run run) throws Exception {
    Path csv = folder.resolve("csv");
    run.writeCsv(csv);
    return Files.readString(csv.resolve("visits.csv"));
  }

  /** Presses the button of the panel, and looks at what the browser would save. */
  private void assertDownloads(String csv) {
    browser.run(
        "window.saved = null;"
            + "const made = URL.createObjectURL;"
            + "URL.createObjectURL = (blob) => {"
            + "  URL.createObjectURL = made;"
            + "  blob.text().then((text) => { window.saved = JSON.stringify(text); });"
            + "  return made.call(URL, blob);"
            + "};"
            + "document.querySelector('#panel-training .ib-more .ib-link').click();");
    browser.await("the samples as CSV", "window.saved !== null");
    assertEquals(csv, json("JSON.parse(window.saved)").asText());
  }

  @Test
  void suspectsThatArePictures_areDrawnPixelByPixel() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Path file = folder.resolve("d.ibrun");
    VisitTable table = VisitedRun.ofPictures(storage, file).visits().samples();
    show(storage, "");
    browser.await("the visits", SHOWN);
    int suspects = Math.min(50, table.suspects().size());
    assertTrue(suspects > 5, table.suspects()::reason);
    browser.await("the pictures", "document.querySelector('.ib-suspects .ib-small-picture')");
    JsonNode shown = json(SHOWN).get("page");
    assertEquals(
        (long) suspects,
        browser
            .<Number>run(
                "return document.querySelectorAll('.ib-suspects .ib-small-picture').length")
            .longValue());
    for (int k = 0; k < suspects; k++) {
      byte[] picture = table.picture(table.suspects().samples()[k]);
      assertEquals(
          Base64.getEncoder().encodeToString(picture),
          shown.at("/list/" + k + "/picture").asText());
      List<Number> drawn =
          browser.run(
              "const canvas = document.querySelectorAll('.ib-suspects .ib-small-picture')["
                  + k
                  + "];"
                  + "const all = canvas.getContext('2d').getImageData(0, 0, 12, 12).data;"
                  + "return [...all].filter((v, at) => at % 4 === 1);");
      for (int p = 0; p < 144; p++) {
        assertEquals(picture[p] & 0xff, drawn.get(p).intValue(), "pixel " + p + " of " + k);
      }
    }
    checkNothingOdd();
  }

  @Test
  void manySamples_areCountedInCells_andFilteredByClass() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Run run = VisitedRun.trained(storage, folder.resolve("b.ibrun"), 4000, true);
    show(storage, "");
    browser.await("the visits", SHOWN);
    browser.run("document.querySelectorAll('#panel-training .ib-switch button')[1].click()");
    browser.await("confidences", SHOWN + ".map.measure === 'confidence'");
    VisitTable table = run.visits().samples();
    assertCounts(table, -1);
    browser.run("document.querySelectorAll('.ib-class-button')[1].click()");
    browser.await("one class", SHOWN + ".map.class === 1");
    assertCounts(table, 1);
    assertEquals(
        "true", browser.run("return document.querySelectorAll('.ib-class-button')[1].ariaPressed"));
    browser.run("document.querySelectorAll('.ib-class-button')[1].click()");
    browser.await("all classes", SHOWN + ".map.class === null");
    checkNothingOdd();
  }

  private static void assertCounts(VisitTable table, int ofClass) {
    JsonNode map = json(SHOWN).get("map");
    double wide = map.at("/across/1").asDouble();
    int[] counts = new int[map.get("columns").asInt() * map.get("rows").asInt()];
    for (int i = 0; i < table.size(); i++) {
      if (ofClass < 0 || table.whole(VisitColumn.LABEL, i) == ofClass) {
        int column = (int) Math.min(99, 100 * (table.number(VisitColumn.SD_CONFIDENCE, i) / wide));
        int row = (int) Math.min(71, 72 * table.number(VisitColumn.MEAN_CONFIDENCE, i));
        counts[row * 100 + column]++;
      }
    }
    for (int k = 0; k < map.get("cell").size(); k++) {
      assertEquals(counts[map.at("/cell/" + k).asInt()], map.at("/of/" + k).asInt(), "cell " + k);
      counts[map.at("/cell/" + k).asInt()] = 0;
    }
    assertEquals(0, IntStream.of(counts).sum());
  }

  @Test
  void suspects_areGoneThroughByArrowKeys_andTheChosenOneIsShown() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Path file = folder.resolve("e.ibrun");
    Run run = VisitedRun.trained(storage, file, 600, true);
    int[] suspects = run.visits().samples().suspects().samples();
    show(storage, "");
    browser.await("the first one", SHOWN + "?.one?.sample === arguments[0]", suspects[0]);
    browser.run("document.querySelector('.ib-suspects tbody button').focus()");
    new Actions(browser.driver).sendKeys(Keys.ARROW_DOWN, Keys.ARROW_DOWN).perform();
    browser.await("the third one", SHOWN + ".one.sample === arguments[0]", suspects[2]);
    assertEquals(
        "#" + suspects[2], browser.run("return document.activeElement.textContent"), "the focus");
    new Actions(browser.driver).sendKeys(Keys.ARROW_UP).perform();
    browser.await("the second one", SHOWN + ".one.sample === arguments[0]", suspects[1]);
    JsonNode one = json(SHOWN).get("one");
    List<Float> margins = new ArrayList<>();
    run.visits()
        .visitSamples(
            table -> margins.add((float) table.number(VisitColumn.LAST_MARGIN, suspects[1])));
    for (int e = 0; e < margins.size(); e++) {
      assertEquals(margins.get(e), (float) one.at("/margins/" + e).asDouble());
    }
    browser.await("the address", "location.search.includes('training=" + suspects[1] + "')");
    String link = browser.run("return location.search");
    browser.open(ui.url() + link);
    browser.await("the same one again", SHOWN + "?.one?.sample === arguments[0]", suspects[1]);
    checkNothingOdd();
  }

  @Test
  void aRunWithoutVisits_saysWhyInOneLine() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    VisitedRun.trained(storage, folder.resolve("c.ibrun"), 100, false);
    show(storage, "");
    assertTrue(
        browser
            .<String>run("return document.getElementById('panel-training').innerText")
            .contains("No visits so far"));
    assertFalse(browser.<Boolean>run("return document.querySelector('.ib-map').checkVisibility()"));
  }
}
