package io.github.implicitbias.run;

import io.github.implicitbias.run.format.BlockFormatException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A run in one append-only file: the header, then one sealed block after the other
 * (docs/format.md). It is a run file from the moment at which it has its name, and after a kill it
 * is readable to the last whole block.
 */
public final class RunFile {

  private RunFile() {}

  /**
   * Returns a recorder that writes a new file, which appears under its name when the header is
   * known. The recorder goes on in a new file if this one is deleted meanwhile.
   *
   * @throws IOException if there is a run under that name, or no such folder
   */
  public static Recorder create(Path file) throws IOException {
    if (!isFree(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such folder");
    }
    return new FileRecorder(file);
  }

  /**
   * Returns true if a run can be written under a name: there is no file, or one that holds nothing,
   * as an interrupted start may leave behind.
   *
   * @throws IOException if that cannot be found out
   */
  public static boolean isFree(Path file) throws IOException {
    return Files.notExists(file) || Files.isRegularFile(file) && Files.size(file) == 0;
  }

  /**
   * Opens the blocks of a run that may still be written: {@link RunLog#look} sees what was appended
   * since.
   *
   * @throws BlockFormatException if there is no undamaged header of ours in the file
   * @throws IOException if it cannot be read
   */
  public static RunLog log(Path file) throws IOException {
    return new FileLog(file);
  }

  /**
   * Opens a run for reading, as far as it is written; what is appended later is not seen. What is
   * damaged is left out and is a gap.
   *
   * @throws BlockFormatException if there is no undamaged header of ours in the file
   * @throws IOException if it cannot be read
   */
  public static Run open(Path file) throws IOException {
    return new RunFollower(new FileLog(file)).followAll();
  }
}
