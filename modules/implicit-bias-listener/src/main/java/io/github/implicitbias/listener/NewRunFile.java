package io.github.implicitbias.listener;

import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
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
