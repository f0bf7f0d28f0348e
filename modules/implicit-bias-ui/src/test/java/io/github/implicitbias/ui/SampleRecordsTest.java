package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.listener.ImplicitBiasBlock;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

class SampleRecordsTest {

  private static final int SAMPLES = 40;

  private final RunHeader header =
      new RunHeader(
          "s",
          "w",
          1,
          Map.of(),
          List.of(),
          new int[SAMPLES],
          new int[SAMPLES],
          RunHeader.FIXED_COLUMNS,
          List.of("often", "once", "rarely"));

  private static double value(int column, int sample, int step) {
    return (column + 1) * (sample - 20) * Math.cos(0.01 * step * sample) + step * 1e-6;
  }

  private static double[] row(int column, int step) {
    double[] row = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      row[i] = value(column, i, step);
    }
    return row;
  }

  /** Records at every step; the second column at the first only, the third at every 700th. */
  private List<byte[]> blocks(int steps, int perBlock) {
    List<byte[]> blocks = new ArrayList<>();
    BlockBuilder builder = new BlockBuilder();
    for (int first = 0; first <= steps; first += perBlock) {
      builder.reset(1, null);
      for (int step = first; step <= Math.min(steps, first + perBlock - 1); step++) {
        double[][] rows = {
          row(0, step), step == 0 ? row(1, step) : null, step % 700 == 5 ? row(2, step) : null
        };
        builder.add(step, 0, true, false, 1, 1, new double[5], rows, List.of(), new ArrayList<>());
      }
      blocks.add(builder.seal(blocks.size(), blocks.size() - 1L));
    }
    return blocks;
  }

  private static void add(SampleRecords records, RunHeader header, byte[] encoded)
      throws Exception {
    RecordBlock block = RecordBlock.decode(header, encoded);
    block.visit(records.begin(block));
    records.end();
  }

  @Test
  void historiesAreBounded_exact_andFromTheFirstToTheLastRecord() throws Exception {
    SampleRecords records = new SampleRecords(header);
    int steps = 5003;
    for (byte[] block : blocks(steps, 250)) {
      add(records, header, block);
    }
    double[] largest = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      SampleEnvelope.Line line = records.line(0, i, SampleRecords.MAX_POINTS);
      int n = line.steps.length;
      assertTrue(n > 100 && n <= SampleRecords.MAX_POINTS, n + " points");
      assertEquals(0, line.steps[0]);
      assertEquals(steps, line.steps[n - 1]);
      double least = Double.MAX_VALUE;
      double greatest = -Double.MAX_VALUE;
      for (int step = 0; step <= steps; step++) {
        least = Math.min(least, value(0, i, step));
        greatest = Math.max(greatest, value(0, i, step));
      }
      largest[i] = Math.max(Math.abs(least), Math.abs(greatest));
      for (int points : new int[] {SampleRecords.MAX_POINTS, 100, 10, 4}) {
        SampleEnvelope.Line thin = records.line(0, i, points);
        assertTrue(thin.steps.length <= points, thin.steps.length + " of " + points);
        for (int k = 0; k < thin.steps.length; k++) {
          assertTrue(k == 0 || thin.steps[k] > thin.steps[k - 1]);
          assertEquals(value(0, i, (int) thin.steps[k]), thin.values[k]);
        }
        assertEquals(least, Arrays.stream(thin.values).min().getAsDouble(), "of " + points);
        assertEquals(greatest, Arrays.stream(thin.values).max().getAsDouble(), "of " + points);
      }
    }
    assertArrayEquals(largest, records.largest(0), 0);
    assertArrayEquals(new long[] {0}, records.line(1, 7, 100).steps);
    assertEquals(8, records.line(2, 7, 100).steps.length);
  }

  @Test
  void aPeakOfOneRecord_staysWhereItWas_amongAHundredThousand() {
    SampleEnvelope history = new SampleEnvelope(64, 3);
    double[] row = new double[3];
    for (int step = 0; step < 100_000; step++) {
      row[0] = step == 54_321 ? 9 : 1;
      row[1] = step == 77_777 ? -5 : step == 12_345 ? Double.NaN : 0.5;
      row[2] = step < 50_000 ? Double.NaN : step;
      history.add(step, row);
    }
    SampleEnvelope.Line up = history.line(0, 50);
    int at = Arrays.binarySearch(up.steps, 54_321);
    assertTrue(at >= 0, "the step of the peak");
    assertEquals(9, up.values[at]);
    SampleEnvelope.Line down = history.line(1, 50);
    at = Arrays.binarySearch(down.steps, 77_777);
    assertTrue(at >= 0, "the step of the dip");
    assertEquals(-5, down.values[at]);
    SampleEnvelope.Line late = history.line(2, 50);
    assertTrue(Double.isNaN(late.values[0]));
    assertEquals(99_999, late.values[late.values.length - 1]);
    assertArrayEquals(new double[] {9, 5, 99_999}, history.largest(), 0);
  }

  @Test
  void theLastRecordThatHasAColumn_isFound_howeverFarBackItIs() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    storage.putStaticInfo(new ImplicitBiasBlock("s", "w", 1, header.encode()));
    List<byte[]> blocks = blocks(3000, 250);
    for (int k = 0; k < blocks.size(); k++) {
      storage.putUpdate(new ImplicitBiasBlock("s", "w", 2 + k, blocks.get(k)));
    }
    StoredRuns runs = new StoredRuns();
    runs.attach(storage);
    StoredRun stored = runs.find("s", "w");
    for (int step : new int[] {0, 4, 5, 6, 249, 250, 704, 705, 1404, 2999, 3000, 9999}) {
      StoredRun.SampleRow often = stored.sampleRow("often", step);
      assertEquals(Math.min(step, 3000), often.step);
      assertArrayEquals(row(0, (int) often.step), often.values, 0);
      assertEquals(0, stored.sampleRow("once", step).step);
      StoredRun.SampleRow rarely = stored.sampleRow("rarely", step);
      if (step < 5) {
        assertNull(rarely);
      } else {
        assertEquals((Math.min(step, 3000) - 5) / 700 * 700 + 5, rarely.step);
        assertArrayEquals(row(2, (int) rarely.step), rarely.values, 0);
      }
    }
    assertNull(stored.sampleRow("often", -1));

    JsonNode history = SampleJson.history(stored, "often", 100, 20);
    assertEquals(SampleJson.MAX_LINES + 1, history.get("samples").size(), "and the one wanted");
    for (int line = 0; line < history.get("samples").size(); line++) {
      int sample = history.get("samples").get(line).asInt();
      JsonNode steps = history.get("steps").get(line);
      assertTrue(steps.size() <= 100, steps.size() + " steps");
      for (int k = 0; k < steps.size(); k++) {
        assertEquals(
            value(0, sample, steps.get(k).asInt()),
            history.get("values").get(line).get(k).asDouble());
      }
    }
    JsonNode at = SampleJson.at(stored, header, 1000);
    assertEquals(705, at.at("/columns/rarely/step").asInt());
    assertEquals(SAMPLES, at.at("/columns/often/values").size());
  }
}
