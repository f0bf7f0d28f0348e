package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.core.run.BlockBuilder;
import io.github.implicitbias.core.run.RecordBlock;
import io.github.implicitbias.core.run.RunHeader;
import io.github.implicitbias.listener.ImplicitBiasBlock;
import java.util.ArrayList;
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

  @Test
  void historiesAreBounded_evenlySpread_andEndWithTheLastRecord() throws Exception {
    SampleRecords records = new SampleRecords(header);
    int steps = 5003;
    for (byte[] block : blocks(steps, 250)) {
      records.add(RecordBlock.decode(header, block));
    }
    SampleRecords.Track often = records.track(0);
    assertTrue(often.steps.length > 200, often.steps.length + " rows");
    assertTrue(often.steps.length <= SampleRecords.MAX_ROWS, often.steps.length + " rows");
    assertEquals(0, often.steps[0]);
    assertEquals(steps, often.steps[often.steps.length - 1]);
    long apart = often.steps[1];
    for (int k = 0; k < often.steps.length; k++) {
      if (k > 0 && k < often.steps.length - 1) {
        assertEquals(apart, often.steps[k] - often.steps[k - 1]);
      }
      assertArrayEquals(row(0, (int) often.steps[k]), often.rows[k], 0);
    }
    double[] largest = new double[SAMPLES];
    for (int step = 0; step <= steps; step++) {
      for (int i = 0; i < SAMPLES; i++) {
        largest[i] = Math.max(largest[i], Math.abs(value(0, i, step)));
      }
    }
    assertArrayEquals(largest, often.largest, 0);
    assertArrayEquals(new long[] {0}, records.track(1).steps);
    assertEquals(8, records.track(2).steps.length);
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
    assertTrue(history.get("steps").size() <= 101, history.get("steps").size() + " steps");
    assertEquals(SampleJson.MAX_LINES + 1, history.get("samples").size(), "and the one wanted");
    for (int line = 0; line < history.get("samples").size(); line++) {
      int sample = history.get("samples").get(line).asInt();
      for (int k = 0; k < history.get("steps").size(); k++) {
        assertEquals(
            value(0, sample, history.get("steps").get(k).asInt()),
            history.get("values").get(line).get(k).asDouble());
      }
    }
    JsonNode at = SampleJson.at(stored, header, 1000);
    assertEquals(705, at.at("/columns/rarely/step").asInt());
    assertEquals(SAMPLES, at.at("/columns/often/values").size());
  }
}
