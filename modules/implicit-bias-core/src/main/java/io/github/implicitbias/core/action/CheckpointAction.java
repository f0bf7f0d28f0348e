package io.github.implicitbias.core.action;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** The model in a file: copied in the training thread, written in another. */
final class CheckpointAction extends Action {

  private static final int OF_RUN = 8;

  private final Path folder;

  CheckpointAction(Path folder) {
    this.folder = Objects.requireNonNull(folder, "folder");
  }

  @Override
  Work prepare(Occasion occasion) throws Exception {
    SharedCopy copy = occasion.watch.copy();
    String run = occasion.header.id().toString().substring(0, OF_RUN);
    Path file = folder.resolve("step-" + occasion.event.step() + "-" + run + ".zip");
    return new Work() {
      @Override
      public void run() throws IOException {
        try {
          write(copy, file);
        } finally {
          copy.letGo();
        }
      }

      @Override
      public void dropped() {
        copy.letGo();
      }
    };
  }

  private void write(SharedCopy copy, Path file) throws IOException {
    Files.createDirectories(folder);
    Path aside = Files.createTempFile(folder, "step-", ".part");
    boolean written = false;
    try {
      copy.write(aside);
      try {
        Files.move(
            aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
      }
      written = true;
    } finally {
      if (!written) {
        Files.deleteIfExists(aside);
      }
    }
  }

  @Override
  int capacity() {
    return 2;
  }

  @Override
  long graceMillis() {
    return 30_000;
  }

  @Override
  boolean needsModel() {
    return true;
  }

  @Override
  void check(boolean modelIsKnown) {
    if (!modelIsKnown) {
      throw new IllegalArgumentException(
          this + ": the network does not say how it is copied, see NetworkSource.model()");
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(this + ": " + folder + " is no folder");
    }
  }

  @Override
  public String toString() {
    return "checkpoint " + folder;
  }
}
