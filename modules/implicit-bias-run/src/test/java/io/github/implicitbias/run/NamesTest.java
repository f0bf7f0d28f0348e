package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and texts are only names and texts: nothing is read out of them. */
class NamesTest {

  @TempDir Path folder;

  private static Statement statement(String id) {
    return new Statement(id, "It stays below.", "Theorem 1", "", "measured", "bound");
  }

  /** Records three steps; the prediction is violated at the second only. */
  private static Run run(RunHeader header, String detail, boolean withEvent) throws IOException {
    BlockBuilder builder = new BlockBuilder(header.id());
    List<PatternHistory> none = List.of();
    builder.reset(0, none);
    int verdict = header.find(Column.Kind.VERDICT, header.predictions().get(0).id(), -1);
    for (int step = 0; step < 3; step++) {
      Record record = new Record(header.columns().size());
      record.at(step, 0, true);
      record.set(verdict, (step == 1 ? Verdict.State.VIOLATED : Verdict.State.HOLDS).ordinal());
      record.set(verdict + 1, step == 1 ? 2 : 0.5);
      record.set(verdict + 2, 1);
      if (step == 1 && withEvent) {
        record.events().addOfPrediction(EventKind.PREDICTION_VIOLATED, 0, 2, 1, detail, List.of());
      }
      builder.add(record, none);
    }
    byte[] block = builder.seal(0, -1);
    return RandomRun.run(RunHeader.decode(header.encode()), List.of(block));
  }

  private static void assertViolated(RunVerdict verdict, String detail) {
    assertEquals(Verdict.State.VIOLATED, verdict.state());
    assertEquals(1, verdict.step());
    assertEquals(2, verdict.measured());
    assertEquals(1, verdict.bound());
    assertEquals(detail, verdict.detail());
    assertTrue(verdict.hasApplied());
  }

  @Test
  void verdict_isWhatTheEventSays_inWhateverWords() throws IOException {
    for (String detail :
        List.of(
            "p: violated at step 1, measured 2.0, bound 1.0",
            "p was violated at step 1: measured 2.0, bound 1.0",
            "p: violado en el paso 1, measured 2.0, bound 1.0",
            "p: holds so far, measured 7.0, bound 9.0",
            "in Schritt 1 verletzt, gemessen 2,0",
            "\u7b2c1\u6b65\u8fdd\u53cd",
            "at step 99 not applicable: reached",
            "")) {
      RunHeader header = RandomRun.plain(1).prediction(statement("p")).build();
      assertViolated(run(header, detail, true).verdicts().get(0), detail);
    }
  }

  @Test
  void violationWhoseEventWasLost_isKnownFromItsRecord() throws IOException {
    RunHeader header = RandomRun.plain(1).prediction(statement("p")).build();
    assertViolated(run(header, "", false).verdicts().get(0), "");
  }

  @Test
  void metricsCalledLikeColumnsOfAPrediction_takeNothingFromIt() throws IOException {
    for (boolean metricsFirst : new boolean[] {true, false}) {
      HeaderBuilder builder = RandomRun.plain(1);
      if (!metricsFirst) {
        builder.prediction(statement("jury"));
      }
      for (String metric : List.of("jury.verdict", "jury.measured", "jury.bound", "lower.bound")) {
        builder.metric(metric, Definition.NONE.title("mine"));
      }
      if (metricsFirst) {
        builder.prediction(statement("jury"));
      }
      RunHeader header = builder.build();
      assertEquals(5 + 4 + 3, header.columns().stream().map(Column::name).distinct().count());
      Run run = run(header, "so", true);
      assertEquals(1, run.verdicts().size());
      assertViolated(run.verdicts().get(0), "so");
      for (String metric : List.of("jury.verdict", "jury.measured", "jury.bound", "lower.bound")) {
        int at = run.header().find(Column.Kind.METRIC, metric, -1);
        Column column = run.header().columns().get(at);
        assertEquals("mine", column.definition().title());
        assertEquals(-1, column.prediction());
        assertTrue(Absent.is(run.value(column.name(), 1)));
      }
      String csv = csv(run, "steps.csv");
      assertEquals("step,epoch," + String.join(",", header.columnNames()), csv.split("\r\n")[0]);
      run.writeJson(folder.resolve("run.json"));
      String json = Files.readString(folder.resolve("run.json"));
      assertTrue(json.contains("\"state\":\"violated\",\"step\":1"), json);
      assertTrue(
          json.contains("\"name\":\"lower.bound\",\"id\":\"lower.bound\",\"kind\":\"metric"));
    }
  }

  @Test
  void threeMetricsOfThatKind_withoutAPrediction_areNoVerdict() {
    RunHeader header =
        RandomRun.plain(1)
            .metric("jury.verdict", Definition.NONE)
            .metric("jury.measured", Definition.NONE)
            .metric("jury.bound", Definition.NONE)
            .build();
    assertTrue(new GrowingRun(header, index -> null).run().verdicts().isEmpty());
  }

  @Test
  void predictionsThatAreNotApplicable_haveNoColumnsInCsv_metricsLikeThemDo() throws IOException {
    RunHeader header =
        RandomRun.plain(1)
            .prediction(statement("first"))
            .prediction(statement("never"))
            .metric("never.verdict", Definition.NONE)
            .build();
    String head = csv(run(header, "", true), "steps.csv").split("\r\n")[0];
    assertTrue(head.endsWith(",first.verdict,first.measured,first.bound,never.verdict (2)"), head);
  }

  private String csv(Run run, String name) throws IOException {
    run.writeCsv(folder.resolve("csv"));
    return Files.readString(folder.resolve("csv").resolve(name));
  }

  @Test
  void namesThatLookLikeLayers_areNotTakenApart() {
    TrackedLayer odd = new TrackedLayer("a]b[c", 0, 2, "relu");
    RunHeader header =
        RandomRun.plain(1, odd)
            .metric("norm[a]b[c]", Definition.NONE)
            .layerMetric("norm", Definition.NONE)
            .build();
    int ofNetwork = header.find(Column.Kind.METRIC, "norm[a]b[c]", -1);
    int ofLayer = header.columnNumber("norm", "a]b[c");
    assertEquals(5, ofNetwork);
    assertEquals(6, ofLayer);
    assertEquals("norm[a]b[c] (2)", header.columns().get(ofLayer).name());
    assertEquals(-1, header.find(Column.Kind.METRIC, "norm", -1));
  }

  @Test
  void cellsThatBeginLikeAFormula_areDefused_inEveryCsvFile() throws IOException {
    String evil = "=HYPERLINK(\"http://evil\",\"x\")";
    RunHeader header =
        RandomRun.plain(1, new TrackedLayer(evil, 0, 1, "relu"))
            .metric("@sum", Definition.NONE)
            .sampleMetric("+1", Definition.NONE)
            .unitMetric("-a1", 0, Definition.NONE)
            .prediction(statement("\tp"))
            .build();
    PatternHistory pattern = new PatternHistory(1, 1);
    pattern.advance(0);
    BlockBuilder builder = new BlockBuilder(header.id());
    builder.reset(0, List.of(pattern));
    Record record = new Record(header.columns().size());
    record.at(0, 0, true);
    record.set(0, -1);
    record.set(header.find(Column.Kind.VERDICT, "\tp", -1), 1);
    record.rows(new double[][] {{-2}, {-3}});
    record.events().add(EventKind.METRIC_FAILED, 0, 0, -1, "\r=1+1");
    record.events().addOfPrediction(EventKind.PREDICTION_REACHED, 0, -1, -2, "-x", List.of());
    builder.add(record, List.of(pattern));
    Run run = RandomRun.run(header, List.of(builder.seal(0, -1)));
    String steps = csv(run, "steps.csv");
    assertTrue(steps.contains(",'@sum,"), steps);
    assertTrue(steps.contains(",'\tp.verdict,"), steps);
    assertTrue(steps.contains("\r\n0,0,-1.0,"), "numbers stay numbers");
    String quoted = "\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\"";
    assertTrue(csv(run, "patterns.csv").contains("\r\n0," + quoted + ",0,0x0"));
    assertTrue(csv(run, "samples.csv").contains("\r\n0,'+1,-2.0"));
    assertTrue(csv(run, "units.csv").contains("\r\n0," + quoted + ",'-a1,-3.0"));
    String events = csv(run, "events.csv");
    assertTrue(events.contains("," + quoted + ",0,,,,,\"'\r=1+1\"\r\n"), events);
    assertTrue(events.contains(",'\tp,-1.0,-2.0,'-x\r\n"), events);
  }

  @Test
  void latestOfARunWithoutRecords_isAbsent() {
    Run run = new GrowingRun(RandomRun.header(3, 2), index -> null).run();
    assertTrue(Absent.is(run.latest("loss")));
    assertTrue(Absent.is(run.latest("deadUnits[layer0]")));
    assertThrows(IllegalArgumentException.class, () -> run.latest("nope"));
    assertFalse(run.verdicts().isEmpty());
    assertNull(run.verdicts().get(0).state());
    assertTrue(Absent.is(run.verdicts().get(0).measured()));
  }

  @Test
  void idOfARun_isItsText() {
    RunId id = RunId.random();
    assertEquals(id, RunId.parse(id.toString()));
    assertEquals(32, id.toString().length());
    assertEquals(new RunId(-1, 10), RunId.parse("ffffffffffffffff000000000000000a"));
    assertFalse(id.equals(RunId.random()));
    assertTrue(new RunId(-1, 0).compareTo(new RunId(1, 0)) > 0);
    for (String wrong : List.of("", "x", "0".repeat(31), "0".repeat(33), "g".repeat(32))) {
      assertThrows(IllegalArgumentException.class, () -> RunId.parse(wrong));
    }
  }
}
