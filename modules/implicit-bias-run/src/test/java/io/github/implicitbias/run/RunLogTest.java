package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run is one thing, wherever it lies. */
class RunLogTest {

  @TempDir Path folder;

  /** A storage of somebody else: it gives copies, and may fail to read a block. */
  private static final class Storage implements Recorder, RunLog {
    private RunHeader header;
    private final List<byte[]> stored = new ArrayList<>();
    private int seen;
    private int unreadable = -1;
    private int failures = Integer.MAX_VALUE;

    @Override
    public void header(RunHeader given) {
      header = given;
    }

    @Override
    public void block(byte[] block) {
      stored.add(block.clone());
    }

    @Override
    public void close() {}

    @Override
    public RunHeader header() {
      return header;
    }

    @Override
    public boolean look() {
      seen = stored.size();
      return true;
    }

    @Override
    public int blocks() {
      return seen;
    }

    @Override
    public long changedAt() {
      return 0;
    }

    @Override
    public byte[] block(int index) throws IOException {
      if (index == unreadable && failures-- > 0) {
        throw new IOException("not now");
      }
      return stored.get(index).clone();
    }
  }

  /** Returns everything that a run answers, as text. */
  private String answers(Run run) throws IOException {
    StringBuilder all = new StringBuilder();
    Path csv = folder.resolve("csv");
    run.writeCsv(csv);
    try (Stream<Path> files = Files.list(csv)) {
      for (Path file : files.sorted().toArray(Path[]::new)) {
        all.append(Files.readString(file));
      }
    }
    run.writeJson(folder.resolve("json"), true);
    all.append(Files.readString(folder.resolve("json")));
    all.append(run.size()).append(' ').append(run.gaps()).append(run.exactSince());
    all.append(run.isThinned()).append(run.recordsInPlace()).append(run.watchNanos());
    all.append(run.durationMillis()).append(run.lastEpoch()).append(run.firstStep());
    for (RunVerdict verdict : run.verdicts()) {
      all.append(verdict).append(verdict.measured()).append(verdict.bound());
      all.append(verdict.conditions()).append(verdict.hasApplied()).append('\n');
    }
    for (Event event : run.events()) {
      all.append(RunAssertions.line(event)).append('\n');
    }
    for (String column : run.header().columnNames()) {
      Series series = run.series(column, 16);
      all.append(column).append(run.latest(column)).append(Arrays.toString(series.steps()));
      all.append(Arrays.toString(series.values())).append('\n');
    }
    run.header()
        .layers()
        .forEach(
            layer -> {
              for (FlipKind kind : FlipKind.values()) {
                all.append(run.flips(layer.name(), kind)).append(' ');
                all.append(run.flipHistory(layer.name()).flipsOfUnit(1, kind)).append(' ');
              }
              all.append(run.flipsOf(layer.name(), 0).size());
              all.append(run.patternAt(run.lastStep(), layer.name()).hex(0)).append('\n');
            });
    return all.toString();
  }

  @Test
  void memoryFileAndStorage_giveTheSameAnswers() throws IOException {
    RandomRun made = new RandomRun(121, RandomRun.arrangedHeader(70), 0.2);
    made.eventRate = 0.4;
    List<byte[]> blocks = made.blocks(12, 9, 4);
    MemoryRecorder memory = new MemoryRecorder(1 << 24);
    assertNull(memory.log());
    Storage storage = new Storage();
    Path file = folder.resolve("a.ibrun");
    Recorder toFile = RunFile.create(file);
    for (Recorder recorder : List.of(memory, storage, toFile)) {
      recorder.header(made.header);
      for (int k = 0; k < blocks.size(); k++) {
        if (k != 5) {
          recorder.block(blocks.get(k));
        }
      }
      recorder.close();
    }
    String expected = answers(memory.run());
    assertTrue(expected.length() > 100_000);
    assertEquals(expected, answers(new RunFollower(memory.log()).followAll()));
    assertEquals(expected, answers(new RunFollower(storage).followAll()));
    assertEquals(expected, answers(new RunFollower(new FileLog(file)).followAll()));
    assertEquals(expected, answers(RunFile.open(file)));
  }

  @Test
  void visits_areTheSameFromMemoryFileAndStorage_andThereWhileTrainingGoesOn() throws IOException {
    RandomRun made = new RandomRun(121, RandomRun.arrangedHeader(70), 0.2);
    List<byte[]> records = made.blocks(9, 9, 4);
    MadeUpVisits visits = new MadeUpVisits(90, 1, "hidden", "=out");
    visits.ids = true;
    visits.classes = List.of("none, of these", "+one");
    List<byte[]> ofVisits = visits.blocks(made.header.id(), 4, 50);
    MemoryRecorder memory = new MemoryRecorder(1 << 24);
    Storage storage = new Storage();
    Path file = folder.resolve("a.ibrun");
    Recorder toFile = RunFile.create(file);
    RunFollower live = null;
    for (Recorder recorder : List.of(storage, memory, toFile)) {
      recorder.header(made.header);
      live = recorder == memory ? new RunFollower(memory.log()) : live;
      for (int k = 0; k < records.size(); k++) {
        recorder.block(records.get(k));
        recorder.block(ofVisits.get(k));
        if (recorder == memory && k < 8) {
          assertEquals(k / 2 + 1, memory.run().visits().epochs().size());
          assertEquals(
              (k + 1) / 2 - 1,
              live.followAll().visits().samples() == null
                  ? -1
                  : live.run().visits().samples().epoch());
        }
      }
      recorder.close();
    }
    Run run = RunFile.open(file);
    assertEquals(0, run.gaps().size(), "visits are no records");
    assertEquals(81, run.size());
    assertEquals(4, run.visits().epochs().size());
    assertTrue(run.visits().samples().isLast());
    String expected = answers(run);
    assertTrue(expected.contains("sample,id,label,visits,lastStep"));
    assertTrue(
        expected.contains(",'=row \u03b3") || expected.contains("\"'=row \u03b3"), "defused");
    for (RunLog log : List.of(memory.log(), storage, new FileLog(file))) {
      assertEquals(expected, answers(new RunFollower(log).followAll()), log.toString());
    }
    assertEquals(expected, answers(memory.run()));
    assertEquals(expected, answers(live.followAll()));
  }

  @Test
  void visitsThatAreDamagedTwiceOrOutOfOrder_areLeftOut_andConcernNoRecord() throws IOException {
    RandomRun made = new RandomRun(127, 20, 4);
    Storage storage = new Storage();
    storage.header(made.header);
    List<byte[]> records = made.blocks(3, 5, 2);
    List<byte[]> visits = new MadeUpVisits(30, 2, "a").blocks(made.header.id(), 3, 10);
    byte[] damaged = visits.get(2).clone();
    damaged[50] ^= 1;
    for (byte[] block :
        List.of(
            visits.get(0),
            records.get(0),
            visits.get(1),
            damaged,
            visits.get(3),
            records.get(1),
            visits.get(1),
            visits.get(4),
            visits.get(0),
            records.get(2),
            visits.get(6))) {
      storage.block(block);
    }
    Run run = new RunFollower(storage).followAll();
    assertEquals(15, run.size());
    assertEquals(List.of(), run.gaps());
    assertEquals(2, run.visits().epochs().size());
    assertEquals(2, run.visits().epochs().get(1).epoch());
    List<Integer> tables = new ArrayList<>();
    run.visits().visitSamples(table -> tables.add(table.epoch()));
    assertEquals(List.of(0, 1), tables);
    assertTrue(run.visits().samples().isLast());
  }

  @Test
  void visitsInMemory_giveUpEverySecondTable_butNeverTheNewest_norAnyEpochBefore()
      throws IOException {
    RandomRun made = new RandomRun(128, 40, 4);
    MadeUpVisits visits = new MadeUpVisits(500, 3, "a");
    List<byte[]> blocks = visits.blocks(made.header.id(), 40, 100);
    long size = blocks.get(61).length;
    MemoryRecorder memory = new MemoryRecorder(40 * size);
    memory.header(made.header);
    RunLog log = memory.log();
    RunFollower follower = new RunFollower(log);
    for (byte[] block : blocks.subList(0, 80)) {
      memory.block(block);
      assertTrue(memory.bytes() <= memory.capBytes(), memory.bytes() + " bytes");
    }
    made.blocks(1, 5, 1).forEach(block -> assertTrue(taken(memory, block)));
    for (Run run : List.of(memory.run(), follower.followAll())) {
      assertEquals(39, run.visits().samples().epoch());
      List<Integer> tables = new ArrayList<>();
      run.visits().visitSamples(table -> tables.add(table.epoch()));
      assertTrue(tables.size() > 2 && tables.size() < 11, tables.toString());
      assertEquals(39, tables.get(tables.size() - 1));
      assertEquals(5, run.size());
    }
    memory.block(blocks.get(80));
    assertTrue(memory.run().visits().samples().isLast());
    assertEquals(500, follower.followAll().visits().samples().size());
  }

  private static boolean taken(Recorder recorder, byte[] block) {
    try {
      recorder.block(block);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void logOfARunInMemory_growsWithIt_andBeginsAnewWhenItIsThinned() throws IOException {
    RandomRun made = new RandomRun(122, 65, 6);
    List<byte[]> blocks = made.blocks(40, 10, 3);
    int ten = blocks.subList(0, 10).stream().mapToInt(b -> b.length).sum();
    MemoryRecorder memory = new MemoryRecorder(4L * ten / 3 * 2);
    memory.header(made.header);
    List<Run> begun = new ArrayList<>();
    RunFollower follower = new RunFollower(memory.log(), observer(begun, new long[1]));
    Run first = follower.run();
    for (byte[] block : blocks.subList(0, 8)) {
      memory.block(block);
      assertSame(first, follower.followAll());
      assertEquals(memory.run().size(), first.size());
    }
    assertTrue(follower.log().changedAt() > System.currentTimeMillis() - 60_000);
    for (byte[] block : blocks.subList(8, 40)) {
      memory.block(block);
    }
    assertTrue(memory.run().isThinned());
    Run anew = follower.followAll();
    assertNotSame(first, anew);
    assertEquals(List.of(first, anew), begun);
    ThinningTest.assertThinned(made, anew);
    assertEquals(memory.run().size(), anew.size());
    memory.header(made.header.withProvenance(Map.of("seed", "7")));
    assertEquals("7", follower.followAll().header().provenance().get("seed"));
    assertEquals(anew.size(), memory.run().size(), "a header again takes no record away");
  }

  private static RunFollower.Observer observer(List<Run> begun, long[] records) {
    return new RunFollower.Observer() {
      @Override
      public void begin(Run run) {
        begun.add(run);
      }

      @Override
      public RecordVisitor block(RecordBlock block) {
        return new RecordVisitor() {
          @Override
          public void record(Record record) {
            records[0]++;
          }
        };
      }

      @Override
      public void accepted() {
        records[0] += 1000;
      }
    };
  }

  @Test
  void follower_showsEveryAcceptedBlockToItsObserver_andLeavesOutWhatIsNotOfThisRun()
      throws IOException {
    RandomRun made = new RandomRun(123, 20, 4);
    RandomRun other = new RandomRun(124, 21, 4);
    Storage storage = new Storage();
    storage.header(made.header);
    List<byte[]> blocks = made.blocks(6, 5, 2);
    byte[] damaged = blocks.get(2).clone();
    damaged[60] ^= 1;
    storage.block(blocks.get(0));
    storage.block(other.blocks(1, 5, 1).get(0));
    storage.block(blocks.get(1));
    storage.block(new byte[3]);
    storage.block(damaged);
    storage.block(made.header.encode());
    storage.block(blocks.get(3));
    storage.block(blocks.get(1));
    long[] records = {0};
    RunFollower follower = new RunFollower(storage, observer(new ArrayList<>(), records));
    Run run = follower.followAll();
    assertEquals(15, run.size());
    assertEquals(3015, records[0]);
    assertEquals(1, run.gaps().size());
    RunAssertions.assertPatterns(made, made.records.get(9), run);
    assertEquals(0, follower.unread());
  }

  @Test
  void blockThatCannotBeRead_isAGap() throws IOException {
    RandomRun made = new RandomRun(125, 20, 4);
    Storage storage = new Storage();
    storage.header(made.header);
    made.blocks(5, 5, 2).forEach(storage::block);
    storage.unreadable = 2;
    Run run = new RunFollower(storage).followAll();
    assertEquals(20, run.size());
    assertEquals(made.records.get(15).step, run.gaps().get(0).before());
  }

  @Test
  void aBlockThatCannotBeReadForAMoment_isReadLater() throws IOException {
    RandomRun made = new RandomRun(125, 25, 4);
    Storage storage = new Storage();
    storage.header(made.header);
    made.blocks(5, 5, 2).forEach(storage::block);
    storage.unreadable = 2;
    storage.failures = 3;
    RunFollower follower = new RunFollower(storage);
    assertFalse(follower.follow(Long.MAX_VALUE));
    assertEquals(10, follower.run().size());
    assertEquals(3, follower.unread());
    assertEquals(made.records.size(), follower.followAll().size());
    assertEquals(List.of(), follower.run().gaps());
  }

  @Test
  void followingForAMoment_readsOneBlockAtLeast_andSaysHowManyAreLeft() throws IOException {
    RandomRun made = new RandomRun(126, 20, 4);
    Storage storage = new Storage();
    storage.header(made.header);
    made.blocks(5, 5, 2).forEach(storage::block);
    RunFollower follower = new RunFollower(storage);
    for (int read = 1; read <= 5; read++) {
      long before = follower.version();
      assertEquals(read == 5, follower.follow(0));
      assertEquals(5 * read, follower.run().size());
      assertEquals(5 - read, follower.unread());
      assertTrue(follower.version() > before);
    }
    RunFollower stopped = new RunFollower(storage);
    stopped.stop();
    assertTrue(stopped.follow(Long.MAX_VALUE));
    assertEquals(0, stopped.run().size());
  }
}
