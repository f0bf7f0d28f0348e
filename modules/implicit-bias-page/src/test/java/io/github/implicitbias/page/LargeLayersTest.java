package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.testkit.BlocksLog;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The questions about units at their bounds, over an index that is whole. */
class LargeLayersTest {

  private RunAnswers answers;

  private JsonNode ask(String question) throws Exception {
    int at = question.indexOf('?');
    Question asked =
        at < 0
            ? new Question(question)
            : Question.parse(question.substring(0, at), question.substring(at + 1));
    JsonNode answer = answers.answer(asked);
    assertTrue(answer.toString().length() < 1_000_000, question);
    return answer;
  }

  private static HeaderBuilder header(int units) {
    return new HeaderBuilder("s", "w", 1)
        .layers(
            List.of(
                new TrackedLayer("layer0", 0, units, "relu"),
                new TrackedLayer("layer1", 1, 2, "relu")))
        .samples(new int[1], new int[1]);
  }

  /** A run with values per unit at every second step. */
  private RunHeader follow(HeaderBuilder builder, int steps) throws Exception {
    RunHeader header = builder.build();
    BlocksLog log = new BlocksLog(header);
    Record record = new Record(header.columns().size());
    BlockBuilder block = new BlockBuilder(header.id());
    int blocks = 0;
    for (int first = 0; first <= steps; first += 100) {
      block.reset(1, null);
      for (int step = first; step <= Math.min(steps, first + 99); step++) {
        double[][] rows = new double[header.rows()][];
        for (int k = 0; k < rows.length && step % 2 == 0; k++) {
          rows[k] = new double[header.rowLength(k)];
          for (int unit = 0; unit < rows[k].length; unit++) {
            rows[k][unit] = value(k, unit, step);
          }
        }
        record.at(step, 0, true);
        record.rows(rows);
        block.add(record, List.of());
      }
      log.add(block.seal(blocks, blocks - 1L));
      blocks++;
    }
    answers = new RunAnswers(new FollowedRun(log).whole());
    return header;
  }

  private static double value(int column, int unit, int step) {
    return (column + 1) * Math.sin(unit + 1e-3 * step) * (column == 2 ? unit : 1) + 1e-12 * step;
  }

  @Test
  void largeLayers_haveBoundedAnswers_ofTheUnitsWithTheLargestNorms() throws Exception {
    HeaderBuilder builder = header(3000);
    for (String id : UnitJson.PATHS) {
      builder.unitMetric(id, 0, Definition.NONE);
    }
    RunHeader header = follow(builder.unitMetric("own", 1, Definition.NONE), 1001);
    JsonNode answer = ask("units?layer=0&step=801");
    assertEquals(4, answer.get("columns").size());
    for (int k = 0; k < 4; k++) {
      JsonNode column = answer.get("columns").get(header.row(k).name());
      assertEquals(800, column.get("step").asInt());
      assertEquals(3000, column.get("values").size());
      assertEquals(value(k, 2999, 800), column.get("values").get(2999).asDouble());
    }
    answer = ask("units?layer=1&step=5");
    assertEquals(1, answer.get("columns").size());
    assertEquals(
        value(4, 1, 4), answer.get("columns").get(header.row(4).name()).at("/values/1").asDouble());
    JsonNode own = ask("unitSeries?layer=1");
    assertEquals(0, own.get("steps").size() + own.get("columns").size() + own.get("units").size());

    JsonNode paths = ask("unitSeries?layer=0");
    assertEquals(UnitJson.MAX_PATHS, paths.get("units").size());
    int steps = paths.get("steps").size();
    assertTrue(steps > 40 && steps * 4 * 256 <= UnitJson.MAX_PATH_NUMBERS, steps + " steps");
    assertEquals(0, paths.get("steps").get(0).asInt());
    assertEquals(1000, paths.get("steps").get(steps - 1).asInt());
    double least = Double.MAX_VALUE;
    boolean[] sent = new boolean[3000];
    for (JsonNode unit : paths.get("units")) {
      sent[unit.asInt()] = true;
      least = Math.min(least, value(2, unit.asInt(), 1000));
    }
    for (int unit = 0; unit < 3000; unit++) {
      assertTrue(sent[unit] || value(2, unit, 1000) <= least, "unit " + unit);
    }
    for (int k = 0; k < steps; k += 7) {
      int step = paths.get("steps").get(k).asInt();
      int unit = paths.get("units").get(k).asInt();
      assertEquals(
          value(1, unit, step),
          paths.get("columns").get(header.row(1).name()).get(k).get(k).asDouble(),
          1e-6);
    }
  }

  @Test
  void manyColumnsWithLongNames_haveBoundedAnswers() throws Exception {
    HeaderBuilder builder = header(3000);
    for (int k = 0; k < 300; k++) {
      String id = k % 3 == 0 ? "<b>\u00e4".repeat(120) + k : "c" + k;
      builder.unitMetric(id, 0, Definition.NONE);
    }
    RunHeader header = follow(builder, 0);
    JsonNode run = ask("run");
    assertEquals(42, run.get("unitColumns").size());
    JsonNode answer = ask("units?layer=0&step=0");
    assertEquals(42, answer.get("columns").size());
    assertEquals(857, answer.get("columns").get(header.row(1).name()).get("values").size());
    assertFalse(answer.get("columns").get(header.row(1).name()).at("/values/856").isMissingNode());
  }
}
