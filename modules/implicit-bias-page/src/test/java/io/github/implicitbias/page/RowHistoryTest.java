package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.testkit.BlocksLog;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowHistoryTest {

  private static final int SAMPLES = 40;

  private final RunHeader header =
      new HeaderBuilder("s", "w", 1)
          .samples(new int[SAMPLES], new int[SAMPLES])
          .sampleMetric("often", Definition.NONE)
          .sampleMetric("once", Definition.NONE)
          .sampleMetric("rarely", Definition.NONE)
          .build();

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
  private BlocksLog log(int steps, int perBlock) {
    BlocksLog log = new BlocksLog(header);
    int blocks = 0;
    Record record = new Record(header.columns().size());
    BlockBuilder builder = new BlockBuilder(header.id());
    for (int first = 0; first <= steps; first += perBlock) {
      builder.reset(1, null);
      for (int step = first; step <= Math.min(steps, first + perBlock - 1); step++) {
        double[][] rows = {
          row(0, step), step == 0 ? row(1, step) : null, step % 700 == 5 ? row(2, step) : null
        };
        record.at(step, 0, true);
        record.rows(rows);
        builder.add(record, List.of());
      }
      log.add(builder.seal(blocks, blocks - 1L));
      blocks++;
    }
    return log;
  }

  @Test
  void historiesAreBounded_exact_andFromTheFirstToTheLastRecord() throws Exception {
    int steps = 5003;
    RowHistory records = new FollowedRun(log(steps, 250)).whole().view().rows;
    double[] largest = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      Series line = records.series(0, i, RowHistory.MAX_POINTS);
      int n = line.size();
      assertTrue(n > 100 && n <= RowHistory.MAX_POINTS, n + " points");
      assertEquals(0, line.step(0));
      assertEquals(steps, line.step(n - 1));
      double least = Double.MAX_VALUE;
      double greatest = -Double.MAX_VALUE;
      for (int step = 0; step <= steps; step++) {
        least = Math.min(least, value(0, i, step));
        greatest = Math.max(greatest, value(0, i, step));
      }
      largest[i] = Math.max(Math.abs(least), Math.abs(greatest));
      for (int points : new int[] {RowHistory.MAX_POINTS, 100, 10, 4}) {
        Series thin = records.series(0, i, points);
        assertTrue(thin.size() <= points, thin.size() + " of " + points);
        for (int k = 0; k < thin.size(); k++) {
          assertTrue(k == 0 || thin.step(k) > thin.step(k - 1));
          assertEquals(value(0, i, (int) thin.step(k)), thin.value(k));
        }
        assertEquals(least, Arrays.stream(thin.values()).min().getAsDouble(), "of " + points);
        assertEquals(greatest, Arrays.stream(thin.values()).max().getAsDouble(), "of " + points);
      }
    }
    assertArrayEquals(largest, records.largest(0), 0);
    assertArrayEquals(new long[] {0}, records.series(1, 7, 100).steps());
    assertEquals(8, records.series(2, 7, 100).size());
  }

  @Test
  void theLastRecordThatHasAColumn_isFound_howeverFarBackItIs() throws Exception {
    FollowedRun.View view = new FollowedRun(log(3000, 250)).whole().view();
    for (int step : new int[] {0, 4, 5, 6, 249, 250, 704, 705, 1404, 2999, 3000, 9999}) {
      Row often = view.rows.last(view.run, 0, step);
      assertEquals(Math.min(step, 3000), often.step());
      assertArrayEquals(row(0, (int) often.step()), often.values(), 0);
      assertEquals(0, view.rows.last(view.run, 1, step).step());
      Row rarely = view.rows.last(view.run, 2, step);
      if (step < 5) {
        assertNull(rarely);
      } else {
        assertEquals((Math.min(step, 3000) - 5) / 700 * 700 + 5, rarely.step());
        assertArrayEquals(row(2, (int) rarely.step()), rarely.values(), 0);
      }
    }
    assertNull(view.rows.last(view.run, 0, -1));

    JsonNode history = SampleJson.history(view, 0, 100, 20);
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
    JsonNode at = SampleJson.at(view, 1000);
    assertEquals(705, at.at("/columns/rarely/step").asInt());
    assertEquals(SAMPLES, at.at("/columns/often/values").size());
  }
}
