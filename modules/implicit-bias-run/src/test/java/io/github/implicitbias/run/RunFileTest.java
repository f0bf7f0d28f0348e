package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.BlockFormatException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {

  @TempDir Path folder;

  private final RandomRun made = new RandomRun(31, 40, 5, 3);

  private Path write(List<byte[]> blocks) throws IOException {
    Path file = folder.resolve("a.ibrun");
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(made.header);
      for (byte[] block : blocks) {
        recorder.block(block);
      }
    }
    return file;
  }

  @Test
  void file_isHeaderBlocksAndTheHeaderAgain_andComesBackWhole() throws IOException {
    List<byte[]> blocks = made.blocks(12, 7, 5);
    Path file = write(blocks);
    Run run = RunFile.open(file);
    RunAssertions.assertRunIs(made, made.records, run, true);
    assertArrayEquals(made.header.encode(), run.header().encode());
    byte[] header = made.header.encode();
    assertArrayEquals(header, Arrays.copyOf(Files.readAllBytes(file), header.length));
    assertEquals(
        2 * header.length + blocks.stream().mapToLong(b -> b.length).sum(), Files.size(file));
  }

  @Test
  void file_isReadable_whileItIsWritten() throws IOException {
    Path file = folder.resolve("b.ibrun");
    List<byte[]> blocks = made.blocks(4, 3, 2);
    try (Recorder recorder = RunFile.create(file)) {
      assertFalse(Files.exists(file), "no name before there is a header");
      recorder.header(made.header);
      assertEquals(0, RunFile.open(file).size());
      for (int i = 0; i < 4; i++) {
        recorder.block(blocks.get(i));
        RunAssertions.assertRunIs(
            made, made.records.subList(0, 3 * i + 3), RunFile.open(file), true);
      }
    }
  }

  @Test
  void file_cutAnywhereInItsLastBlock_isReadableToTheBlockBefore_withoutAGap() throws IOException {
    List<byte[]> blocks = made.blocks(3, 4, 3);
    Path file = write(blocks);
    byte[] closed = Files.readAllBytes(file);
    byte[] whole = Arrays.copyOf(closed, closed.length - made.header.encode().length);
    Path cut = folder.resolve("cut.ibrun");
    for (int length = whole.length - blocks.get(2).length; length < whole.length; length++) {
      Files.write(cut, Arrays.copyOf(whole, length));
      Run run = RunFile.open(cut);
      assertEquals(8, run.size(), "cut at " + length);
      assertTrue(run.gaps().isEmpty());
      assertEquals(made.records.get(7).step, run.lastStep());
      RunAssertions.assertPatterns(made, made.records.get(7), run);
    }
  }

  @Test
  void fileThatExists_isNotOverwritten() throws IOException {
    Path file = folder.resolve("precious");
    Files.writeString(file, "precious");
    assertThrows(FileAlreadyExistsException.class, () -> RunFile.create(file));
    assertEquals("precious", Files.readString(file));
    assertThrows(IOException.class, () -> RunFile.create(folder.resolve("no/such/folder")));
  }

  @Test
  void fileOfSomethingElse_isRefused() throws IOException {
    Path file = folder.resolve("other");
    for (String content : List.of("", "x", "something else that is long enough for an envelope")) {
      Files.writeString(file, content);
      assertThrows(BlockFormatException.class, () -> RunFile.open(file));
    }
    assertThrows(IOException.class, () -> RunFile.open(folder.resolve("absent")));
  }
}
