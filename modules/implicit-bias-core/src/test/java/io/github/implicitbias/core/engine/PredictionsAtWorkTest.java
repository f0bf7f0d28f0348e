package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PredictionsAtWorkTest extends AtWork {

  @Test
  void verdicts_areColumnsAndEvents_andCanBeHadFromAFileAndFromAThinnedRun(@TempDir Path folder)
      throws IOException {
    predictions.add(prediction("holding", Map.of()));
    predictions.add(
        prediction(
            "violated",
            Map.of(
                400L, Verdict.violated(0.1, 0.05, "too large: by far; really"),
                401L, Verdict.violated(0.2, 0.05, ""),
                700L, Verdict.violated(9, 0.05, "again"))));
    Map<Long, Verdict> reached = new TreeMap<>();
    Map<Long, Verdict> never = new TreeMap<>();
    for (long step = 0; step < 1001; step++) {
      never.put(step, Verdict.notApplicable("2 layers, 1 is needed"));
      if (step > 600) {
        reached.put(step, Verdict.reached(step / 1000.0, Absent.VALUE, ""));
      }
    }
    predictions.add(prediction("reached", reached));
    predictions.add(
        prediction(
            "never",
            never,
            List.of(new Condition(true, "one layer"), new Condition(false, "0.3 is too much"))));
    memory = new MemoryRecorder(1 << 14);
    MemoryRecorder whole = new MemoryRecorder(1 << 30);
    Path file = folder.resolve("a.ibrun");
    start(memory, whole, RunFile.create(file));
    for (long step = 0; step < 1000; step++) {
      record(step);
      if (step % 100 == 99) {
        engine.queue().requestFlush();
        long size = step + 1;
        EngineFixture.await("flush", () -> whole.run() != null && whole.run().size() == size);
      }
    }
    Run run = close();
    assertTrue(run.isThinned());
    for (Run one : List.of(whole.run(), RunFile.open(file), run)) {
      Map<String, RunVerdict> verdicts =
          one.verdicts().stream().collect(Collectors.toMap(RunVerdict::id, v -> v));
      assertEquals(4, verdicts.size());
      RunVerdict violated = verdicts.get("violated");
      assertEquals(Verdict.State.VIOLATED, violated.state());
      assertEquals(400, violated.step());
      assertEquals(0.1, violated.measured());
      assertEquals(0.05, violated.bound());
      assertEquals("too large: by far; really", violated.detail());
      assertEquals("It is so, says violated.", violated.statement());
      assertEquals("derived here", violated.source());
      RunVerdict atGoal = verdicts.get("reached");
      assertEquals(Verdict.State.REACHED, atGoal.state());
      assertEquals(601, atGoal.step());
      assertEquals(0.999, atGoal.measured());
      assertTrue(Absent.is(atGoal.bound()));
      RunVerdict holding = verdicts.get("holding");
      assertEquals(Verdict.State.HOLDS, holding.state());
      assertEquals(-1, holding.step());
      assertEquals(999, holding.measured());
      assertEquals(50, holding.bound());
      RunVerdict notApplicable = verdicts.get("never");
      assertEquals(Verdict.State.NOT_APPLICABLE, notApplicable.state());
      assertEquals(0, notApplicable.step());
      assertEquals("2 layers, 1 is needed", notApplicable.detail());
      assertTrue(Absent.is(notApplicable.measured()));
    }
    Run exact = whole.run();
    assertEquals(2, exact.value("violated.verdict", 400));
    assertEquals(1, exact.value("violated.verdict", 402));
    assertEquals(0.2, exact.value("violated.measured", 401));
    assertEquals(0, exact.value("never.verdict", 0));
    assertTrue(Absent.is(exact.value("never.verdict", 7)));
    assertTrue(Absent.is(exact.value("never.bound", 0)));
    assertFalse(verdict(exact, "never").hasApplied());
    assertTrue(verdict(exact, "reached").hasApplied());
    assertEquals(
        List.of("met: one layer", "not met: 0.3 is too much"),
        verdict(exact, "never").conditions().stream()
            .map(Condition::toString)
            .collect(Collectors.toList()));
    assertEquals(List.of(), verdict(exact, "holding").conditions());
    exact.writeCsv(folder.resolve("csv"));
    String head = Files.readAllLines(folder.resolve("csv/steps.csv")).get(0);
    assertTrue(head.contains("reached.measured"));
    assertFalse(head.contains("never.measured"));
    assertEquals(
        List.of(
            "predictionNotApplicable 0",
            "predictionViolated 400",
            "predictionReached 601",
            "predictionViolated 700"),
        exact.events().stream()
            .filter(e -> e.kind().id().startsWith("prediction"))
            .filter(e -> e.kind() != EventKind.PREDICTION_CONDITIONS)
            .map(e -> e.kind().id() + " " + e.step())
            .collect(Collectors.toList()));
  }

  private static RunVerdict verdict(Run run, String id) {
    return run.verdicts().stream().filter(v -> v.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void predictionThatThrows_isSwitchedOff_andAFlappingOneHasFewEvents() {
    Map<Long, Verdict> flapping = new TreeMap<>();
    for (long step = 0; step < 400; step += 2) {
      flapping.put(step, Verdict.reached(1, 1, ""));
    }
    predictions.add(prediction("flapping", flapping));
    predictions.add(
        new Prediction() {
          @Override
          public String id() {
            return "bad";
          }

          @Override
          public String statement() {
            return "";
          }

          @Override
          public String source() {
            return "";
          }

          @Override
          public Check start(Observation first) {
            return observation -> {
              throw new StackOverflowError();
            };
          }
        });
    start(memory);
    for (long step = 0; step < 400; step++) {
      record(step);
    }
    Run run = close();
    assertEquals(Map.of("prediction bad", 3), engine.failures());
    assertTrue(Double.isNaN(run.value("bad.verdict", 2)) && !Absent.is(run.value("bad.bound", 2)));
    assertTrue(Absent.is(run.value("bad.verdict", 3)));
    assertEquals(
        32, run.events().stream().filter(e -> e.kind() == EventKind.PREDICTION_REACHED).count());
    assertEquals(null, run.verdicts().get(1).state());
  }
}
