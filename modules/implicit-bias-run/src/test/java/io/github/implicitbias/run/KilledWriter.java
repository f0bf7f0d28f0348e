package io.github.implicitbias.run;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that records until it is killed, and notes how many blocks a recorder has taken. */
public final class KilledWriter {

  static final int PER_BLOCK = 3;

  private KilledWriter() {}

  static RandomRun run() {
    return new RandomRun(111, 40, 5, 3);
  }

  /** Adds a block about visits behind every tenth block of records. */
  private static List<byte[]> withVisits(RandomRun made, List<byte[]> records) {
    List<byte[]> all = new ArrayList<>();
    MadeUpVisits visits = new MadeUpVisits(200, 112, "a");
    List<byte[]> ofVisits = visits.blocks(made.header.id(), records.size() / 20, 1_000_000);
    for (int k = 0; k < records.size(); k++) {
      all.add(records.get(k));
      if (k % 10 == 9) {
        all.add(ofVisits.get(k / 10));
      }
    }
    return all;
  }

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    RandomRun made = run();
    int number = 0;
    try (RandomAccessFile progress = new RandomAccessFile(args[1], "rw");
        Recorder recorder = RunFile.create(file)) {
      // Blocks are made beforehand, so that all the time goes into writing.
      var blocks = withVisits(made, made.blocks(Integer.parseInt(args[2]), PER_BLOCK, 4));
      progress.writeInt(0);
      recorder.header(made.header);
      for (byte[] block : blocks) {
        recorder.block(block);
        number++;
        progress.seek(0);
        progress.writeInt(number);
      }
      Thread.sleep(60_000);
    }
  }
}
