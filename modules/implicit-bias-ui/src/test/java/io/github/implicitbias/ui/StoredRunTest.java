package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.listener.ImplicitBiasBlock;
import io.github.implicitbias.run.Run;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

class StoredRunTest {

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private final StoredRuns runs = new StoredRuns();

  StoredRunTest() {
    runs.attach(storage);
  }

  private Run find() throws IOException {
    return runs.find("s", "w").run();
  }

  @Test
  void whatArrivesBetweenTwoLooks_isSeen() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 300).begin(storage).put(storage, 0);
    assertEquals(49, find().lastStep());
    long version = runs.find("s", "w").version();
    assertEquals(version, runs.find("s", "w").version());
    run.put(storage, 1);
    assertEquals(99, find().lastStep());
    assertNotEquals(version, runs.find("s", "w").version());
  }

  @Test
  void aBlockThatArrivesLate_closesTheGap() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 300).store(storage, 2);
    assertEquals(1, find().gaps().size());
    run.put(storage, 2);
    assertEquals(0, find().gaps().size());
    assertEquals(301, find().size());
  }

  @Test
  void damagedBlocks_areLeftOut_andShownAsAGap() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 300).store(storage, 1, 3);
    storage.putUpdate(
        new ImplicitBiasBlock("s", "w", run.header.startedAt() + 2, new byte[] {1, 2, 3}));
    storage.putUpdate(new ImplicitBiasBlock("s", "w", run.header.startedAt() + 4, new byte[200]));
    assertEquals(2, find().gaps().size());
    assertEquals(300, find().lastStep());
    assertEquals(201, find().size());
  }

  @Test
  void aSecondRunUnderTheSameIds_takesThePlaceOfTheFirst() throws Exception {
    ReplayedRun first = new ReplayedRun("s", "w", 300).store(storage);
    assertEquals(300, find().lastStep());
    ReplayedRun second = new ReplayedRun("s", "w", 120).store(storage);
    assertEquals(120, find().lastStep());
    assertEquals(121, find().size());
    assertEquals(second.header.startedAt(), find().header().startedAt());
    assertNotEquals(first.header.startedAt(), second.header.startedAt());
  }

  @Test
  void aDamagedHeader_isRefused_andOtherRunsAreNotAffected() throws Exception {
    storage.putStaticInfo(new ImplicitBiasBlock("bad", "w", 1, new byte[] {9, 9}));
    new ReplayedRun("s", "w", 60).store(storage);
    assertThrows(IOException.class, () -> runs.find("bad", "w"));
    assertEquals(2, runs.list().size());
    assertEquals(60, find().lastStep());
  }

  @Test
  void aDetachedStorage_isForgotten() throws Exception {
    new ReplayedRun("s", "w", 60).store(storage);
    assertEquals(60, find().lastStep());
    runs.detach(storage);
    assertNull(runs.find("s", "w"));
    assertTrue(runs.list().isEmpty());
  }

  @Test
  void readingAndIndexingAtTheSameTime_doNotBlockEachOther() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 3000).begin(storage).put(storage, 0);
    find();
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int i = 0; i < 3000; i++) {
                  Run found = runs.find("s", "w").run();
                  found.patternAt(i % (found.lastStep() + 1), "layer0");
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    for (int block = 1; block < run.blocks(); block++) {
      run.put(storage, block);
      find().stepAtOrBefore(block * 40L);
    }
    reader.get(60, TimeUnit.SECONDS);
    assertEquals(3001, find().size());
  }
}
