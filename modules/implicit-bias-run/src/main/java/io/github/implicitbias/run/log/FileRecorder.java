package io.github.implicitbias.run.log;

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

/**
 * Appends the blocks of a run to a file.
 *
 * <p>The header is written beside the file first, which gets its name when it holds it. What could
 * not be written whole is taken back, so that the next block is found. A file that is deleted or
 * replaced while it is written is an error, once; the next block goes into a new one.
 */
final class FileRecorder implements Recorder {

  private final Path file;
  private byte[] header;
  private RandomAccessFile out;
  private Object key;
  private long length;
  private long blocks;

  FileRecorder(Path file) {
    this.file = file;
  }

  @Override
  public void header(RunHeader runHeader) throws IOException {
    header = runHeader.encode();
    if (out == null) {
      open();
    } else {
      append(header);
    }
  }

  private void open() throws IOException {
    Path part = file.resolveSibling(file.getFileName() + "." + Long.toHexString(nonce()) + ".part");
    try {
      Files.write(part, header);
      publish(part);
    } finally {
      Files.deleteIfExists(part);
    }
    out = new RandomAccessFile(file.toFile(), "rw");
    key = key();
    length = header.length;
  }

  private static long nonce() {
    return new java.security.SecureRandom().nextLong();
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
      if (e instanceof FileAlreadyExistsException || Files.exists(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
      move(part);
    }
  }

  private void move(Path part) throws IOException {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file);
    }
  }

  private Object key() throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  @Override
  public void block(byte[] block) throws IOException {
    if (out == null) {
      open();
    }
    append(block);
    blocks++;
  }

  private void append(byte[] bytes) throws IOException {
    if (isGone()) {
      out.close();
      out = null;
      blocks = 0;
      throw new IOException(
          file + " was deleted or replaced while it was written: recording goes on in a new file");
    }
    try {
      out.seek(length);
      out.write(bytes);
      length += bytes.length;
    } catch (IOException e) {
      out.setLength(length);
      throw e;
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

  /** The header once more at the end: if the first is damaged, the run can still be read. */
  @Override
  public void close() throws IOException {
    if (out != null) {
      try {
        if (blocks > 0 && !isGone()) {
          append(header);
        }
      } finally {
        out.close();
        out = null;
      }
    }
  }

  @Override
  public String toString() {
    return "The run file " + file;
  }
}
