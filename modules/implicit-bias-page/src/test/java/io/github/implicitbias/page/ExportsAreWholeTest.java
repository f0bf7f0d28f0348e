package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.RunFollower;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.testkit.BlocksLog;
import io.github.implicitbias.testkit.MadeUpRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file holds every record the run has, or as many as it says, however slow the index is. */
class ExportsAreWholeTest {

  private static final int STEPS = 4000;

  @TempDir Path folder;

  private static void checkIsWhole(Path file, int records) throws Exception {
    WrittenRun written = new WrittenRun(file);
    JsonNode progress = written.json("answers").get("progress");
    assertEquals(records, progress.get("records").asInt());
    assertEquals(records - 1, progress.get("lastStep").asInt());
    assertEquals(0, progress.get("unread").asInt());
    JsonNode index = written.json("index");
    assertEquals(records, index.get("of").asInt());
    assertEquals(records, index.get("steps").size());
  }

  @Test
  void aRunFile_isWrittenWhole_atEveryCall() throws Exception {
    Path runFile = folder.resolve("run.ibrun");
    new MadeUpRun("s", "w", STEPS).write(runFile);
    for (int call = 0; call < 5; call++) {
      Path html = folder.resolve("run" + call + ".html");
      RunPage.write(runFile, html);
      checkIsWhole(html, STEPS + 1);
    }
  }

  @Test
  void aSlowIndex_changesNothing() throws Exception {
    RunLog slow = new MadeUpRun("s", "w", STEPS).log().slow(10);
    Path html = folder.resolve("slow.html");
    RunPage.write(slow, html);
    checkIsWhole(html, STEPS + 1);
  }

  @Test
  void theServersFile_isWholeToo_thoughItsAnswersDoNotWait() throws Exception {
    RunLog slow = new MadeUpRun("s", "w", STEPS).log().slow(10);
    PageServer server = new PageServer(RunCatalog.of(slow));
    String run = "run=" + slow.header().id();
    Map<String, String> headers = Map.of("host", "localhost");
    server.answer(new Request(PageServer.PAGE + "/data/progress", run, headers::get));
    Response file = server.answer(new Request(PageServer.PAGE + "/file", run, headers::get));
    assertEquals(200, file.status());
    checkIsWhole(file.file(), STEPS + 1);
    server.sent(file);
  }

  @Test
  void jsonAndCsv_areWhole_howeverSlowTheIndexIs() throws Exception {
    RunLog slow = new MadeUpRun("s", "w", STEPS).log().slow(5);
    new RunFollower(slow).followAll().writeCsv(folder);
    try (var lines = Files.lines(folder.resolve("steps.csv"))) {
      assertEquals(STEPS + 1, lines.filter(line -> line.matches("\\d+,.*")).count());
    }
  }

  @Test
  void everyValueAndEveryPattern_isInTheFile_withGapsAsGaps() throws Exception {
    MadeUpRun run = new MadeUpRun("s", "w", 700);
    Path html = folder.resolve("run.html");
    RunPage.write(run.log(5, 6), html); // steps 250 to 349; full patterns again from 400 on
    WrittenRun written = new WrittenRun(html);
    JsonNode index = written.json("index");
    int chunk = index.get("chunk").asInt();
    assertEquals(601, index.get("steps").size());
    for (int layer = 0; layer < MadeUpRun.LAYERS.length; layer++) {
      int bytes = index.get("layers").get(layer).get("bytes").asInt();
      String flags = index.get("layers").get(layer).get("flags").asText();
      byte[] bits = new byte[bytes];
      byte[] data = null;
      int at = 0;
      for (int i = 0; i < 601; i++) {
        int step = index.get("steps").get(i).asInt();
        if (i % chunk == 0) {
          data = written.part("bits-" + layer + "-" + i / chunk);
          bits = new byte[bytes];
          at = 0;
        }
        boolean hidden = step >= 350 && step < 400;
        char flag = flags.charAt(i);
        assertEquals(hidden, flag == '-', "step " + step);
        assertEquals(step == 0 || step == 400, flag == '0', "flips at " + step);
        if (hidden) {
          continue;
        }
        for (int k = 0; k < bytes; k++) {
          bits[k] ^= data[at + k];
        }
        at += bytes;
        byte[] flips = flag == '0' ? null : new byte[bytes];
        if (flag == '1') {
          System.arraycopy(data, at - bytes, flips, 0, bytes);
        } else if (flag == '2') {
          System.arraycopy(data, at, flips, 0, bytes);
          at += bytes;
        }
        check(run, layer, step, bits, flips);
      }
    }
    JsonNode columns = written.json("answers").at("/run/columns");
    for (int i = 0; i < 601; i += 7) {
      int step = index.get("steps").get(i).asInt();
      JsonNode values = written.json("rows-" + i / chunk).get(i % chunk).get("values");
      assertEquals(columns.size(), values.size());
      for (int k = 0; k < columns.size(); k++) {
        double expected = run.value(columns.get(k).get("name").asText(), step);
        assertEquals(Absent.is(expected), values.get(k).isNull());
        if (!values.get(k).isNull()) {
          assertEquals(expected, Double.parseDouble(values.get(k).asText()));
        }
      }
    }
  }

  private static void check(MadeUpRun run, int layer, int step, byte[] bits, byte[] flips) {
    for (int unit = 0; unit < MadeUpRun.UNITS[layer]; unit++) {
      for (int sample = 0; sample < MadeUpRun.SAMPLES; sample++) {
        int bit = unit * 192 + sample;
        boolean on = run.isOn(layer, unit, sample, step);
        assertEquals(on, (bits[bit / 8] >> bit % 8 & 1) != 0, "step " + step);
        if (flips != null) {
          boolean flipped = on != run.isOn(layer, unit, sample, step - 1);
          assertEquals(flipped, (flips[bit / 8] >> bit % 8 & 1) != 0, "flip at " + step);
        }
      }
    }
  }

  @Test
  void aFileThatIsTooSmall_holdsFewerRecords_andSaysHowManyThereAre() throws Exception {
    MadeUpRun run = new MadeUpRun("s", "w", STEPS);
    Path html = folder.resolve("small.html");
    RunPage.write(run.log(), html, 900_000);
    assertTrue(Files.size(html) <= 900_000);
    JsonNode index = new WrittenRun(html).json("index");
    int here = index.get("steps").size();
    assertEquals(STEPS + 1, index.get("of").asInt());
    assertTrue(here > 50 && here < STEPS, here + " records");
    assertEquals(0, index.get("steps").get(0).asInt());
    assertEquals(STEPS, index.get("steps").get(here - 1).asInt());
  }

  @Test
  void aRunWithoutRecords_andOneThatCannotBeRead_leaveNoFile() {
    Path html = folder.resolve("none.html");
    MadeUpRun run = new MadeUpRun("s", "w", 10);
    assertThrows(
        IllegalArgumentException.class, () -> RunPage.write(new BlocksLog(run.header), html));
    assertThrows(java.io.IOException.class, () -> RunPage.write(folder.resolve("no.ibrun"), html));
    assertFalse(Files.exists(html));
    assertArrayEquals(new String[0], folder.toFile().list());
  }
}
