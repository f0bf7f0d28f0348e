package io.github.implicitbias.run.log;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.Frame;
import io.github.implicitbias.run.format.RunHeader;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run in one append-only file: the header, then one sealed block after the other
 * (docs/format.md). After a kill it is readable to the last whole block.
 */
public final class RunFile {

  private RunFile() {}

  /**
   * Returns a recorder that writes a new file.
   *
   * @throws IOException if the file exists already or cannot be made
   */
  public static Recorder create(Path file) throws IOException {
    Files.createFile(file);
    return new Writer(new RandomAccessFile(file.toFile(), "rw"), file);
  }

  /** Appends; what could not be written whole is taken back, so that the next block is found. */
  public static final class Writer implements Recorder {
    private final RandomAccessFile out;
    private final Path file;
    private long length;

    public Writer(RandomAccessFile out, Path file) {
      this.out = out;
      this.file = file;
    }

    @Override
    public void header(RunHeader header) throws IOException {
      append(header.encode());
    }

    @Override
    public void block(byte[] block) throws IOException {
      append(block);
    }

    private void append(byte[] bytes) throws IOException {
      try {
        out.seek(length);
        out.write(bytes);
        length += bytes.length;
      } catch (IOException e) {
        out.setLength(length);
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }

    @Override
    public String toString() {
      return "The run file " + file;
    }
  }

  /**
   * Opens a run for reading, up to the last whole block; what is appended later is not seen. The
   * file is opened anew for every block that is read.
   *
   * @throws BlockFormatException if the file does not begin with a header of ours
   * @throws IOException if it cannot be read
   */
  public static Run open(Path path) throws IOException {
    File file = path.toFile();
    List<Long> offsets = new ArrayList<>();
    try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
      Run run =
          new Run(
              RunHeader.decode(next(in, Frame.TYPE_RUN)),
              index -> {
                try (RandomAccessFile again = new RandomAccessFile(file, "r")) {
                  again.seek(offsets.get(index));
                  return next(again, Frame.TYPE_RECORDS);
                }
              });
      while (in.getFilePointer() < in.length()) {
        long offset = in.getFilePointer();
        try {
          run.index(next(in, Frame.TYPE_RECORDS));
        } catch (BlockFormatException e) {
          break;
        }
        offsets.add(offset);
      }
      return run;
    }
  }

  /** What a run file consists of, sealed as it lies there; thread-safe. */
  public static final class Blocks implements BlockSource {
    private final File file;
    private final byte[] header;
    private final List<Long> offsets = new ArrayList<>();

    /**
     * Looks where the blocks of a file are, up to the last whole one.
     *
     * @throws BlockFormatException if the file does not begin with a header of ours
     * @throws IOException if it cannot be read
     */
    public Blocks(Path path) throws IOException {
      file = path.toFile();
      try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
        header = next(in, Frame.TYPE_RUN);
        while (in.getFilePointer() < in.length()) {
          long offset = in.getFilePointer();
          try {
            next(in, Frame.TYPE_RECORDS);
          } catch (BlockFormatException e) {
            break;
          }
          offsets.add(offset);
        }
      }
    }

    /** Returns the header, for {@link RunHeader#decode}. */
    public byte[] header() {
      return header.clone();
    }

    /** Returns the number of blocks. */
    public int count() {
      return offsets.size();
    }

    @Override
    public byte[] block(int index) throws IOException {
      try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
        in.seek(offsets.get(index));
        return next(in, Frame.TYPE_RECORDS);
      }
    }
  }

  private static byte[] next(RandomAccessFile in, byte type) throws IOException {
    long left = in.length() - in.getFilePointer();
    byte[] envelope = new byte[(int) Math.min(Frame.HEADER_BYTES, left)];
    in.readFully(envelope);
    int length = Frame.payloadLength(ByteBuffer.wrap(envelope), type);
    if (length > left - Frame.HEADER_BYTES) {
      throw new BlockFormatException("the file ends before the block does");
    }
    byte[] block = new byte[Frame.HEADER_BYTES + length];
    System.arraycopy(envelope, 0, block, 0, envelope.length);
    in.readFully(block, Frame.HEADER_BYTES, length);
    return block;
  }
}
