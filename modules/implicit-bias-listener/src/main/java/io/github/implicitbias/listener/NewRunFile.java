package io.github.implicitbias.listener;

import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run file that is made in the thread of the recorders: where it cannot be, that is the failure
 * of this recorder and of no other.
 */
final class NewRunFile implements Recorder {

  private final Path file;
  private @Nullable Recorder made;

  NewRunFile(Path file) {
    this.file = file;
  }

  /**
   * Checks that a run file can be made.
   *
   * @throws IllegalArgumentException if its folder is not there, or there is such a file
   */
  static void requireFree(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IllegalArgumentException(file + " is a folder: give the name of a file");
    }
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(folder + " is not a folder: make it first");
    }
    boolean free;
    try {
      free = RunFile.isFree(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " cannot be looked at: " + e.getMessage(), e);
    }
    if (!free) {
      throw new IllegalArgumentException(
          file + " exists: give a name that is free, a run file is never overwritten");
    }
  }

  @Override
  public void header(RunHeader header) throws IOException {
    if (made == null) {
      made = RunFile.create(file);
    }
    made.header(header);
  }

  @Override
  public void block(byte[] block) throws IOException {
    Objects.requireNonNull(made, "the header comes first").block(block);
  }

  @Override
  public void close() throws IOException {
    if (made != null) {
      made.close();
    }
  }

  @Override
  public String toString() {
    return "The run file " + file;
  }
}
