package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.format.VisitBlock;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitSuspects;
import io.github.implicitbias.run.format.VisitTable;
import io.github.implicitbias.testkit.BlocksLog;
import io.github.implicitbias.testkit.MadeUpRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Answers stay below a megabyte however much a run has of everything, and say what is missing. */
class BoundedAnswersTest {

  private static final int SAMPLES = 3000;
  private static final int COLUMNS = 5000;
  private static final int BLOCKS = 3000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private FollowedRun stored() throws Exception {
    int units = 1000;
    HeaderBuilder header =
        new HeaderBuilder("s", "w", 1)
            .provenance(Map.of("fact", "\u0007".repeat(19_000), "other", "\u20ac".repeat(19_000)))
            .layers(List.of(new TrackedLayer("a", 0, units, "relu")))
            .samples(new int[SAMPLES], new int[SAMPLES]);
    for (int k = 0; k < COLUMNS; k++) {
      header.metric("column\u0001\u00e9" + "x".repeat(40) + k, Definition.NONE);
    }
    BlocksLog log = new BlocksLog(header.build());
    Record record = new Record(log.header().columns().size());
    PatternHistory pattern = new PatternHistory(units, SAMPLES);
    BlockBuilder builder = new BlockBuilder(log.header().id());
    double[] values = record.values();
    for (int k = 0; k < values.length; k++) {
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
      record.at(step, 0, true);
      builder.add(record, List.of(pattern));
      if (step >= BLOCKS - 2) {
        long[] last = pattern.next();
        for (int k = 0; k < last.length; k++) {
          last[k] = k % 47 == 46 ? 0 : 0xa5a5a5a5a5a5a5a5L;
        }
        pattern.advance(0);
        record.at(step + 1, 0, true);
        builder.add(record, List.of(pattern));
      }
      // Every second number is missing: a gap before every block.
      log.add(builder.seal(2L * step + 1, 2L * step));
    }
    return new FollowedRun(log).whole();
  }

  private static JsonNode checked(String what, JsonNode answer) throws Exception {
    int bytes = MAPPER.writeValueAsBytes(answer).length;
    assertTrue(bytes < 1_000_000, what + ": " + bytes + " bytes");
    return answer;
  }

  @Test
  void columnsOfLayersThatAreLeftOut_areNoColumnsOfTheNetwork() {
    int count = 900;
    List<TrackedLayer> layers = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      layers.add(new TrackedLayer("a layer with a name that takes some room " + k, k, 1, "relu"));
    }
    HeaderBuilder builder =
        new HeaderBuilder("s", "w", 0).layers(layers).samples(new int[1], new int[1]);
    builder.metric("whole", Definition.NONE);
    for (int k = 0; k < count; k++) {
      builder.layerMetric("each", k, Definition.NONE);
    }
    JsonNode header = HeaderJson.of(builder.build());
    int told = header.get("layers").size();
    assertTrue(told < count, told + " layers");
    assertEquals(count - told, header.get("layersLeftOut").asInt());
    for (JsonNode column : header.get("columns")) {
      String name = column.get("name").asText();
      assertEquals(name.startsWith("each"), column.get("layer").isInt(), name);
    }
  }

  @Test
  void hostileSizes_makeNoLargeAnswers() throws Exception {
    FollowedRun stored = stored();
    JsonNode header = checked("run", HeaderJson.of(stored.run().header()));
    int columns = header.get("columns").size();
    assertTrue(columns > 1000, columns + " columns");
    assertEquals(COLUMNS + 5 - columns, header.get("columnsLeftOut").asInt());
    JsonNode progress = checked("progress", RunJson.progress(stored, 0));
    assertEquals(RunJson.MAX_GAPS, progress.get("gaps").size());
    assertEquals(BLOCKS / 2, progress.get("gapCount").asInt());
    JsonNode step = checked("step", RunJson.step(stored.run(), BLOCKS - 1, 0));
    assertEquals(columns, step.get("values").size());
    assertTrue(step.at("/pattern/flips").isTextual(), "all bits have flipped");
    checked(
        "series",
        RunJson.series(
            stored.view(),
            false,
            Collections.nCopies(64, "loss"),
            8192,
            Long.MIN_VALUE,
            Long.MAX_VALUE));
  }

  @Test
  void visitsOfManySamplesAndEpochs_withLongNames_makeNoLargeAnswer() throws Exception {
    int samples = 20_000;
    BlocksLog log = new BlocksLog(new HeaderBuilder("s", "w", 1).build());
    RunId id = log.header().id();
    float[] margins = new float[samples];
    float[] parts = new float[samples];
    int[] all = new int[samples];
    List<String> names = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      margins[i] = -1.2345678e-30f * i;
      parts[i] = i / 1e5f;
      all[i] = samples - 1 - i;
      names.add("\u0007".repeat(100) + i);
    }
    for (int epoch = 0; epoch < 2000; epoch++) {
      Map<EpochNumber, Double> numbers = new EnumMap<>(EpochNumber.class);
      for (EpochNumber what : EpochNumber.values()) {
        numbers.put(what, -1.234567890123456e-100);
      }
      log.add(
          VisitBlock.encode(
              id, 2L * epoch, new VisitEpoch(epoch, epoch, epoch, numbers, List.of())));
      VisitTable.Builder table =
          new VisitTable.Builder(samples, epoch, epoch)
              .status("\u0007".repeat(9000))
              .classes(List.of("\u0007".repeat(9000)))
              .suspects(new VisitSuspects(all, -1, 1, "\u0007".repeat(9000)))
              .whole(VisitColumn.LABEL, new int[samples])
              .fraction(VisitColumn.LAST_MARGIN, margins);
      if (epoch % 20 == 0 && epoch < 1999) {
        log.add(VisitBlock.encode(id, 2L * epoch + 1, table.atEpoch()));
      } else if (epoch == 1999) {
        table.fraction(VisitColumn.MEAN_CONFIDENCE, parts).ids(names);
        table.fraction(VisitColumn.SD_CONFIDENCE, parts).whole(VisitColumn.CORRECT, all);
        log.add(VisitBlock.encode(id, 2L * epoch + 1, table.atEnd()));
      }
    }
    FollowedRun stored = new FollowedRun(log).whole();
    JsonNode visits = checked("visits", VisitJson.of(stored.view()));
    assertEquals(2000, visits.at("/epochs/of").asInt());
    assertEquals(VisitJson.MAX_EPOCHS, visits.at("/epochs/epoch").size());
    assertEquals(1999, visits.at("/epochs/epoch/499").asInt());
    assertEquals(samples, visits.at("/suspects/count").asInt());
    assertEquals(VisitedSampleJson.MAX_SUSPECTS, visits.at("/suspects/told").asInt());
    VisitDigest digest = Objects.requireNonNull(stored.view().digest());
    JsonNode page =
        checked("suspects", VisitedSampleJson.suspects(stored.run().visits(), digest, 0));
    assertEquals(VisitedSampleJson.PAGE, page.get("list").size());
    assertEquals(VisitDigest.MAX_EPOCHS, page.at("/list/0/margins").size());
    JsonNode map = checked("dataMap", DataMapJson.of(digest, "confidence", -1));
    assertEquals(samples, map.get("count").asInt());
  }

  @Test
  void aLongRun_isAnsweredBeforeItIsRead_andWhollyInTheEnd() throws Exception {
    MadeUpRun run = new MadeUpRun("long", "w", 3000);
    FollowedRuns runs = new FollowedRuns(RunCatalog.of(run.log().slow(2)), 0);
    FollowedRun stored = runs.find(run.header.id());
    JsonNode early = RunJson.progress(stored, 0);
    assertTrue(early.get("unread").asInt() > 0);
    assertEquals(run.blocks(), early.get("blocks").asInt());
    while (stored.follower().unread() > 0) {
      runs.find(run.header.id());
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertEquals(3001, stored.run().size());
    assertEquals(0, RunJson.progress(stored, 0).get("unread").asInt());
    // Bits by their numbers are those of the two patterns.
    for (long step : new long[] {1, 50, 51, 199, 200, 201, 1234, 77, 76}) {
      JsonNode pattern = RunJson.step(stored.run(), step, 0).get("pattern");
      List<Integer> expected = new ArrayList<>();
      for (int unit = 0; unit < MadeUpRun.UNITS[0]; unit++) {
        for (int i = 0; i < MadeUpRun.SAMPLES; i++) {
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
