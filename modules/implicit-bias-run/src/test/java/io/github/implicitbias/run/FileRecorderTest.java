package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRecorderTest {

  @TempDir Path folder;

  private final RandomRun made = new RandomRun(101, 40, 5, 3);

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().collect(Collectors.toList());
    }
  }

  /** A disk with little room, that looks at the folder at every write. */
  private static final class SmallDisk implements FileRecorder.Disk {
    private final Runnable atEveryWrite;
    private long room;
    private boolean canTakeBack = true;

    SmallDisk(long room, Runnable atEveryWrite) {
      this.room = room;
      this.atEveryWrite = atEveryWrite;
    }

    @Override
    public RandomAccessFile open(Path file) throws IOException {
      return new RandomAccessFile(file.toFile(), "rw") {
        @Override
        public void write(byte[] bytes) throws IOException {
          atEveryWrite.run();
          int fits = (int) Math.min(bytes.length, room);
          write(bytes, 0, fits);
          room -= fits;
          atEveryWrite.run();
          if (fits < bytes.length) {
            throw new IOException("No space left on device");
          }
        }

        @Override
        public void setLength(long length) throws IOException {
          if (!canTakeBack) {
            throw new IOException("Input/output error");
          }
          room += length() - length;
          super.setLength(length);
        }
      };
    }
  }

  @Test
  void file_hasItsName_onlyWhenItHoldsTheHeader_whateverTheMoment() throws IOException {
    Path file = folder.resolve("a.ibrun");
    List<Boolean> named = new ArrayList<>();
    Runnable look =
        () -> {
          named.add(Files.exists(file));
          if (Files.exists(file)) {
            try {
              assertEquals(made.header.id(), RunFile.open(file).header().id());
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          }
        };
    try (Recorder recorder = new FileRecorder(file, new SmallDisk(1 << 30, look))) {
      assertEquals(List.of(), names());
      recorder.header(made.header);
      assertEquals(List.of("a.ibrun"), names(), "nothing is left beside it");
      for (byte[] block : made.blocks(3, 4, 2)) {
        recorder.block(block);
      }
    }
    assertEquals(List.of(false, false, true, true), named.subList(0, 4));
    assertFalse(named.subList(2, named.size()).contains(false));
    RunAssertions.assertRunIs(made, made.records, RunFile.open(file), true);
  }

  @Test
  void headerThatDoesNotFit_leavesNothing_andIsTakenWhenThereIsRoom() throws IOException {
    Path file = folder.resolve("a.ibrun");
    SmallDisk disk = new SmallDisk(100, () -> {});
    List<byte[]> blocks = made.blocks(2, 3, 2);
    try (Recorder recorder = new FileRecorder(file, disk)) {
      for (int k = 0; k < 3; k++) {
        disk.room = 100;
        assertThrows(IOException.class, () -> recorder.header(made.header));
        assertEquals(List.of(), names());
      }
      disk.room = 1 << 20;
      recorder.header(made.header);
      recorder.block(blocks.get(0));
      recorder.block(blocks.get(1));
    }
    RunAssertions.assertRunIs(made, made.records, RunFile.open(file), true);
  }

  @Test
  void fullDisk_leavesAReadableFile_andWhatComesWhenThereIsRoomFollowsBehindAGap()
      throws IOException {
    for (boolean canTakeBack : new boolean[] {true, false}) {
      RandomRun run = new RandomRun(102, 40, 5);
      Path file = folder.resolve("full-" + canTakeBack + ".ibrun");
      List<byte[]> blocks = run.blocks(5, 3, 3);
      SmallDisk disk = new SmallDisk(2L * run.header.encode().length, () -> {});
      disk.room += blocks.get(0).length + blocks.get(1).length / 2;
      try (Recorder recorder = new FileRecorder(file, disk)) {
        recorder.header(run.header);
        disk.room -= run.header.encode().length;
        recorder.block(blocks.get(0));
        disk.canTakeBack = canTakeBack;
        assertThrows(IOException.class, () -> recorder.block(blocks.get(1)));
        disk.canTakeBack = true;
        assertEquals(3, RunFile.open(file).size());
        assertTrue(RunFile.open(file).gaps().isEmpty(), "a torn end is no damage");
        disk.room = 1 << 20;
        recorder.block(blocks.get(2));
        recorder.block(blocks.get(3));
        recorder.block(blocks.get(4));
      }
      Run read = RunFile.open(file);
      assertEquals(12, read.size());
      assertEquals(
          List.of(new Gap(run.records.get(2).step, run.records.get(6).step)).toString(),
          read.gaps().toString());
      RunAssertions.assertPatterns(run, run.records.get(14), read);
    }
  }

  @Test
  void whatAnInterruptedStartLeaves_doesNotBlockTheNext() throws IOException {
    Path file = Files.createFile(folder.resolve("a.ibrun"));
    Files.write(folder.resolve("a.ibrun.1f.part"), new byte[77]);
    Files.write(folder.resolve("a.ibrun.part"), made.header.encode());
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(made.header);
      recorder.block(made.blocks(1, 4, 1).get(0));
    }
    RunAssertions.assertRunIs(made, made.records, RunFile.open(file), true);
  }

  @Test
  void anotherRun_isNeverOverwritten_evenIfItAppearsLater() throws IOException {
    Path file = folder.resolve("a.ibrun");
    Recorder late = RunFile.create(file);
    RandomRun other = new RandomRun(103, 7, 2);
    try (Recorder first = RunFile.create(file)) {
      first.header(other.header);
      first.block(other.blocks(1, 5, 1).get(0));
      assertThrows(FileAlreadyExistsException.class, () -> late.header(made.header));
      assertThrows(FileAlreadyExistsException.class, () -> RunFile.create(file));
    }
    byte[] before = Files.readAllBytes(file);
    assertThrows(FileAlreadyExistsException.class, () -> late.header(made.header));
    late.close();
    assertArrayEquals(before, Files.readAllBytes(file));
    assertEquals(List.of("a.ibrun"), names());
    assertEquals(5, RunFile.open(file).size());
  }

  @Test
  void fileDeletedWhileOpen_isSaidOnce_andRecordingGoesOnInANewOneBehindAGap() throws IOException {
    Path file = folder.resolve("a.ibrun");
    List<byte[]> blocks = made.blocks(4, 3, 2);
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(made.header);
      recorder.block(blocks.get(0));
      recorder.block(blocks.get(1));
      Files.delete(file);
      IOException said = assertThrows(IOException.class, () -> recorder.block(blocks.get(2)));
      assertTrue(said.getMessage().contains("was deleted or replaced"), said.getMessage());
      assertTrue(said.getMessage().contains("a.ibrun"));
      recorder.block(blocks.get(2)); // offered again
      recorder.block(blocks.get(3));
    }
    Run run = RunFile.open(file);
    assertEquals(6, run.size());
    assertEquals("records before step " + made.records.get(6).step + " are missing", gap(run));
    RunAssertions.assertPatterns(made, made.records.get(11), run);
    assertEquals(List.of("a.ibrun"), names());
  }

  private static String gap(Run run) {
    assertEquals(1, run.gaps().size());
    return run.gaps().get(0).toString();
  }

  @Test
  void fileReplacedWhileOpen_isLeftAlone_andRecordingGoesOnUnderAnotherName() throws IOException {
    Path file = folder.resolve("a.b.ibrun");
    List<byte[]> blocks = made.blocks(4, 3, 2);
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(made.header);
      recorder.block(blocks.get(0));
      Files.delete(file);
      Files.writeString(file, "precious");
      Files.writeString(folder.resolve("a.b-2.ibrun"), "precious too");
      assertThrows(IOException.class, () -> recorder.block(blocks.get(2)));
      recorder.block(blocks.get(2));
      recorder.block(blocks.get(3));
      assertTrue(recorder.toString().endsWith("a.b-3.ibrun"), recorder.toString());
    }
    assertEquals("precious", Files.readString(file));
    assertEquals(List.of("a.b-2.ibrun", "a.b-3.ibrun", "a.b.ibrun"), names());
    assertEquals(6, RunFile.open(folder.resolve("a.b-3.ibrun")).size());
  }

  @Test
  void fileDeletedBeforeTheEnd_isSaidAtTheEnd() throws IOException {
    Path file = folder.resolve("a.ibrun");
    Recorder recorder = RunFile.create(file);
    recorder.header(made.header);
    recorder.block(made.blocks(1, 3, 1).get(0));
    Files.delete(file);
    assertTrue(
        assertThrows(IOException.class, recorder::close).getMessage().contains("was deleted"));
    recorder.close();
    assertEquals(List.of(), names(), "what somebody deleted does not come back");
  }

  @Test
  void folderThatVanishes_isAnErrorUntilItIsBack() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path file = inner.resolve("a.ibrun");
    List<byte[]> blocks = made.blocks(3, 3, 1);
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(made.header);
      recorder.block(blocks.get(0));
      Files.delete(file);
      Files.delete(inner);
      for (int k = 0; k < 3; k++) {
        assertThrows(IOException.class, () -> recorder.block(blocks.get(1)));
      }
      Files.createDirectory(inner);
      recorder.block(blocks.get(1));
      recorder.block(blocks.get(2));
    }
    assertEquals(6, RunFile.open(file).size());
    assertThrows(IOException.class, () -> RunFile.create(folder.resolve("no/such/a.ibrun")));
  }

  @Test
  void moreProvenance_isAddedToTheFile_andTheLastSaysAll() throws IOException {
    Path file = folder.resolve("a.ibrun");
    List<byte[]> blocks = made.blocks(2, 3, 2);
    Map<String, String> more = Map.of("seed", "42", "dataHash", "abc");
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(made.header);
      recorder.block(blocks.get(0));
      assertEquals(made.header.provenance(), RunFile.open(file).header().provenance());
      recorder.header(made.header.withProvenance(more));
      assertEquals(more, RunFile.open(file).header().provenance());
      recorder.block(blocks.get(1));
    }
    Run run = RunFile.open(file);
    assertEquals(more, run.header().provenance());
    RunAssertions.assertRunIs(made, made.records, run, true);
    byte[] last = made.header.withProvenance(more).encode();
    byte[] bytes = Files.readAllBytes(file);
    assertArrayEquals(last, Arrays.copyOfRange(bytes, bytes.length - last.length, bytes.length));
  }
}
