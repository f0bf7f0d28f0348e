package io.github.implicitbias.page;

import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.format.RunHeader;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/**
 * A run as one HTML file: the page "Implicit bias" with all its panels and the run in it, which
 * opens from disk in a browser, without a server and without a network.
 *
 * <pre>{@code
 * RunPage.write(Path.of("run.ibrun"), Path.of("run.html"));
 * }</pre>
 *
 * <p>The file is at most 20 MB. A run with more records than fit is decimated: charts keep the
 * least and the greatest value of each stretch, the step slider moves over records evenly spread
 * over the run, the first and the last among them, and the page says how many there are of how
 * many.
 */
public final class RunPage {

  /** Bytes of a file. */
  static final long MAX_BYTES = 20_000_000;

  /** Records of a file. */
  static final int MAX_RECORDS = 20_000;

  private RunPage() {}

  /**
   * Writes the run of a run file, up to its last whole block.
   *
   * @param runFile a file that an {@code ImplicitBiasListener} or {@code RunFile} has written
   * @param htmlFile is replaced if it is there; it appears when it is complete
   * @throws IllegalArgumentException if the run has no records
   * @throws IOException if the records cannot be read or the file cannot be written
   */
  public static void write(Path runFile, Path htmlFile) throws IOException {
    write(RunFile.log(runFile), htmlFile);
  }

  /**
   * Writes a run, wherever it lies, as far as it is recorded; it may still go on.
   *
   * @param htmlFile is replaced if it is there; it appears when it is complete
   * @throws IllegalArgumentException if the run has no records
   * @throws IOException if the records cannot be read or the file cannot be written
   */
  public static void write(RunLog log, Path htmlFile) throws IOException {
    write(log, htmlFile, MAX_BYTES);
  }

  /**
   * Writes a run as {@link #write(RunLog, Path)} does, into a file of another greatest size.
   *
   * @param maxBytes greatest size of the file; about 0.5 MB is the page itself
   * @throws IllegalArgumentException if the run has no records
   * @throws IOException if the records cannot be read, the file cannot be written, or not even two
   *     records fit
   */
  public static void write(RunLog log, Path htmlFile, long maxBytes) throws IOException {
    Words english = Words.in(Words.ENGLISH, Surroundings.NONE);
    try {
      write(log, new FileHtml(new Assets(), english), htmlFile, maxBytes);
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** All records there are, or with fewer and fewer until they fit, evenly spread. */
  static void write(RunLog log, FileHtml html, Path file, long most) throws Refusal, IOException {
    FollowedRun run = new FollowedRun(log).whole();
    if (run.run().size() == 0) {
      throw new Refusal(404, "The run has no records yet.");
    }
    RunHeader header = run.run().header();
    String title = header.name().isEmpty() ? header.sessionId() : header.name();
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is a folder");
    }
    Files.createDirectories(folder);
    Path temporary = folder.resolve(".implicit-bias-" + UUID.randomUUID() + ".tmp");
    try {
      int records = MAX_RECORDS;
      while (true) {
        RunData[] data = {null};
        int wanted = records;
        try (OutputStream out =
            new Limited(new BufferedOutputStream(Files.newOutputStream(temporary)), most)) {
          html.write(
              "Implicit bias - " + title,
              into -> {
                data[0] = new RunData(run, wanted, new Scripts(into, ""));
                data[0].write();
              },
              out);
          break;
        } catch (TooLarge e) {
          records = data[0] == null ? 0 : data[0].fewer();
          if (records < 2) {
            throw new IOException("Even two records of the run do not fit into " + most + " bytes");
          }
        }
      }
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Writes several runs as one file: the page over all of them, with a row for each, and behind it
   * every run whose share of the file is enough for its records, evenly spread. The others are rows
   * and lines of the loss only.
   *
   * @param htmlFile is replaced if it is there; it appears when it is complete
   * @throws IllegalArgumentException if there is no run, or there are more than 1,000
   * @throws IOException if the records cannot be read or the file cannot be written
   */
  public static void write(List<RunLog> runs, Path htmlFile) throws IOException {
    Words english = Words.in(Words.ENGLISH, Surroundings.NONE);
    try {
      RunsFile.write(runs, new FileHtml(new Assets(), english), htmlFile, MAX_BYTES);
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Fails as soon as more is written than may be. */
  static final class Limited extends FilterOutputStream {
    private long left;

    Limited(OutputStream out, long most) {
      super(out);
      left = most;
    }

    @Override
    public void write(int b) throws IOException {
      take(1);
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      take(length);
      out.write(bytes, from, length);
    }

    private void take(int length) throws IOException {
      left -= length;
      if (left < 0) {
        throw new TooLarge();
      }
    }
  }
}
