package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.testkit.MadeUpRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LogSeriesTest {

  private static final int STEPS = 10_000;

  private static MadeUpRun replayed;
  private static FollowedRun run;

  @BeforeAll
  static void store() throws Exception {
    replayed = new MadeUpRun("s", "w", STEPS);
    run = new FollowedRun(replayed.log()).whole();
  }

  private JsonNode loss(int points, long from, long to) {
    return RunJson.series(run.view(), true, List.of("loss"), points, from, to).at("/columns/loss");
  }

  @Test
  void everyPointIsARecord_inOrder_andThereAreNoMoreThanAskedFor() {
    JsonNode found = loss(500, Long.MIN_VALUE, Long.MAX_VALUE);
    long before = -1;
    for (int i = 0; i < found.get("steps").size(); i++) {
      int step = found.get("steps").get(i).asInt();
      assertTrue(step > before, "step " + step);
      assertEquals(replayed.value("loss", step), found.get("values").get(i).asDouble());
      before = step;
    }
    assertTrue(found.get("steps").size() <= 500);
    assertEquals(0, found.get("steps").get(0).asInt());
    // The loss falls: its last bucket ends with the last record or the least near it.
    assertTrue(before > 0.97 * STEPS, "ends at " + before);
  }

  @Test
  void theFirstStepsAreAllThere_whichEvenSpacingDoesNotHave() {
    JsonNode found = loss(500, Long.MIN_VALUE, Long.MAX_VALUE);
    for (int i = 0; i < 25; i++) {
      assertEquals(i, found.get("steps").get(i).asInt());
    }
    JsonNode even =
        RunJson.series(run.view(), false, List.of("loss"), 500, Long.MIN_VALUE, Long.MAX_VALUE)
            .at("/columns/loss/steps");
    assertTrue(even.get(2).asInt() > 25, "evenly spaced: " + even.get(2));
    // No stretch of the axis is empty: between neighbours there is at most a bucket or two.
    for (int i = 1; i < found.get("steps").size(); i++) {
      double apart =
          Math.log1p(found.get("steps").get(i).asInt())
              - Math.log1p(found.get("steps").get(i - 1).asInt());
      assertTrue(apart < 0.7 && (i < 25 || apart < 0.09), i + ": " + apart);
    }
  }

  @Test
  void ofEveryBucket_theLeastAndTheGreatestAreThere() {
    JsonNode found = loss(200, Long.MIN_VALUE, Long.MAX_VALUE);
    double most = Double.NEGATIVE_INFINITY;
    double least = Double.POSITIVE_INFINITY;
    for (JsonNode value : found.get("values")) {
      most = Math.max(most, value.asDouble());
      least = Math.min(least, value.asDouble());
    }
    double[] all =
        replayed.values.stream()
            .mapToDouble(row -> row[replayed.header.columnNumber("loss")])
            .toArray();
    assertEquals(Arrays.stream(all).max().orElse(0), most);
    assertEquals(Arrays.stream(all).min().orElse(0), least);
  }

  @Test
  void aRangeAtTheStart_hasEveryRecord_andAbsentValuesAreLeftOut() {
    List<Integer> expected = new ArrayList<>();
    for (int step = 0; step <= 300; step++) {
      if (!Absent.is(replayed.value("updateNorm", step))) {
        expected.add(step);
      }
    }
    assertFalse(expected.contains(0));
    List<Integer> steps = new ArrayList<>();
    RunJson.series(run.view(), true, List.of("updateNorm", "loss"), 1000, 0, 300)
        .at("/columns/updateNorm/steps")
        .forEach(step -> steps.add(step.asInt()));
    assertEquals(expected, steps);
    assertEquals(301, loss(1000, 0, 300).get("steps").size());
    assertEquals(0, loss(1000, STEPS + 1, STEPS + 5).get("steps").size());
  }

  @Test
  void aShortRun_isAnsweredInFull() throws Exception {
    FollowedRun shortRun = new FollowedRun(new MadeUpRun("short", "w", 60).log()).whole();
    JsonNode found =
        RunJson.series(shortRun.view(), true, List.of("loss"), 200, Long.MIN_VALUE, Long.MAX_VALUE);
    assertEquals(61, found.at("/columns/loss/steps").size());
  }

  @Test
  void theListOfRuns_isBounded_andSaysHowManyMoreThereAre() {
    List<RunCatalog.Entry> entries = new ArrayList<>();
    for (int i = 0; i < RunJson.MAX_RUNS + 7; i++) {
      entries.add(entry("session " + i, i));
    }
    JsonNode list = RunJson.list(entries);
    assertEquals(RunJson.MAX_RUNS, list.get("runs").size());
    assertEquals(7, list.get("more").asInt());
    assertEquals("session " + (RunJson.MAX_RUNS + 6), list.at("/runs/0/session").asText());
    assertFalse(RunJson.list(entries.subList(0, RunJson.MAX_RUNS)).has("more"));
    List<RunCatalog.Entry> lengthy = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      lengthy.add(entry("x".repeat(30_000) + i, i));
    }
    JsonNode cut = RunJson.list(lengthy);
    assertTrue(cut.toString().length() < 1_000_000);
    assertEquals(100, cut.get("runs").size() + cut.get("more").asInt());
  }

  private static RunCatalog.Entry entry(String session, long startedAt) {
    return new RunCatalog.Entry(new HeaderBuilder(session, "w", startedAt).build(), false);
  }
}
