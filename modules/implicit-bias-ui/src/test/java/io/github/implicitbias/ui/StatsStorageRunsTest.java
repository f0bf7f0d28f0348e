package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.listener.ImplicitBiasBlock;
import io.github.implicitbias.page.RunCatalog;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFollower;
import io.github.implicitbias.testkit.MadeUpRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.core.storage.StatsStorageListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

class StatsStorageRunsTest {

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private final StatsStorageRuns runs = new StatsStorageRuns();

  StatsStorageRunsTest() {
    runs.attach(storage);
  }

  private RunFollower follow(ReplayedRun run) throws Exception {
    RunFollower follower = new RunFollower(runs.open(run.header.id()));
    follower.followAll();
    return follower;
  }

  private static void checkIsWhole(ReplayedRun expected, Run run) {
    assertEquals(expected.steps + 1, run.size());
    assertEquals(List.of(), run.gaps());
    for (int step = 0; step <= expected.steps; step += 7) {
      assertArrayEquals(expected.values.get(step), run.values(step));
      ActivationPattern pattern = run.patternAt(step, "layer1");
      for (int unit = 0; unit < MadeUpRun.UNITS[1]; unit++) {
        for (int sample = 0; sample < MadeUpRun.SAMPLES; sample += 11) {
          assertEquals(expected.isOn(1, unit, sample, step), pattern.isOn(unit, sample));
        }
      }
    }
  }

  @Test
  void whatArrivesBetweenTwoLooks_isSeen() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 300).begin(storage).put(storage, 0);
    RunFollower follower = follow(run);
    assertEquals(49, follower.run().lastStep());
    long version = follower.version();
    follower.followAll();
    assertEquals(version, follower.version());
    run.put(storage, 1);
    follower.followAll();
    assertEquals(99, follower.run().lastStep());
    assertNotEquals(version, follower.version());
  }

  @Test
  void aBlockThatArrivesLate_closesTheGap() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 300).store(storage, 2);
    RunFollower follower = follow(run);
    assertEquals(1, follower.run().gaps().size());
    run.put(storage, 2);
    checkIsWhole(run, follower.followAll());
  }

  @Test
  void damagedBlocks_areLeftOut_andShownAsAGap() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 300).store(storage, 1, 3);
    run.putAt(storage, run.header.startedAt() + 2, new byte[] {1, 2, 3});
    run.putAt(storage, run.header.startedAt() + 4, new byte[200]);
    Run found = follow(run).run();
    assertEquals(2, found.gaps().size());
    assertEquals(300, found.lastStep());
    assertEquals(201, found.size());
  }

  @Test
  void blocksAreInTheOrderOfTheirNumbers_whateverTheirTimes() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 600).begin(storage);
    List<Integer> order = new ArrayList<>();
    for (int block = 0; block < run.blocks(); block++) {
      order.add(block);
    }
    Collections.shuffle(order, new Random(3));
    long time = run.header.startedAt();
    for (int block : order) {
      run.putAt(storage, ++time, run.sealed().get(block));
    }
    run.putAt(storage, ++time, run.sealed().get(4)); // once more
    RunFollower follower = follow(run);
    follower.followAll();
    checkIsWhole(run, follower.run());
    run.putAt(storage, ++time, new byte[7]);
    long version = follower.version();
    checkIsWhole(run, follower.followAll());
    assertEquals(version, follower.version(), "nothing was read anew");
  }

  @Test
  void blocksOfAnotherRunUnderTheSameKey_areNotMixedIn() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 300).store(storage);
    ReplayedRun other = new ReplayedRun("s", "w", 300);
    for (int block = 0; block < other.blocks(); block++) {
      run.putAt(storage, run.header.startedAt() + 100 + block, other.sealed().get(block));
    }
    checkIsWhole(run, follow(run).run());
  }

  @Test
  void twoRunsOfTheSameSessionAndWorker_areBothListed_andBothWhole() throws Exception {
    ReplayedRun first = new ReplayedRun("mine", "worker-0", 900).begin(storage);
    ReplayedRun second = new ReplayedRun("mine", "worker-0", 700).begin(storage);
    List<CompletableFuture<Void>> both = new ArrayList<>();
    for (ReplayedRun run : List.of(first, second)) {
      both.add(
          CompletableFuture.runAsync(
              () -> {
                for (int block = 0; block < run.blocks(); block++) {
                  run.put(storage, block);
                }
              }));
    }
    RunFollower ofFirst = new RunFollower(runs.open(first.header.id()));
    RunFollower ofSecond = new RunFollower(runs.open(second.header.id()));
    while (both.stream().anyMatch(one -> !one.isDone())) {
      ofFirst.follow(1);
      ofSecond.follow(1);
    }
    for (CompletableFuture<Void> one : both) {
      one.get(60, TimeUnit.SECONDS);
    }
    checkIsWhole(first, ofFirst.followAll());
    checkIsWhole(second, ofSecond.followAll());
    List<RunCatalog.Entry> listed = runs.list();
    assertEquals(2, listed.size());
    for (RunCatalog.Entry entry : listed) {
      assertEquals("mine", entry.session());
      assertEquals("worker-0", entry.worker());
    }
    assertNotEquals(listed.get(0).startedAt(), listed.get(1).startedAt());
  }

  @Test
  void aHeaderThatSaysMore_isSeen() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 60).store(storage);
    RunFollower follower = follow(run);
    assertFalse(follower.run().header().provenance().containsKey("late"));
    byte[] more = run.header.withProvenance(Map.of("late", "yes")).encode();
    long time = run.header.startedAt();
    storage.putStaticInfo(new ImplicitBiasBlock(run.session, run.key, time, more));
    runs.told(
        new StatsStorageEvent(
            storage,
            StatsStorageListener.EventType.PostStaticInfo,
            run.session,
            ImplicitBiasBlock.TYPE_ID,
            run.key,
            time));
    assertEquals("yes", follower.followAll().header().provenance().get("late"));
    checkIsWhole(run, follower.run());
  }

  @Test
  void aRunInTwoStorages_isListedOnce() throws Exception {
    InMemoryStatsStorage copy = new InMemoryStatsStorage();
    ReplayedRun run = new ReplayedRun("s", "w", 60).store(storage);
    run.store(copy);
    runs.attach(copy);
    assertEquals(1, runs.list().size());
    assertSame(runs.open(run.header.id()), runs.open(run.header.id()));
  }

  @Test
  void aDamagedHeader_hidesNoOtherRun() throws Exception {
    storage.putStaticInfo(new ImplicitBiasBlock("bad", "w", 1, new byte[] {9, 9}));
    ReplayedRun run = new ReplayedRun("s", "w", 60).store(storage);
    assertEquals(1, runs.list().size());
    checkIsWhole(run, follow(run).run());
  }

  @Test
  void aDetachedStorage_isForgotten() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 60).store(storage);
    assertNotNull(runs.open(run.header.id()));
    runs.detach(storage);
    assertNull(runs.open(run.header.id()));
    assertTrue(runs.list().isEmpty());
  }

  @Test
  void aLargeStorage_isAskedRarely_andWhatItTellsOfIsSeen() throws Exception {
    int[] asked = {0};
    InMemoryStatsStorage slow =
        new InMemoryStatsStorage() {
          @Override
          public long[] getAllUpdateTimes(String session, String type, String worker) {
            asked[0]++;
            try {
              TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return super.getAllUpdateTimes(session, type, worker);
          }
        };
    runs.attach(slow);
    ReplayedRun run = new ReplayedRun("slow", "w", 50 * 130).begin(slow);
    for (int block = 0; block < 120; block++) {
      run.put(slow, block);
    }
    RunFollower follower = follow(run);
    int before = asked[0];
    for (int block = 120; block < run.blocks(); block++) {
      run.put(slow, block);
      runs.told(
          new StatsStorageEvent(
              slow,
              StatsStorageListener.EventType.PostUpdate,
              run.session,
              ImplicitBiasBlock.TYPE_ID,
              run.key,
              run.header.startedAt() + 1 + block));
      assertEquals(Math.min(run.steps, 50L * block + 49), follower.followAll().lastStep());
    }
    assertEquals(before, asked[0]);
    assertFalse(follower.run().gaps().iterator().hasNext());
  }

  @Test
  void readingAndIndexingAtTheSameTime_doNotBlockEachOther() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 3000).begin(storage).put(storage, 0);
    RunFollower follower = follow(run);
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 3000; i++) {
                Run found = follower.run();
                found.patternAt(i % (found.lastStep() + 1), "layer0");
              }
            });
    for (int block = 1; block < run.blocks(); block++) {
      run.put(storage, block);
      follower.followAll().stepAtOrBefore(block * 40L);
    }
    reader.get(60, TimeUnit.SECONDS);
    checkIsWhole(run, follower.followAll());
  }
}
