package io.github.implicitbias.run.format;

import io.github.implicitbias.run.RunId;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of everything that is stored (docs/format.md): magic number, version, type, length,
 * checksum of the payload, checksum of the envelope; behind it the payload, which begins with the
 * id of the run. Every byte is under one of the two checksums, so that a length can be trusted
 * before the payload is read.
 */
public final class Frame {

  /** Bytes of an envelope. */
  public static final int HEADER_BYTES = 20;

  /** Version of the format. */
  public static final byte VERSION = 1;

  static final byte TYPE_RUN = 1;
  static final byte TYPE_RECORDS = 2;
  static final byte TYPE_VISITS = 3;
  static final int ID_BYTES = 16;
  static final int MAGIC = 0x4942524e;
  private static final int CHECKED_BYTES = 16;
  private static final int MAX_PAYLOAD = 1 << 30;

  private Frame() {}

  /** Writes the envelope of a payload that follows it in the same array, and the id of the run. */
  static void seal(byte[] bytes, byte type, RunId id) {
    int length = bytes.length - HEADER_BYTES;
    ByteBuffer out = ByteBuffer.wrap(bytes);
    out.putLong(HEADER_BYTES, id.high()).putLong(HEADER_BYTES + 8, id.low());
    out.putInt(MAGIC).put(VERSION).put(type).putShort((short) 0).putInt(length);
    out.putInt(sum(bytes, HEADER_BYTES, length));
    out.putInt(sum(bytes, 0, CHECKED_BYTES));
  }

  private static int sum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /**
   * Returns the length of the payload that an envelope announces.
   *
   * @param bytes at least {@value #HEADER_BYTES} of them from {@code at} on
   * @throws BlockFormatException if it is not an undamaged envelope of this version
   */
  public static int payloadLength(byte[] bytes, int at) throws BlockFormatException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length - at < HEADER_BYTES) {
      throw new BlockFormatException("truncated: only " + (bytes.length - at) + " bytes");
    }
    if (in.getInt(at) != MAGIC) {
      throw new BlockFormatException("not a block of dl4j-implicit-bias: wrong magic number");
    }
    if (sum(bytes, at, CHECKED_BYTES) != in.getInt(at + CHECKED_BYTES)) {
      throw new BlockFormatException("the checksum of an envelope does not match: it is damaged");
    }
    if (in.get(at + 4) != VERSION) {
      throw new BlockFormatException(
          "format version "
              + (in.get(at + 4) & 0xff)
              + " is not the one that this library understands, "
              + VERSION);
    }
    int length = in.getInt(at + 8);
    if (in.getShort(at + 6) != 0 || length < ID_BYTES || length > MAX_PAYLOAD) {
      throw new BlockFormatException("an envelope of an impossible length " + length);
    }
    return length;
  }

  /** Returns true if an undamaged envelope of this version begins at a place. */
  public static boolean isEnvelope(byte[] bytes, int at) {
    return bytes.length - at >= HEADER_BYTES
        && intAt(bytes, at) == MAGIC
        && sum(bytes, at, CHECKED_BYTES) == intAt(bytes, at + CHECKED_BYTES)
        && bytes[at + 4] == VERSION
        && bytes[at + 6] == 0
        && bytes[at + 7] == 0
        && intAt(bytes, at + 8) >= ID_BYTES
        && intAt(bytes, at + 8) <= MAX_PAYLOAD;
  }

  private static int intAt(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | bytes[at + 3] & 0xff;
  }

  /** Returns true if sealed bytes announce themselves as the header of a run. */
  public static boolean isHeader(byte[] block) {
    return block.length > 5 && block[5] == TYPE_RUN;
  }

  /** Returns true if sealed bytes announce themselves as records. */
  public static boolean isRecords(byte[] block) {
    return block.length > 5 && block[5] == TYPE_RECORDS;
  }

  /** Returns true if sealed bytes announce themselves as visits. */
  public static boolean isVisits(byte[] block) {
    return block.length > 5 && block[5] == TYPE_VISITS;
  }

  /**
   * Returns the number of a sealed block of records or visits, which are counted together.
   *
   * @throws BlockFormatException if it is damaged, or has no number
   */
  public static long number(byte[] block) throws BlockFormatException {
    ByteBuffer in = whole(block);
    if (block.length < HEADER_BYTES + ID_BYTES + 8 || isHeader(block)) {
      throw new BlockFormatException("a block without a number");
    }
    return in.getLong(HEADER_BYTES + ID_BYTES);
  }

  /**
   * Returns the run that a sealed block belongs to, after checking everything about its envelope.
   *
   * @throws BlockFormatException if it is damaged
   */
  public static RunId run(byte[] block) throws BlockFormatException {
    ByteBuffer in = whole(block);
    return new RunId(in.getLong(HEADER_BYTES), in.getLong(HEADER_BYTES + 8));
  }

  /**
   * Returns the payload of a sealed block behind the id of the run.
   *
   * @param id of the run that the block must belong to; null if it may be any
   */
  static ByteBuffer open(byte[] block, byte type, @Nullable RunId id) throws BlockFormatException {
    ByteBuffer in = whole(block);
    if (in.get(5) != type) {
      throw new BlockFormatException("block of type " + in.get(5) + " where " + type);
    }
    RunId of = new RunId(in.getLong(HEADER_BYTES), in.getLong(HEADER_BYTES + 8));
    if (id != null && !id.equals(of)) {
      throw new BlockFormatException("a block of run " + of + " among those of run " + id);
    }
    int from = HEADER_BYTES + ID_BYTES;
    return ByteBuffer.wrap(block, from, block.length - from).slice();
  }

  private static ByteBuffer whole(byte[] block) throws BlockFormatException {
    int length = payloadLength(block, 0);
    if (block.length != HEADER_BYTES + length) {
      throw new BlockFormatException(
          "length " + block.length + " where " + (HEADER_BYTES + length) + " was announced");
    }
    ByteBuffer in = ByteBuffer.wrap(block);
    if (sum(block, HEADER_BYTES, length) != in.getInt(12)) {
      throw new BlockFormatException("checksum does not match: the block is damaged");
    }
    return in;
  }
}
