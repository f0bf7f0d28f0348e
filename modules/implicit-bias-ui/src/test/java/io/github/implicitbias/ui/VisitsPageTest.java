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
import java.util.Base64;
import java.util.List;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
      JsonNode one = shown.at("/suspects/list/" + k);
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
    browser.await("the visits", SHOWN);
    browser.drawn();
    JsonNode shown = json(SHOWN);
    assertShows(run, shown);
    VisitTable table = run.visits().samples();
    assertEquals(600, shown.at("/map/sample").size());
    for (int k = 0; k < 600; k += 7) {
      int sample = shown.at("/map/sample/" + k).asInt();
      assertEquals(
          table.number(VisitColumn.MEAN_CONFIDENCE, sample),
          (float) shown.at("/map/confidence/" + k).asDouble());
      assertEquals(
          table.number(VisitColumn.SD_CONFIDENCE, sample),
          (float) shown.at("/map/deviation/" + k).asDouble());
      assertEquals(table.whole(VisitColumn.CORRECT, sample), shown.at("/map/right/" + k).asInt());
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
            "return [...document.querySelectorAll('.ib-suspects th')].slice(-2)"
                + ".map((head) => head.textContent)"));
    assertDownloads(visitsCsv(run));
    checkNothingOdd();
    Path page = folder.resolve("a.html");
    RunPage.write(file, page);
    browser.open(page.toUri().toString());
    browser.await("the visits in the file", "window.implicitBias && (" + SHOWN + ")");
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
            + "document.querySelector('#panel-training .ib-link').click();");
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
    JsonNode shown = json(SHOWN).get("suspects");
    assertEquals(
        (long) suspects,
        browser
            .<Number>run("return document.querySelectorAll('.ib-small-picture').length")
            .longValue());
    for (int k = 0; k < suspects; k++) {
      byte[] picture = table.picture(table.suspects().samples()[k]);
      assertEquals(
          Base64.getEncoder().encodeToString(picture),
          shown.at("/list/" + k + "/picture").asText());
      List<Number> drawn =
          browser.run(
              "const canvas = document.querySelectorAll('.ib-small-picture')["
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
  void manySamples_areCountedInCells() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Run run = VisitedRun.trained(storage, folder.resolve("b.ibrun"), 4000, true);
    show(storage, "");
    browser.await("the visits", SHOWN);
    JsonNode map = json(SHOWN).get("map");
    VisitTable table = run.visits().samples();
    int[] counts = new int[map.get("across").asInt() * map.get("up").asInt()];
    for (int i = 0; i < table.size(); i++) {
      int column = (int) Math.min(55, 112 * table.number(VisitColumn.SD_CONFIDENCE, i));
      int row = (int) Math.min(39, 40 * table.number(VisitColumn.MEAN_CONFIDENCE, i));
      counts[row * 56 + column]++;
    }
    for (int k = 0; k < counts.length; k++) {
      assertEquals(counts[k], map.get("counts").get(k).asInt(), "cell " + k);
    }
    checkNothingOdd();
  }

  @Test
  void aRunWithoutVisits_hasNoPanel() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    VisitedRun.trained(storage, folder.resolve("c.ibrun"), 100, false);
    show(storage, "");
    assertFalse(
        browser.<Boolean>run("return document.getElementById('panel-training').checkVisibility()"));
  }
}
