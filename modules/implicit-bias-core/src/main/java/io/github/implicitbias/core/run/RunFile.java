package io.github.implicitbias.core.run;

import java.io.IOException;
import java.io.OutputStream;
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
    OutputStream out = Files.newOutputStream(file, java.nio.file.StandardOpenOption.CREATE_NEW);
    return new Recorder() {
      @Override
      public void header(RunHeader header) throws IOException {
        out.write(header.encode());
      }

      @Override
      public void block(byte[] block) throws IOException {
        out.write(block);
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }

  /**
   * Opens a run for reading, up to the last whole block.
   *
   * @throws BlockFormatException if the file does not begin with a header of ours
   * @throws IOException if it cannot be read
   */
  public static Run open(Path file) throws IOException {
    List<Long> offsets = new ArrayList<>();
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      RunHeader header = RunHeader.decode(next(in, Frame.TYPE_RUN));
      Run run =
          new Run(
              header,
              index -> {
                try (RandomAccessFile again = new RandomAccessFile(file.toFile(), "r")) {
                  again.seek(offsets.get(index));
                  return next(again, Frame.TYPE_RECORDS);
                }
              });
      while (in.getFilePointer() < in.length()) {
        long offset = in.getFilePointer();
        try {
          byte[] block = next(in, Frame.TYPE_RECORDS);
          run.index(block);
        } catch (BlockFormatException e) {
          break;
        }
        offsets.add(offset);
      }
      return run;
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
