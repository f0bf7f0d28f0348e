package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCsvTest {

  @TempDir Path folder;

  private final RandomRun made = new RandomRun(61, 70, 5, 4);

  /** An RFC 4180 reader of its own: fields, quoted fields, doubled quotes, CR LF. */
  private static List<List<String>> parse(Path file) throws IOException {
    String text = Files.readString(file);
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"') {
        assertTrue(quoted || field.length() == 0, "a quote within a plain field");
        quoted = !quoted;
      } else if (quoted) {
        field.append(c);
      } else if (c == ',') {
        row.add(field.toString());
        field.setLength(0);
      } else if (c == '\r') {
        assertEquals('\n', text.charAt(++i), "lines end with CR LF");
        row.add(field.toString());
        field.setLength(0);
        rows.add(row);
        row = new ArrayList<>();
      } else {
        assertTrue(c != '\n', "a bare line feed outside quotes");
        field.append(c);
      }
    }
    assertFalse(quoted);
    assertTrue(row.isEmpty() && field.length() == 0, "the last line is complete");
    return rows;
  }

  @Test
  void steps_haveEveryValueInFullPrecision_emptyWhereAbsent() throws IOException {
    Run run = RandomRun.run(made.header, made.blocks(10, 8, 3));
    run.writeCsv(folder);
    List<List<String>> rows = parse(folder.resolve("steps.csv"));
    List<String> head = new ArrayList<>(List.of("step", "epoch"));
    head.addAll(made.header.columnNames());
    assertEquals(head, rows.get(0));
    assertEquals(made.records.size(), rows.size() - 1);
    int absent = 0;
    for (int i = 0; i < made.records.size(); i++) {
      RandomRun.Kept kept = made.records.get(i);
      List<String> row = rows.get(i + 1);
      assertEquals(Long.toString(kept.step), row.get(0));
      assertEquals(Integer.toString(kept.epoch), row.get(1));
      for (int k = 0; k < kept.values.length; k++) {
        String field = row.get(k + 2);
        if (Absent.is(kept.values[k])) {
          assertEquals("", field);
          absent++;
        } else if (Double.isNaN(kept.values[k])) {
          assertEquals("NaN", field);
        } else {
          assertEquals(
              Double.doubleToRawLongBits(kept.values[k]),
              Double.doubleToRawLongBits(Double.parseDouble(field)));
        }
      }
    }
    assertTrue(absent > 0);
  }

  @Test
  void patterns_rebuildEveryStep_andHaveARowOnlyWhereAUnitChanged() throws IOException {
    Run run = RandomRun.run(made.header, made.blocks(10, 8, 3));
    run.writeCsv(folder);
    List<List<String>> rows = parse(folder.resolve("patterns.csv"));
    assertEquals(List.of("step", "layer", "unit", "pattern"), rows.get(0));
    int at = 1;
    BigInteger[][] bits = {new BigInteger[5], new BigInteger[4]};
    for (RandomRun.Kept kept : made.records) {
      Set<String> seen = new HashSet<>();
      while (at < rows.size() && rows.get(at).get(0).equals(Long.toString(kept.step))) {
        List<String> row = rows.get(at++);
        int layer = made.header.layerNumber(row.get(1));
        int unit = Integer.parseInt(row.get(2));
        assertTrue(seen.add(layer + "/" + unit), "one row per unit and step");
        assertTrue(row.get(3).startsWith("0x"));
        BigInteger now = new BigInteger(row.get(3).substring(2), 16);
        assertFalse(now.equals(bits[layer][unit]), "a row without a change");
        bits[layer][unit] = now;
      }
      assertTrue(kept != made.records.get(0) || seen.size() == 9, "every unit at first");
      for (int layer = 0; layer < 2; layer++) {
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
  void patterns_behindAGap_startAgainAtTheNextFullPattern() throws IOException {
    List<byte[]> blocks = new ArrayList<>(made.blocks(10, 4, 4));
    blocks.remove(2);
    Run run = RandomRun.run(made.header, blocks);
    RunCsv.write(run, folder, true);
    List<List<String>> rows = parse(folder.resolve("patterns.csv"));
    String[][] hex = {new String[5], new String[4]};
    int at = 1;
    for (int i = 0; i < made.records.size(); i++) {
      RandomRun.Kept kept = made.records.get(i);
      int rowsHere = 0;
      while (at < rows.size() && rows.get(at).get(0).equals(Long.toString(kept.step))) {
        List<String> row = rows.get(at++);
        hex[made.header.layerNumber(row.get(1))][Integer.parseInt(row.get(2))] = row.get(3);
        rowsHere++;
      }
      if (i >= 8 && i < 16) {
        assertEquals(0, rowsHere, "lost, or unknown behind the gap");
        assertNull(run.patternAt(kept.step, "layer0"));
      } else {
        assertTrue(rowsHere == 9 || i != 16 && i != 0, "every unit again");
        for (int layer = 0; layer < 2; layer++) {
          for (int unit = 0; unit < hex[layer].length; unit++) {
            assertEquals(
                run.patternAt(kept.step, made.header.layers().get(layer).name()).hex(unit),
                hex[layer][unit]);
          }
        }
      }
    }
  }

  @Test
  void samples_haveARowPerStepAndColumnThatHasValues() throws IOException {
    RandomRun arranged = new RandomRun(62, RandomRun.arrangedHeader(70), 0);
    Run run = RandomRun.run(arranged.header, arranged.blocks(6, 8, 3));
    run.writeCsv(folder);
    assertEquals(5, Files.list(folder).count());
    List<List<String>> rows = parse(folder.resolve("samples.csv"));
    assertEquals(72, rows.get(0).size());
    assertEquals(List.of("step", "column", "0", "1", "2"), rows.get(0).subList(0, 5));
    int at = 1;
    for (RandomRun.Kept kept : arranged.records) {
      for (int column = 0; column < arranged.header.sampleColumns().size(); column++) {
        if (kept.rows[column] != null) {
          List<String> row = rows.get(at++);
          assertEquals(Long.toString(kept.step), row.get(0));
          assertEquals(arranged.header.sampleColumns().get(column).name(), row.get(1));
          for (int sample = 0; sample < 70; sample++) {
            assertEquals(RunCsv.number(kept.rows[column][sample]), row.get(sample + 2));
          }
        }
      }
    }
    assertEquals(rows.size(), at);
    assertTrue(at > 20);
  }

  @Test
  void units_haveARowPerStepAndColumnThatHasValues_thoseOfSmallerLayersEndEarly()
      throws IOException {
    RandomRun arranged = new RandomRun(63, RandomRun.arrangedHeader(7), 0);
    Run run = RandomRun.run(arranged.header, arranged.blocks(6, 8, 3));
    run.writeCsv(folder);
    List<List<String>> rows = parse(folder.resolve("units.csv"));
    assertEquals(List.of("step", "layer", "column", "0", "1", "2", "3", "4", "5"), rows.get(0));
    int at = 1;
    for (RandomRun.Kept kept : arranged.records) {
      for (int column = 0; column < 3; column++) {
        double[] expected = kept.rows[arranged.header.sampleColumns().size() + column];
        if (expected != null) {
          List<String> row = rows.get(at++);
          assertEquals(3 + expected.length, row.size());
          assertEquals(Long.toString(kept.step), row.get(0));
          Column of = arranged.header.unitColumns().get(column);
          assertEquals(arranged.header.layers().get(of.layer()).name(), row.get(1));
          assertEquals(of.id(), row.get(2));
          for (int unit = 0; unit < expected.length; unit++) {
            assertEquals(RunCsv.number(expected[unit]), row.get(unit + 3));
          }
        }
      }
    }
    assertEquals(rows.size(), at);
    assertTrue(at > 20);
  }

  @Test
  void events_areAllThere_withOrWithoutFlips() throws IOException {
    made.eventRate = 0.5;
    Run run = RandomRun.run(made.header, made.blocks(6, 8, 3));
    for (boolean flips : new boolean[] {true, false}) {
      RunCsv.write(run, folder, flips);
      List<List<String>> expected = new ArrayList<>();
      expected.add(
          List.of(
              "step",
              "kind",
              "layer",
              "unit",
              "sample",
              "prediction",
              "measured",
              "bound",
              "detail"));
      for (RandomRun.Kept kept : made.records) {
        String step = Long.toString(kept.step);
        for (String flip : flips ? kept.flips : List.<String>of()) {
          String[] word = flip.split(" ");
          expected.add(List.of(step, word[1], layer(word[0]), word[2], word[3], "", "", "", ""));
        }
        for (Event e : kept.events) {
          String kind = e.kind().id();
          String layer = e.layer() < 0 ? "" : layer("" + e.layer());
          String unit = e.unit() < 0 ? "" : "" + e.unit();
          String sample = e.sample() < 0 ? "" : "" + e.sample();
          String prediction =
              e.prediction() < 0 ? "" : made.header.predictions().get(e.prediction()).id();
          String measured = RunCsv.number(e.measured());
          String bound = RunCsv.number(e.bound());
          String detail =
              e.conditions().isEmpty()
                  ? e.detail()
                  : e.conditions().stream()
                      .map(c -> (c.isMet() ? "met: " : "not met: ") + c.text())
                      .collect(Collectors.joining("; "));
          expected.add(
              List.of(step, kind, layer, unit, sample, prediction, measured, bound, detail));
        }
      }
      assertEquals(expected, parse(folder.resolve("events.csv")));
    }
  }

  private String layer(String number) {
    return made.header.layers().get(Integer.parseInt(number)).name();
  }

  @Test
  void flips_areListedByDefault_upToTenThousandEntries() throws IOException {
    assertTrue(RunCsv.fewEnoughForFlips(RandomRun.header(100, 60, 40)));
    assertFalse(RunCsv.fewEnoughForFlips(RandomRun.header(100, 60, 41)));
    RunHeader huge =
        RandomRun.plain(1, new TrackedLayer("a", 0, Integer.MAX_VALUE, "relu")).build();
    assertFalse(RunCsv.fewEnoughForFlips(huge));
  }

  @Test
  void folders_areMade_andAFileInTheirPlaceIsReported() throws IOException {
    Run run = RandomRun.run(made.header, made.blocks(1, 2, 1));
    run.writeCsv(folder.resolve("a/b"));
    assertEquals(3, Files.list(folder.resolve("a/b")).count());
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThrows(IOException.class, () -> run.writeCsv(file));
  }

  @Test
  void runWhoseBlocksAreGone_isReportedAsAnIOException() throws IOException {
    byte[] block = made.blocks(1, 2, 1).get(0);
    GrowingRun growing =
        new GrowingRun(
            made.header,
            index -> {
              throw new IOException("gone");
            });
    Run run = growing.run();
    growing.index(block);
    assertEquals("gone", assertThrows(IOException.class, () -> run.writeCsv(folder)).getMessage());
  }

  @Test
  void numbers_areWrittenSoThatTheyCanBeReadBack() {
    String[] fields = {"NaN", "Infinity", "-Infinity", "-0.0", "1.0E-5", "0.1", ""};
    double[] values = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 1e-5, 0.1, Absent.VALUE
    };
    String[] found = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      found[i] = RunCsv.number(values[i]);
    }
    assertArrayEquals(fields, found);
  }
}
