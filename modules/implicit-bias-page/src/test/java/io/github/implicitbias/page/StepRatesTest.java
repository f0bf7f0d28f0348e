package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.testkit.MadeUpRun;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sums over steps are exact, whatever the buckets, and the same from a server and in a file. */
class StepRatesTest {

  private static final String LAYER = "layer0";

  @TempDir private Path folder;

  private static double sum(JsonNode row) {
    return StreamSupport.stream(row.spliterator(), false).mapToDouble(JsonNode::asDouble).sum();
  }

  @Test
  void everyFlipIsCountedOnce_atItsStep() throws Exception {
    MadeUpRun madeUp = new MadeUpRun("s", "w", 2000);
    FollowedRun followed = new FollowedRun(madeUp.log()).whole();
    Run run = followed.run();
    ObjectNode found = followed.view().rates.flips(0);
    assertEquals(1, found.get("width").asLong());
    assertEquals(run.firstStep(), found.get("begin").asLong());
    for (FlipKind kind : FlipKind.values()) {
      assertEquals(run.flips(LAYER, kind), sum(found.get(kind.id())), kind.id());
      for (long step = 1; step <= 2000; step += 37) {
        assertEquals(
            run.value(kind.id() + "s[" + LAYER + "]", step),
            found.get(kind.id()).get((int) step).asDouble(),
            kind + " at " + step);
      }
    }
    assertEquals(2000, sum(found.get("steps")), "the first step has none before it");
  }

  @Test
  void meansAreThoseOfAllRecords() throws Exception {
    MadeUpRun madeUp = new MadeUpRun("s", "w", 9000);
    FollowedRun followed = new FollowedRun(madeUp.log()).whole();
    ObjectNode found = followed.view().rates.means();
    int width = found.get("width").asInt();
    assertEquals(4, width, "9,001 steps in at most 4,096 buckets");
    for (int at = 0; at < found.get("loss").size(); at += 101) {
      double sum = 0;
      int count = 0;
      for (long step = (long) width * at; step < (long) width * (at + 1) && step <= 9000; step++) {
        sum += followed.run().value("loss", step);
        count++;
      }
      assertEquals(sum, found.get("loss").get(at).asDouble(), 1e-12 * Math.abs(sum));
      assertEquals(count, found.get("lossRecords").get(at).asInt());
    }
  }

  @Test
  void aRunThatIsFollowed_hasTheSameAnswer_asOneThatIsReadAtOnce_andAsAFile() throws Exception {
    MadeUpRun madeUp = new MadeUpRun("s", "w", 2000);
    FollowedRuns runs = new FollowedRuns(RunCatalog.of(madeUp.log().slow(1)), 0);
    FollowedRun followed = runs.find(madeUp.header.id());
    while (followed.follower().unread() > 0) {
      runs.find(madeUp.header.id()).view().rates.means();
    }
    FollowedRun whole = new FollowedRun(madeUp.log()).whole();
    Path file = folder.resolve("run.html");
    RunPage.write(madeUp.log(), file);
    JsonNode answers = new WrittenRun(file).json("answers");
    String flips = whole.view().rates.flips(0).toString();
    assertEquals(flips, followed.view().rates.flips(0).toString());
    assertEquals(flips, answers.get("flips\nlayer=0").toString());
    String means = whole.view().rates.means().toString();
    assertEquals(means, followed.view().rates.means().toString());
    assertEquals(means, answers.get("means").toString());
    assertTrue(flips.length() < 1_000_000 && means.length() < 1_000_000);
  }

  @Test
  void whatIsSpreadOverSteps_isThereInAllOfThem_whateverTheBuckets() {
    Random random = new Random(5);
    StepSums sums = new StepSums(2, 2 * 64);
    double[] expected = new double[3000];
    long at = 7;
    sums.start(at);
    while (at < 2900) {
      long next = at + 1 + random.nextInt(40);
      double amount = random.nextInt(100);
      sums.spread(0, at, next, amount);
      sums.spread(1, at, next, next - at);
      for (long step = at + 1; step <= next; step++) {
        expected[(int) step] += amount / (next - at);
      }
      at = next;
    }
    assertTrue(sums.size() <= 64 && sums.width() >= 32, sums.size() + " of " + sums.width());
    for (int bucket = 0; bucket < sums.size(); bucket++) {
      double sum = 0;
      int seen = 0;
      for (long step = 7 + bucket * sums.width(); step < 7 + (bucket + 1) * sums.width(); step++) {
        sum += expected[(int) step];
        seen += step > 7 && step <= at ? 1 : 0;
      }
      assertEquals(sum, sums.sum(0, bucket), 1e-9 * (1 + sum), "bucket " + bucket);
      assertEquals(seen, sums.sum(1, bucket), 1e-9);
    }
  }

  @Test
  void memoryIsBounded_andTheLargestAnswer() throws Exception {
    StepSums sums = new StepSums(3, 1 << 21);
    Random random = new Random(6);
    for (long step = 0; step < 3_000_000; step += 3) {
      sums.add(0, step, random.nextDouble());
    }
    assertTrue(sums.size() <= StepSums.MAX_BUCKETS && sums.size() > StepSums.MAX_BUCKETS / 2);
    MadeUpRun madeUp = new MadeUpRun("s", "w", 9000);
    FollowedRun followed = new FollowedRun(madeUp.log()).whole();
    assertTrue(followed.view().rates.flips(0).toString().length() < 1_000_000);
  }
}
