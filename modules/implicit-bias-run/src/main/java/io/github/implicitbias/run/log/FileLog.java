package io.github.implicitbias.run.log;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.Frame;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The run in a run file, which may still be growing. Whatever is damaged is passed over: behind it
 * the next undamaged block is looked for, and the numbers of the blocks tell what is missing. A
 * block that has not been written to its end is no damage: it is looked at again.
 *
 * <p>The file is read from its beginning to its end once, and held open only while it is read.
 */
public final class FileLog implements RunLog {

  private static final int CHUNK = 1 << 16;

  /** Bytes whose checksums may fail, as a multiple of the file, before lengths are believed. */
  private static final int PATIENCE = 4;

  private final Path file;
  private RunHeader header;
  private BlockFormatException notOurs;
  private long[] offsets = new long[16];
  private int blocks;
  private long scanned;
  private long wasted;
  private boolean damagedSinceLast;
  private long changedAt;

  /**
   * Opens a run file.
   *
   * @throws BlockFormatException if there is no undamaged header in it
   * @throws IOException if it cannot be read
   */
  public FileLog(Path file) throws IOException {
    this.file = file;
    look();
    if (header == null) {
      throw notOurs != null
          ? notOurs
          : new BlockFormatException("the file ends before its header does");
    }
  }

  @Override
  public synchronized RunHeader header() {
    return header;
  }

  @Override
  public synchronized int blocks() {
    return blocks;
  }

  @Override
  public synchronized long changedAt() {
    return changedAt;
  }

  @Override
  public synchronized boolean isEndDamaged() {
    return damagedSinceLast;
  }

  @Override
  public byte[] block(int index) throws IOException {
    long offset;
    synchronized (this) {
      offset = offsets[index];
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      return sealed(in, offset, in.length());
    }
  }

  @Override
  public synchronized boolean look() throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long length = in.length();
      if (length < scanned) {
        // Another file of the same name.
        blocks = 0;
        scanned = 0;
        wasted = 0;
        damagedSinceLast = false;
        scan(in, length);
        return false;
      }
      if (length > scanned) {
        scan(in, length);
      }
      return true;
    }
  }

  private void scan(RandomAccessFile in, long length) throws IOException {
    changedAt = Files.getLastModifiedTime(file).toMillis();
    while (length - scanned >= Frame.HEADER_BYTES) {
      byte[] block;
      try {
        block = sealed(in, scanned, length);
        if (block == null) {
          return; // not written to its end
        }
        take(block);
      } catch (BlockFormatException e) {
        notOurs = notOurs == null ? e : notOurs;
        damagedSinceLast = true;
        long next = next(in, length);
        if (next < 0) {
          scanned = length - Frame.HEADER_BYTES + 1;
          return;
        }
        scanned = next;
        continue;
      }
      scanned += block.length;
    }
  }

  private void take(byte[] block) throws BlockFormatException {
    if (Frame.isHeader(block)) {
      RunHeader found = RunHeader.decode(block);
      if (header == null || header.isOfSameRun(found)) {
        header = found;
      }
      return;
    }
    if (header != null && !Frame.run(block).equals(header.id())) {
      return; // somebody else's
    }
    if (blocks == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * blocks);
    }
    offsets[blocks++] = scanned;
    damagedSinceLast = false;
  }

  /**
   * Returns the block that begins at an offset, checked; null if the file ends before it does.
   *
   * @throws BlockFormatException if there is none, or it is damaged
   */
  private static byte[] sealed(RandomAccessFile in, long offset, long length) throws IOException {
    byte[] envelope = new byte[Frame.HEADER_BYTES];
    in.seek(offset);
    in.readFully(envelope);
    int payload = Frame.payloadLength(envelope, 0);
    if (payload > length - offset - Frame.HEADER_BYTES) {
      return null;
    }
    byte[] block = Arrays.copyOf(envelope, Frame.HEADER_BYTES + payload);
    in.readFully(block, Frame.HEADER_BYTES, payload);
    Frame.run(block);
    return block;
  }

  /** Returns where the next undamaged envelope begins, -1 if there is none. */
  private long next(RandomAccessFile in, long length) throws IOException {
    long from = scanned + 1;
    byte[] envelope = new byte[Frame.HEADER_BYTES];
    in.seek(scanned);
    in.readFully(envelope);
    try {
      int payload = Frame.payloadLength(envelope, 0);
      wasted += payload;
      if (wasted > PATIENCE * length) {
        from = scanned + Frame.HEADER_BYTES + payload;
      }
    } catch (BlockFormatException e) {
      // The envelope itself is damaged: its length means nothing.
    }
    byte[] chunk = new byte[CHUNK];
    while (length - from >= Frame.HEADER_BYTES) {
      int count = (int) Math.min(CHUNK, length - from);
      in.seek(from);
      in.readFully(chunk, 0, count);
      byte[] there = count == CHUNK ? chunk : Arrays.copyOf(chunk, count);
      for (int at = 0; at + Frame.HEADER_BYTES <= count; at++) {
        if (Frame.mayBegin(there, at) && isEnvelope(there, at)) {
          return from + at;
        }
      }
      from += count - Frame.HEADER_BYTES + 1;
    }
    return -1;
  }

  private static boolean isEnvelope(byte[] bytes, int at) {
    try {
      Frame.payloadLength(bytes, at);
      return true;
    } catch (BlockFormatException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "The run file " + file;
  }
}
