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
 * The folder that {@code --out} names. Run files are written there while training goes on, so that
 * whatever stops it leaves what was recorded. Everything else is written into a temporary folder
 * beside it at the end, and then put in its place: nobody finds half of a table.
 */
public final class OutputFolder implements AutoCloseable {

  /** The file of the page with the run in it. */
  public static final String PAGE = "run.html";

  private final Path folder;
  private final Path temporary;
  private final Thread atExit = new Thread(this::stop, "remove-temporary-results");

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

  /**
   * Makes the folder itself, for files that grow while training goes on.
   *
   * @return null if there is none
   * @throws InputException if it cannot be made
   */
  public static @Nullable Path live(@Nullable OutputFolder out) {
    if (out == null) {
      return null;
    }
    try {
      return Files.createDirectories(out.folder);
    } catch (IOException e) {
      throw new InputException("--out " + out + " cannot be written: " + reason(e) + ".", e);
    }
  }

  /** Puts what has been written in its place. */
  public void publish() {
    try {
      if (Files.isDirectory(folder) && !entries(folder).isEmpty()) {
        merge(temporary, folder);
        return;
      }
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

  private static void merge(Path from, Path into) throws IOException {
    Files.createDirectories(into);
    for (Path entry : entries(from)) {
      Path target = into.resolve(entry.getFileName());
      if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        merge(entry, target);
      } else {
        Files.move(entry, target);
      }
    }
  }

  @Override
  public void close() {
    leave();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // Java is already going down, and the hook has nothing left to do.
    }
  }

  /** When Java goes down before everything was written. */
  private void stop() {
    leave();
    if (Files.isDirectory(folder)) {
      System.err.println("Stopped. What was recorded until now is in " + folder + ".");
    }
  }

  /** Removes what is temporary, and folders into which nothing was written. */
  private void leave() {
    remove(temporary);
    try {
      if (Files.isDirectory(folder)) {
        removeEmpty(folder);
      }
    } catch (IOException e) {
      // An empty folder stays; the next start can use it.
    }
  }

  private static void removeEmpty(Path directory) throws IOException {
    for (Path entry : entries(directory)) {
      if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        removeEmpty(entry);
      }
    }
    if (entries(directory).isEmpty()) {
      Files.delete(directory);
    }
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
