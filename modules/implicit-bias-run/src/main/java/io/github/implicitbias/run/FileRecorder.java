package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Appends the blocks of a run to a file.
 *
 * <p>The header is written beside the file first, under a name that ends with {@code .part}; the
 * file gets its own name when it holds the header. What could not be written whole is taken back,
 * so that the next block is found. A file that is deleted or replaced while it is written is an
 * error, once; what comes next goes into a new one, of the same name if that is free.
 */
final class FileRecorder implements Recorder {

  private static final int MOST_NAMES = 1000;

  /** Opens files for writing. */
  interface Disk {
    RandomAccessFile open(Path file) throws IOException;
  }

  private final Path wanted;
  private final Disk disk;
  private Path file;
  private byte @Nullable [] header;
  private @Nullable RandomAccessFile out;
  private boolean named;
  private boolean wasLost;
  private @Nullable Object key;
  private long length;
  private long blocks;

  FileRecorder(Path file) {
    this(file, path -> new RandomAccessFile(path.toFile(), "rw"));
  }

  FileRecorder(Path file, Disk disk) {
    this.wanted = file;
    this.file = file;
    this.disk = disk;
  }

  @Override
  public void header(RunHeader runHeader) throws IOException {
    byte[] encoded = runHeader.encode();
    header = encoded;
    boolean isFirst = !named;
    RandomAccessFile to = ready();
    if (!isFirst) {
      append(to, encoded);
    }
  }

  @Override
  public void block(byte[] block) throws IOException {
    append(ready(), block);
    blocks++;
  }

  /** Makes sure that there is a file that begins with the header, and that it is open. */
  private RandomAccessFile ready() throws IOException {
    if (named && isGone()) {
      forget();
      throw new IOException(
          file + " was deleted or replaced while it was written: recording goes on in a new file");
    }
    if (!named) {
      begin();
    }
    RandomAccessFile open = out == null ? disk.open(file) : out;
    out = open;
    return open;
  }

  private void begin() throws IOException {
    byte[] head = Objects.requireNonNull(header, "the header comes first");
    file = wasLost ? freeName() : wanted;
    String nonce = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path part = file.resolveSibling(file.getFileName() + "." + nonce + ".part");
    try {
      try (RandomAccessFile first = disk.open(part)) {
        first.write(head);
      }
      publish(part);
    } finally {
      Files.deleteIfExists(part);
    }
    key = key();
    length = head.length;
    blocks = 0;
    named = true;
  }

  /** Returns the name that was wanted, or the first like it that is free. */
  private Path freeName() throws IOException {
    String name = wanted.getFileName().toString();
    int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
    Path free = wanted;
    for (int k = 2; !RunFile.isFree(free) && k < MOST_NAMES; k++) {
      free = wanted.resolveSibling(name.substring(0, dot) + "-" + k + name.substring(dot));
    }
    return free;
  }

  /** Gives the file its name, unless another run has it. */
  private void publish(Path part) throws IOException {
    if (Files.exists(file)) {
      if (!RunFile.isFree(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
      Files.delete(file);
    }
    try {
      Files.createLink(file, part);
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
      move(part);
    }
  }

  /** For file systems without links. */
  private void move(Path part) throws IOException {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file);
    }
  }

  private @Nullable Object key() throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private void append(RandomAccessFile to, byte[] bytes) throws IOException {
    try {
      to.seek(length);
      to.write(bytes);
      length += bytes.length;
    } catch (IOException e) {
      takeBack(to, e);
      throw e;
    }
  }

  private void takeBack(RandomAccessFile to, IOException why) {
    try {
      to.setLength(length);
    } catch (IOException e) {
      why.addSuppressed(e); // the next block is written over it
    }
  }

  private boolean isGone() {
    try {
      Object now = key();
      return now == null ? Files.size(file) < length : !now.equals(key);
    } catch (IOException e) {
      return Files.notExists(file);
    }
  }

  private void forget() {
    named = false;
    wasLost = true;
    RandomAccessFile lost = out;
    out = null;
    try {
      if (lost != null) {
        lost.close();
      }
    } catch (IOException e) {
      // Nobody can read it any more.
    }
  }

  /** Writes the header once more: if the first is damaged, the run can still be read. */
  @Override
  public void close() throws IOException {
    RandomAccessFile open = out;
    if (open == null || header == null) {
      return;
    }
    try {
      if (isGone()) {
        throw new IOException(file + " was deleted or replaced while it was written");
      }
      if (blocks > 0) {
        append(open, header);
      }
    } finally {
      open.close();
      out = null;
    }
  }

  @Override
  public String toString() {
    return "The run file " + file;
  }
}
