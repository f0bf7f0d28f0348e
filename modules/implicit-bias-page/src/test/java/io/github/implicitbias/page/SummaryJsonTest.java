package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.VisitBlock;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.testkit.BlocksLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The summary says what the run says: findings, tiles, numbers of the epochs. */
class SummaryJsonTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int EPOCHS = 4;
  private static final int STEPS = 25;

  private static Finding finding(String rule, Finding.Level level, int rank, String text) {
    return Finding.of(rule, level, Finding.Subject.UNITS, text)
        .ranked(rank)
        .since(7)
        .advising("Do " + rule + ".")
        .threshold("from 5 %")
        .with("dead", "3 of 8");
  }

  private static double loss(long step) {
    return 2 * Math.pow(0.97, step);
  }

  /** A run of four epochs, tested at the first step of each. */
  private static Run run(List<Finding> findings) throws IOException {
    HeaderBuilder header = new HeaderBuilder("s", "w", 1);
    header.metric("batchLoss", Definition.NONE);
    header.metric("testLoss", Definition.NONE);
    header.metric("testAccuracy", Definition.NONE);
    BlocksLog log = new BlocksLog(header.build());
    BlockBuilder builder = new BlockBuilder(log.header().id());
    builder.reset(0, List.of());
    Record record = new Record(log.header().columns().size());
    for (int step = 0; step <= EPOCHS * STEPS; step++) {
      record.at(step, step / STEPS, true);
      for (int k = 0; k < record.values().length; k++) {
        record.set(k, Absent.VALUE);
      }
      record.set(log.header().columnNumber("batchLoss"), loss(step));
      if (step % STEPS == 0) {
        record.set(log.header().columnNumber("testLoss"), 1.5 * loss(step));
        record.set(log.header().columnNumber("testAccuracy"), 0.5 + 0.001 * step);
      }
      record.events().clear();
      if (step == 3) {
        findings.forEach(record.events()::add);
      }
      builder.add(record, List.of());
    }
    log.add(builder.seal(0, -1));
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Map<EpochNumber, Double> numbers = new EnumMap<>(EpochNumber.class);
      numbers.put(EpochNumber.MEAN_LOSS, loss(epoch * STEPS));
      numbers.put(EpochNumber.ACCURACY, 0.2 * (epoch + 1));
      numbers.put(EpochNumber.SAMPLES, 200.0);
      numbers.put(EpochNumber.VISITS, 200.0);
      numbers.put(EpochNumber.NEW_SAMPLES, epoch == 0 ? 200.0 : 0.0);
      numbers.put(EpochNumber.FORGOTTEN, (double) epoch);
      VisitLayer layer = new VisitLayer("a", new float[8], false, epoch, 0, -1, 16 * epoch, null);
      log.add(
          VisitBlock.encode(
              log.header().id(),
              epoch + 1L,
              new VisitEpoch(
                  epoch, (long) epoch * STEPS, (epoch + 1L) * STEPS - 1, numbers, List.of(layer))));
    }
    return new FollowedRun(log).whole().run();
  }

  @Test
  void findings_areInOrder_withAllTheirParts_andCounted() throws Exception {
    Run run =
        run(
            List.of(
                finding("later", Finding.Level.ATTENTION, 9, "Something is odd."),
                finding("good", Finding.Level.GOOD, 0, "All is well."),
                finding("nothing", Finding.Level.NOTHING, 1, ""),
                finding("earlier", Finding.Level.ATTENTION, 2, "3 of 8 units are dead.")));
    JsonNode answer = SummaryJson.of(run);
    assertEquals("attention", answer.get("level").asText());
    assertEquals(2, answer.at("/counts/attention").asInt());
    assertEquals(1, answer.at("/counts/good").asInt());
    List<String> rules = new ArrayList<>();
    answer.get("findings").forEach(node -> rules.add(node.get("rule").asText()));
    assertEquals(List.of("earlier", "later", "good"), rules);
    JsonNode first = answer.at("/findings/0");
    assertEquals("3 of 8 units are dead.", first.get("text").asText());
    assertEquals(7, first.get("since").asInt());
    assertEquals("Do earlier.", first.get("advice").asText());
    assertEquals("from 5 %", first.get("threshold").asText());
    assertEquals("[[\"dead\",\"3 of 8\"]]", first.get("evidence").toString());
    assertEquals("network", first.get("href").asText());
    assertTrue(first.get("layer").isNull());
    assertEquals("Do earlier. Do later.", answer.get("next").asText());
    assertEquals("3 of 8 units are dead.", answer.at("/headline/0").asText());
  }

  @Test
  void tilesAndEpochs_areThoseOfTheRun() throws Exception {
    Run run = run(List.of(finding("dead", Finding.Level.PROBLEM, 0, "Units are dead.")));
    JsonNode answer = SummaryJson.of(run);
    JsonNode fit = tile(answer, "fit");
    int last = fit.get("steps").size() - 1;
    assertEquals(EPOCHS * STEPS, fit.get("steps").get(last).asInt());
    for (int k = 0; k <= last; k++) {
      assertEquals(loss(fit.get("steps").get(k).asLong()), fit.get("values").get(k).asDouble());
    }
    assertEquals("60.0 %", tile(answer, "generalisation").get("value").asText());
    JsonNode units = tile(answer, "units");
    assertEquals("3", units.get("value").asText());
    assertEquals(8, units.get("of").asInt());
    assertEquals("problem", units.get("level").asText());
    assertEquals("[0.0,1.0,2.0,3.0]", units.get("values").toString());
    assertEquals("1.5 %", tile(answer, "forgetting").get("value").asText());
    assertEquals("3.0 %", tile(answer, "pattern").get("value").asText(), "48 of 200 x 8");
    JsonNode epochs = answer.get("epochs");
    assertEquals("[24,49,74,99]", epochs.get("step").toString());
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      assertEquals(loss(epoch * STEPS), epochs.get("train").get(epoch).asDouble());
      assertEquals(0.2 * (epoch + 1), epochs.get("right").get(epoch).asDouble());
      long tested = (epoch + 1L) * STEPS;
      assertEquals(1.5 * loss(tested), epochs.get("test").get(epoch).asDouble());
      assertEquals(0.5 + 0.001 * tested, epochs.get("testRight").get(epoch).asDouble());
    }
  }

  private static JsonNode tile(JsonNode answer, String id) {
    assertEquals(6, answer.get("tiles").size());
    for (JsonNode tile : answer.get("tiles")) {
      if (tile.get("id").asText().equals(id)) {
        return tile;
      }
    }
    throw new AssertionError("no tile " + id + ": " + answer.get("tiles"));
  }

  @Test
  void runWithoutFindings_hasAnEmptyList_andManyLongOnesMakeNoLargeAnswer() throws Exception {
    JsonNode none = SummaryJson.of(run(List.of()));
    assertEquals(0, none.get("findings").size());
    assertEquals(0, none.get("headline").size());
    assertEquals("\u2013", tile(none, "theory").get("value").asText());
    assertEquals("", tile(none, "theory").get("unit").asText(), "not 0 of 0");
    List<Finding> many = new ArrayList<>();
    for (int k = 0; k < 900; k++) {
      Finding one = finding("rule" + k, Finding.Level.ATTENTION, k, "\u0007".repeat(9000));
      for (int e = 0; e < 100; e++) {
        one = one.with("what" + e + "\u0007".repeat(900), "\u20ac".repeat(900));
      }
      many.add(one);
    }
    int bytes = MAPPER.writeValueAsBytes(SummaryJson.of(run(many))).length;
    assertTrue(bytes < 1_000_000, bytes + " bytes");
  }
}
