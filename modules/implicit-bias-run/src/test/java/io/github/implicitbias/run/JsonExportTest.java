package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonExportTest {

  @TempDir Path folder;

  private final RandomRun made = new RandomRun(95, RandomRun.arrangedHeader(70), 0.3);

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  private Map<String, Object> written(Run run, boolean patterns) throws IOException {
    Path file = folder.resolve("run.json");
    run.writeJson(file, patterns);
    return map(Json.parse(Files.readString(file)));
  }

  private static void assertNumber(double expected, Object found) {
    if (Absent.is(expected)) {
      assertNull(found);
    } else if (Double.isFinite(expected)) {
      assertEquals(
          Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits((Double) found));
    } else {
      assertEquals(Double.toString(expected), found);
    }
  }

  @Test
  void everythingIsThere_inFullPrecision_verdictsByTheirCodes() throws IOException {
    made.eventRate = 0.5;
    Run run = RandomRun.run(made.header, made.blocks(6, 8, 3));
    Map<String, Object> json = written(run, true);
    assertEquals("dl4j-implicit-bias run", json.get("format"));
    assertEquals(1.0, json.get("formatVersion"));
    assertEquals(made.header.id().toString(), json.get("runId"));
    assertEquals("ffffffffffffffff0000000000000005", json.get("follows"));
    assertEquals("arranged, \"in all ways\"", json.get("name"));
    assertEquals("session", json.get("sessionId"));
    assertEquals("worker-0", json.get("workerId"));
    assertEquals(1234567890123.0, json.get("startedAt"));
    assertEquals(made.header.provenance(), json.get("provenance"));
    assertEquals((double) run.firstStep(), json.get("exactSince"));
    assertEquals(List.of(), json.get("gaps"));
    assertEquals(
        List.of("notApplicable", "holds", "violated", "reached"), json.get("verdictStates"));
    List<Object> layers = list(json.get("layers"));
    for (int k = 0; k < 4; k++) {
      TrackedLayer layer = made.header.layers().get(k);
      Map<String, Object> found = map(layers.get(k));
      assertEquals(layer.name(), found.get("name"));
      assertEquals((double) layer.index(), found.get("index"));
      assertEquals((double) layer.units(), found.get("units"));
      assertEquals(layer.activation(), found.get("activation"));
      assertEquals(layer.axes(), found.get("axes"));
      assertEquals((double) layer.shape()[0], list(found.get("shape")).get(0));
    }
    assertEquals(100.0, list(json.get("sampleIds")).get(0));
    assertEquals(-1.0, list(json.get("sampleClasses")).get(0));
    List<String> columns = new ArrayList<>(List.of("step", "epoch"));
    columns.addAll(made.header.columnNames());
    assertEquals(columns, json.get("columns"));
    assertEquals(
        made.header.sampleColumns().stream().map(Column::name).collect(Collectors.toList()),
        json.get("sampleColumns"));
    List<Object> rows = list(json.get("rows"));
    assertEquals(made.records.size(), rows.size());
    List<Object> sampleRows = list(json.get("sampleRows"));
    List<Object> events = list(json.get("events"));
    int sampleRow = 0;
    int event = 0;
    for (int i = 0; i < rows.size(); i++) {
      RandomRun.Kept kept = made.records.get(i);
      List<Object> row = list(rows.get(i));
      assertEquals(columns.size(), row.size());
      assertEquals((double) kept.step, row.get(0));
      assertEquals((double) kept.epoch, row.get(1));
      for (int k = 0; k < kept.values.length; k++) {
        assertNumber(kept.values[k], row.get(k + 2));
      }
      for (int column = 0; column < made.header.sampleColumns().size(); column++) {
        if (kept.rows[column] != null) {
          Map<String, Object> found = map(sampleRows.get(sampleRow++));
          assertEquals((double) kept.step, found.get("step"));
          assertEquals(made.header.sampleColumns().get(column).name(), found.get("column"));
          List<Object> values = list(found.get("values"));
          assertEquals(70, values.size());
          for (int sample = 0; sample < 70; sample++) {
            assertNumber(kept.rows[column][sample], values.get(sample));
          }
        }
      }
      for (Event e : kept.events) {
        Map<String, Object> found = map(events.get(event++));
        assertEquals((double) kept.step, found.get("step"));
        assertEquals(e.kind().id(), found.get("kind"));
        assertEquals(
            e.layer() < 0 ? null : made.header.layers().get(e.layer()).name(), found.get("layer"));
        assertEquals(e.unit() < 0 ? null : (Double) (double) e.unit(), found.get("unit"));
        assertEquals(e.sample() < 0 ? null : (Double) (double) e.sample(), found.get("sample"));
        assertEquals(e.detail(), found.get("detail"));
        assertEquals(
            e.prediction() < 0 ? null : (Double) (double) e.prediction(), found.get("prediction"));
        if (e.prediction() >= 0) {
          assertNumber(e.measured(), found.get("measured"));
          assertNumber(e.bound(), found.get("bound"));
        }
        List<Object> conditions = list(found.get("conditions"));
        assertEquals(e.conditions().size(), conditions.size());
        for (int k = 0; k < conditions.size(); k++) {
          assertEquals(e.conditions().get(k).isMet(), map(conditions.get(k)).get("met"));
          assertEquals(e.conditions().get(k).text(), map(conditions.get(k)).get("text"));
        }
      }
    }
    List<Object> unitColumns = list(json.get("unitColumns"));
    assertEquals(3, unitColumns.size());
    assertEquals("a, \"b\"", map(unitColumns.get(2)).get("name"));
    assertEquals("recurrent", map(unitColumns.get(2)).get("layer"));
    List<Object> unitRows = list(json.get("unitRows"));
    int unitRow = 0;
    for (RandomRun.Kept kept : made.records) {
      for (int column = 0; column < 3; column++) {
        double[] expected = kept.rows[made.header.sampleColumns().size() + column];
        if (expected != null) {
          Map<String, Object> found = map(unitRows.get(unitRow++));
          assertEquals((double) kept.step, found.get("step"));
          assertEquals(map(unitColumns.get(column)).get("layer"), found.get("layer"));
          assertEquals(map(unitColumns.get(column)).get("name"), found.get("column"));
          List<Object> values = list(found.get("values"));
          assertEquals(expected.length, values.size());
          for (int unit = 0; unit < expected.length; unit++) {
            assertNumber(expected[unit], values.get(unit));
          }
        }
      }
    }
    assertEquals(unitRow, unitRows.size());
    assertTrue(unitRow > 5);
    assertEquals(sampleRow, sampleRows.size());
    assertEquals(event, events.size());
    assertTrue(event > 10);
    assertPatterns(list(json.get("patterns")));
  }

  private void assertPatterns(List<Object> rows) {
    BigInteger[][] bits = new BigInteger[4][];
    for (int layer = 0; layer < 4; layer++) {
      bits[layer] = new BigInteger[made.header.layers().get(layer).units()];
    }
    int at = 0;
    for (RandomRun.Kept kept : made.records) {
      while (at < rows.size() && map(rows.get(at)).get("step").equals((double) kept.step)) {
        Map<String, Object> row = map(rows.get(at++));
        int unit = ((Double) row.get("unit")).intValue();
        String hex = (String) row.get("pattern");
        bits[made.header.layerNumber((String) row.get("layer"))][unit] =
            new BigInteger(hex.substring(2), 16);
      }
      for (int layer = 0; layer < 4; layer++) {
        for (int unit = 0; unit < bits[layer].length; unit++) {
          for (int sample = 0; sample < 70; sample++) {
            assertEquals(kept.on[layer][unit][sample], bits[layer][unit].testBit(sample));
          }
        }
      }
    }
    assertEquals(rows.size(), at);
  }

  @Test
  void patterns_areLeftOutUnlessAskedFor_andGapsAreNamed() throws IOException {
    List<byte[]> blocks = made.blocks(6, 4, 2);
    blocks.remove(1);
    Run run = RandomRun.run(made.header, blocks);
    assertFalse(written(run, false).containsKey("patterns"));
    Map<String, Object> json = written(run, true);
    Map<String, Object> gap = map(list(json.get("gaps")).get(0));
    assertEquals((double) made.records.get(3).step, gap.get("after"));
    assertEquals((double) made.records.get(8).step, gap.get("before"));
    assertEquals((double) made.records.get(8).step, json.get("exactSince"));
    run.writeJson(folder.resolve("default.json"));
    assertEquals(written(run, false), Json.parse(Files.readString(folder.resolve("default.json"))));
  }

  @Test
  void emptyRun_isValid() throws IOException {
    Map<String, Object> json =
        written(new GrowingRun(RandomRun.header(3, 2), index -> null).run(), true);
    assertEquals(List.of(), json.get("rows"));
    assertEquals(List.of(), json.get("patterns"));
    assertEquals(-1.0, json.get("exactSince"));
  }

  @Test
  void texts_comeBackWhateverTheyContain() {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c < 0x10000; c++) {
      all.append((char) c);
    }
    String[] texts = {"", "\"\\/", "\u2028\ud83d\ude00\ud83d", all.toString()};
    StringWriter out = new StringWriter();
    JsonText json = new JsonText(out);
    json.open('{');
    for (String text : texts) {
      json.name(text + "!").text(text);
    }
    json.name("truth").truth(true).name("no").truth(false).name("nothing").nothing();
    json.close('}');
    Map<String, Object> back = map(Json.parse(out.toString()));
    for (String text : texts) {
      assertEquals(text, back.get(text + "!"));
    }
    assertEquals(true, back.get("truth"));
    assertEquals(false, back.get("no"));
    assertTrue(back.containsKey("nothing") && back.get("nothing") == null);
  }

  @Test
  void fileThatCannotBeWritten_andBlocksThatAreGone_areReported() throws IOException {
    byte[] block = made.blocks(1, 2, 1).get(0);
    GrowingRun growing =
        new GrowingRun(
            made.header,
            index -> {
              throw new IOException("gone");
            });
    Run run = growing.run();
    growing.index(block);
    assertThrows(IOException.class, () -> run.writeJson(folder));
    assertEquals(
        "gone",
        assertThrows(IOException.class, () -> run.writeJson(folder.resolve("a"))).getMessage());
  }
}
