package io.github.implicitbias.lab.report;

import io.github.implicitbias.lab.InputException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder that {@code --out} names. Files are written into a temporary folder beside it, which
 * takes its place at the end, or disappears: nobody finds half of the results.
 */
public final class OutputFolder implements AutoCloseable {

  /** The file of the page with the run in it. */
  public static final String PAGE = "run.html";

  private final Path folder;
  private final Path temporary;
  private final Thread atExit = new Thread(this::removeTemporary, "remove-temporary-results");

  private OutputFolder(Path folder, Path temporary) {
    this.folder = folder;
    this.temporary = temporary;
  }

  /**
   * Makes sure that results can be written.
   *
   * @param folder null if none are wanted
   * @return null if none are wanted
   * @throws InputException if the folder is not empty, or cannot be made
   */
  public static @Nullable OutputFolder prepare(@Nullable Path folder) {
    if (folder == null) {
      return null;
    }
    Path there = folder.toAbsolutePath().normalize();
    try {
      if (Files.exists(there)) {
        if (!Files.isDirectory(there)) {
          throw new InputException("--out " + folder + " is not a folder.");
        }
        if (!entries(there).isEmpty()) {
          throw new InputException(
              "--out " + folder + " is not empty: name a new folder, results are not overwritten.");
        }
        there = there.toRealPath();
      }
      if (there.getParent() == null) {
        throw new InputException("--out " + folder + ": name a folder inside another.");
      }
      Files.createDirectories(there.getParent());
      Path temporary =
          Files.createTempDirectory(there.getParent(), "." + there.getFileName() + "-");
      OutputFolder prepared = new OutputFolder(there, temporary);
      Runtime.getRuntime().addShutdownHook(prepared.atExit);
      return prepared;
    } catch (IOException e) {
      throw new InputException("--out " + folder + " cannot be written: " + reason(e) + ".", e);
    }
  }

  private static String reason(IOException e) {
    String kind = e.getClass().getSimpleName().replaceAll("Exception$", "");
    return kind + (e.getMessage() == null ? "" : " " + e.getMessage());
  }

  private static List<Path> entries(Path directory) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    }
    return entries;
  }

  /** Returns the folder to write into, null if there is none. */
  public static @Nullable Path temporary(@Nullable OutputFolder out) {
    return out == null ? null : out.temporary;
  }

  /** Returns the folder to write into. */
  public Path temporary() {
    return temporary;
  }

  /** Puts what has been written in its place. */
  public void publish() {
    try {
      // A folder for temporary files is closed to others; results are as open as any new folder.
      Path open = Files.createDirectory(temporary.resolveSibling(temporary.getFileName() + "-"));
      try {
        for (Path file : entries(temporary)) {
          Files.move(file, open.resolve(file.getFileName()));
        }
        Files.deleteIfExists(folder);
        Files.move(open, folder);
      } finally {
        remove(open);
      }
    } catch (IOException e) {
      throw new InputException("--out " + folder + " cannot be written: " + reason(e) + ".", e);
    }
  }

  @Override
  public void close() {
    removeTemporary();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // Java is already going down, and the hook has nothing left to do.
    }
  }

  private void removeTemporary() {
    remove(temporary);
  }

  private static void remove(Path directory) {
    try {
      if (Files.exists(directory)) {
        for (Path entry : entries(directory)) {
          if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            remove(entry);
          } else {
            Files.deleteIfExists(entry);
          }
        }
        Files.deleteIfExists(directory);
      }
    } catch (IOException e) {
      directory.toFile().deleteOnExit();
    }
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
