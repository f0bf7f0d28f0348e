package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.listener.ImplicitBiasBlock;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

/** Answers stay below a megabyte however much a run has of everything, and say what is missing. */
class BoundedAnswersTest {

  private static final int SAMPLES = 3000;
  private static final int COLUMNS = 5000;
  private static final int BLOCKS = 3000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private final StoredRuns runs = new StoredRuns();

  private StoredRun stored() throws Exception {
    List<String> columns = new ArrayList<>(RunHeader.FIXED_COLUMNS);
    for (int k = 0; k < COLUMNS; k++) {
      columns.add("column\u0001\u00e9" + "x".repeat(40) + k);
    }
    int units = 1000;
    RunHeader header =
        new RunHeader(
            "s",
            "w",
            1,
            Map.of("fact", "\u0007".repeat(19_000), "other", "\u20ac".repeat(19_000)),
            List.of(new TrackedLayer("a", 0, units, "relu")),
            new int[SAMPLES],
            new int[SAMPLES],
            columns);
    storage.putStaticInfo(new ImplicitBiasBlock("s", "w", 1, header.encode()));
    PatternHistory pattern = new PatternHistory(units, SAMPLES);
    BlockBuilder builder = new BlockBuilder();
    double[] values = new double[columns.size()];
    for (int k = 0; k < columns.size(); k++) {
      values[k] = -1.234567890123456e-100 * (k + 1);
    }
    for (int step = 0; step < BLOCKS; step += 2) {
      boolean full = step == 0 || step >= BLOCKS - 2;
      long[] next = pattern.next();
      for (int k = 0; full && k < next.length; k++) {
        next[k] = k % 47 == 46 ? 0 : step == 0 ? 0 : 0x5a5a5a5a5a5a5a5aL;
      }
      pattern.advance(0);
      builder.reset(1, full ? List.of(pattern) : null);
      builder.add(step, 0, true, false, 1, 1, values, List.of(pattern), new ArrayList<>());
      if (step >= BLOCKS - 2) {
        long[] last = pattern.next();
        for (int k = 0; k < last.length; k++) {
          last[k] = k % 47 == 46 ? 0 : 0xa5a5a5a5a5a5a5a5L;
        }
        pattern.advance(0);
        builder.add(step + 1, 0, true, false, 1, 1, values, List.of(pattern), new ArrayList<>());
      }
      // Every second number is missing: a gap before every block.
      byte[] block = builder.seal(2L * step + 1, 2L * step);
      storage.putUpdate(new ImplicitBiasBlock("s", "w", 2 + step, block));
    }
    runs.attach(storage);
    StoredRun found = runs.find("s", "w");
    for (int k = 0; k < 600 && found.unread() > 0; k++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertEquals(0, found.unread());
    return found;
  }

  private static JsonNode checked(String what, JsonNode answer) throws Exception {
    int bytes = MAPPER.writeValueAsBytes(answer).length;
    assertTrue(bytes < 1_000_000, what + ": " + bytes + " bytes");
    return answer;
  }

  @Test
  void hostileSizes_makeNoLargeAnswers() throws Exception {
    StoredRun stored = stored();
    JsonNode header = checked("run", RunJson.header(stored.run().header()));
    int columns = header.get("columns").size();
    assertTrue(columns > 1000, columns + " columns");
    assertEquals(COLUMNS + 5 - columns, header.get("columnsLeftOut").asInt());
    JsonNode progress = checked("progress", RunJson.progress(stored, 0));
    assertEquals(RunJson.MAX_GAPS, progress.get("gaps").size());
    assertEquals(BLOCKS / 2, progress.get("gapCount").asInt());
    JsonNode step = checked("step", RunJson.step(stored.run(), BLOCKS - 1, "a"));
    assertEquals(columns, step.get("values").size());
    assertTrue(step.at("/pattern/flips").isTextual(), "all bits have flipped");
    checked(
        "series",
        RunJson.series(
            stored.run(), Collections.nCopies(64, "loss"), 8192, Long.MIN_VALUE, Long.MAX_VALUE));
  }

  @Test
  void aLongRun_isAnsweredBeforeItIsRead_andWhollyInTheEnd() throws Exception {
    ReplayedRun run = new ReplayedRun("long", "w", 3000).store(storage);
    StoredRun stored = new StoredRun(storage, "long", "w", 0);
    stored.refresh();
    JsonNode early = RunJson.progress(stored, 0);
    assertTrue(early.get("unread").asInt() <= run.blocks());
    assertEquals(run.blocks(), early.get("blocks").asInt());
    for (int k = 0; k < 600 && stored.unread() > 0; k++) {
      stored.refresh();
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertEquals(3001, stored.run().size());
    assertEquals(0, RunJson.progress(stored, 0).get("unread").asInt());
    // Bits by their numbers are those of the two patterns.
    for (long step : new long[] {1, 50, 51, 199, 200, 201, 1234, 77, 76}) {
      JsonNode pattern = RunJson.step(stored.run(), step, "layer0").get("pattern");
      List<Integer> expected = new ArrayList<>();
      for (int unit = 0; unit < ReplayedRun.UNITS[0]; unit++) {
        for (int i = 0; i < ReplayedRun.SAMPLES; i++) {
          if (run.isOn(0, unit, i, (int) step) != run.isOn(0, unit, i, (int) step - 1)) {
            expected.add(unit * 192 + i);
          }
        }
      }
      List<Integer> sent = new ArrayList<>();
      pattern.get("flips").forEach(n -> sent.add(n.asInt()));
      assertEquals(expected, sent, "flips at " + step);
    }
  }
}
