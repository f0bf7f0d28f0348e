package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that records is killed (as by {@code kill -9}) at random moments. */
class KilledWriterTest {

  private static final int BLOCKS = 2000;

  @TempDir Path folder;

  @Test
  void kills_leaveAReadableFileOrNone_loseNothingThatWasTaken_andBlockNoNextStart()
      throws Exception {
    killAgainAndAgain(8);
  }

  @Test
  @Tag("thorough")
  void thirtyKills_likewise() throws Exception {
    killAgainAndAgain(30);
  }

  @Test
  @Tag("soak")
  void threeHundredKills_likewise() throws Exception {
    killAgainAndAgain(300);
  }

  private void killAgainAndAgain(int kills) throws Exception {
    RandomRun made = KilledWriter.run();
    made.blocks(BLOCKS, KilledWriter.PER_BLOCK, 4);
    SplittableRandom random = new SplittableRandom(System.nanoTime());
    int named = 0;
    for (int kill = 0; kill < kills; kill++) {
      Path file = folder.resolve("run-" + kill + ".ibrun");
      Path progress = folder.resolve("progress-" + kill);
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xshare:auto",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  KilledWriter.class.getName(),
                  file.toString(),
                  progress.toString(),
                  Integer.toString(BLOCKS))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output").toFile())
              .start();
      try {
        waitUntilItWrites(process, progress);
        // At once in a third of the cases: around the header; else while blocks are written.
        Thread.sleep(kill % 3 == 0 ? 0 : random.nextInt(60));
      } finally {
        process.destroyForcibly();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      }
      named += Files.exists(file) ? 1 : 0;
      assertWhatIsLeft(made, file, taken(progress));
      Files.deleteIfExists(file);
    }
    assertTrue(named > 0, "no kill came after the header");
  }

  private void waitUntilItWrites(Process process, Path progress) throws Exception {
    for (long begun = System.nanoTime(); !Files.exists(progress) || Files.size(progress) < 4; ) {
      assertTrue(process.isAlive(), () -> "it ended: " + output());
      assertTrue(System.nanoTime() - begun < 60_000_000_000L, "it does not begin");
      Thread.sleep(1);
    }
  }

  private String output() {
    try {
      return Files.readString(folder.resolve("output"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static int taken(Path progress) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(progress.toFile(), "r")) {
      return in.readInt();
    }
  }

  private static void assertWhatIsLeft(RandomRun made, Path file, int taken) throws IOException {
    if (!Files.exists(file)) {
      assertEquals(0, taken);
      try (Recorder next = RunFile.create(file)) {
        next.header(made.header);
      }
      return;
    }
    Run run = RunFile.open(file);
    assertTrue(run.gaps().isEmpty());
    int[] tables = {0};
    run.visits().visitSamples(table -> tables[0] += table.size() / 200);
    long visits = run.visits().epochs().size() + tables[0];
    long blocks = run.size() / KilledWriter.PER_BLOCK + visits;
    assertEquals(run.size() / KilledWriter.PER_BLOCK / 10, visits, 1);
    assertTrue(
        blocks == taken || blocks == taken + 1, blocks + " blocks, " + taken + " were taken");
    List<RandomRun.Kept> records = made.records.subList(0, (int) run.size());
    for (int k = 0; k < records.size(); k += 1 + records.size() / 50) {
      RunAssertions.assertSameBits(records.get(k).values, run.values(records.get(k).step));
      RunAssertions.assertPatterns(made, records.get(k), run);
    }
  }
}
