package io.github.implicitbias.run;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.Frame;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The run in a run file, which may still be growing. What is damaged is passed over: behind it the
 * next undamaged block is looked for, and the numbers of the blocks tell what is missing. A block
 * at the end that has not been written whole is no damage: it is looked at again.
 *
 * <p>The file is read from its beginning to its end once, and is open only while it is read.
 */
final class FileLog implements RunLog {

  private static final int LEAST_CHUNK = 1 << 10;
  private static final int MOST_CHUNK = 1 << 16;

  /** Bytes whose checksums may fail, as a multiple of the file, before lengths are believed. */
  private static final int PATIENCE = 64;

  /** Damaged bytes at the end that are looked at again when the file has changed. */
  private static final int LOOKED_AT_AGAIN = 1 << 22;

  private final Path file;
  private @Nullable RunHeader header;
  private @Nullable BlockFormatException notOurs;
  private long[] offsets = new long[16];
  private int blocks;
  private long scanned;
  private long wasted;
  private boolean isHeaderOld;
  private boolean damagedSinceLast;
  private long seenLength = -1;
  private FileTime seenTime = FileTime.fromMillis(0);
  private byte[] firstEnvelope = {};
  private byte[] lastEnvelope = {};

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
    return Objects.requireNonNull(header);
  }

  @Override
  public synchronized int blocks() {
    return blocks;
  }

  @Override
  public synchronized long changedAt() {
    return seenTime.toMillis();
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
      byte[] block = sealed(in, offset, in.length());
      if (block == null) {
        throw new IOException(file + " has become shorter");
      }
      return block;
    }
  }

  @Override
  public synchronized boolean look() throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      FileTime time = Files.getLastModifiedTime(file);
      long length = in.length();
      if (length == seenLength && time.equals(seenTime)) {
        return true;
      }
      boolean same = seenLength < 0 || isSameFile(in, length);
      if (!same) {
        beginAnew();
      }
      scan(in, length);
      seenLength = length;
      seenTime = time;
      return same;
    }
  }

  /** Returns false if another file has taken the name since the last look. */
  private boolean isSameFile(RandomAccessFile in, long length) throws IOException {
    return length >= scanned
        && Arrays.equals(firstEnvelope, bytes(in, 0, firstEnvelope.length))
        && (blocks == 0
            || Arrays.equals(lastEnvelope, bytes(in, offsets[blocks - 1], lastEnvelope.length)));
  }

  private void beginAnew() {
    blocks = 0;
    scanned = 0;
    wasted = 0;
    damagedSinceLast = false;
    isHeaderOld = true;
    firstEnvelope = new byte[0];
  }

  private void scan(RandomAccessFile in, long length) throws IOException {
    if (firstEnvelope.length == 0 && length >= Frame.HEADER_BYTES) {
      firstEnvelope = bytes(in, 0, Frame.HEADER_BYTES);
    }
    while (length - scanned >= Frame.HEADER_BYTES) {
      byte[] block = null;
      try {
        block = sealed(in, scanned, length);
        if (block != null) {
          take(block);
        }
      } catch (BlockFormatException e) {
        if (!passDamage(in, length, e)) {
          return;
        }
        continue;
      }
      // A block that is not written to its end never will be, if there is a whole one behind it.
      long next = block == null ? next(in, scanned + 1, length, true) : scanned + block.length;
      if (next < 0) {
        return;
      }
      damagedSinceLast |= block == null;
      scanned = next;
    }
  }

  /** Goes to where a block may begin behind the damage at this place; false if there is none. */
  private boolean passDamage(RandomAccessFile in, long length, BlockFormatException why)
      throws IOException {
    notOurs = notOurs == null ? why : notOurs;
    long wastedBefore = wasted;
    long from = scanned + 1;
    byte[] envelope = bytes(in, scanned, Frame.HEADER_BYTES);
    boolean isWholeEnvelope = Frame.isEnvelope(envelope, 0);
    if (isWholeEnvelope) {
      int payload = Frame.payloadLength(envelope, 0);
      wasted += payload;
      from = wasted > PATIENCE * length ? scanned + Frame.HEADER_BYTES + payload : from;
    }
    // A header says nothing that another header does not say, and visits are no records.
    damagedSinceLast |= !isWholeEnvelope || !Frame.isHeader(envelope) && !Frame.isVisits(envelope);
    long next = next(in, from, length, false);
    if (next >= 0) {
      scanned = next;
      return true;
    }
    if (length - scanned > LOOKED_AT_AGAIN) {
      scanned = length - Frame.HEADER_BYTES + 1;
    } else {
      wasted = wastedBefore;
    }
    return false;
  }

  private void take(byte[] block) throws BlockFormatException {
    if (Frame.isHeader(block)) {
      RunHeader found = RunHeader.decode(block);
      if (header == null || isHeaderOld || header.isOfSameRun(found)) {
        header = found;
        isHeaderOld = false;
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
    lastEnvelope = Arrays.copyOf(block, Frame.HEADER_BYTES);
    damagedSinceLast &= !Frame.isRecords(block);
  }

  private static byte[] bytes(RandomAccessFile in, long offset, int count) throws IOException {
    byte[] bytes = new byte[count];
    in.seek(offset);
    in.readFully(bytes);
    return bytes;
  }

  /**
   * Returns the block that begins at an offset, checked; null if the file ends before it does.
   *
   * @throws BlockFormatException if there is none, or it is damaged
   */
  private static byte @Nullable [] sealed(RandomAccessFile in, long offset, long length)
      throws IOException {
    byte[] envelope = bytes(in, offset, Frame.HEADER_BYTES);
    int payload = Frame.payloadLength(envelope, 0);
    if (payload > length - offset - Frame.HEADER_BYTES) {
      return null;
    }
    byte[] block = Arrays.copyOf(envelope, Frame.HEADER_BYTES + payload);
    in.readFully(block, Frame.HEADER_BYTES, payload);
    Frame.run(block);
    return block;
  }

  /**
   * Returns where the next undamaged envelope begins, -1 if there is none.
   *
   * @param whole true if the block behind it has to be undamaged too, and of this run
   */
  private long next(RandomAccessFile in, long start, long length, boolean whole)
      throws IOException {
    long from = start;
    int size = LEAST_CHUNK;
    while (length - from >= Frame.HEADER_BYTES) {
      int count = (int) Math.min(size, length - from);
      byte[] chunk = bytes(in, from, count);
      for (int at = 0; at + Frame.HEADER_BYTES <= count; at++) {
        if (Frame.isEnvelope(chunk, at) && (!whole || isOurs(in, from + at, length))) {
          return from + at;
        }
      }
      from += count - Frame.HEADER_BYTES + 1;
      size = Math.min(2 * size, MOST_CHUNK);
    }
    return -1;
  }

  private boolean isOurs(RandomAccessFile in, long offset, long length) throws IOException {
    if (wasted > PATIENCE * length) {
      return false;
    }
    try {
      byte[] block = sealed(in, offset, length);
      if (block != null && (header == null || Frame.run(block).equals(header.id()))) {
        return true;
      }
      wasted += block == null ? 0 : block.length;
    } catch (BlockFormatException e) {
      wasted += Frame.payloadLength(bytes(in, offset, Frame.HEADER_BYTES), 0);
    }
    return false;
  }

  @Override
  public String toString() {
    return "The run file " + file;
  }
}
