package io.github.implicitbias.run.log;

import io.github.implicitbias.run.RandomRun;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A program that records until it is killed, and notes how many blocks a recorder has taken. */
public final class KilledWriter {

  static final int PER_BLOCK = 3;

  private KilledWriter() {}

  static RandomRun run() {
    return new RandomRun(111, 40, 5, 3);
  }

  public static void main(String[] args) throws Exception {
    Path file = Path.of(args[0]);
    RandomRun made = run();
    int number = 0;
    try (RandomAccessFile progress = new RandomAccessFile(args[1], "rw");
        Recorder recorder = RunFile.create(file)) {
      // Blocks are made beforehand, so that all the time goes into writing.
      var blocks = made.blocks(Integer.parseInt(args[2]), PER_BLOCK, 4);
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
