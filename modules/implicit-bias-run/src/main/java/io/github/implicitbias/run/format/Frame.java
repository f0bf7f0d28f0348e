package io.github.implicitbias.run.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The envelope of everything that is stored: magic number, version, type, length, checksum, payload
 * (docs/format.md).
 */
public final class Frame {

  public static final int HEADER_BYTES = 16;
  public static final byte TYPE_RUN = 1;
  public static final byte TYPE_RECORDS = 2;
  private static final int MAGIC = 0x4942424c;
  public static final byte VERSION = 2;
  private static final int MAX_PAYLOAD = 1 << 30;

  private Frame() {}

  /** Writes the envelope of a payload that follows it in the same array. */
  public static void seal(byte[] bytes, byte type, int payloadLength) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, HEADER_BYTES, payloadLength);
    ByteBuffer.wrap(bytes)
        .putInt(MAGIC)
        .put(VERSION)
        .put(type)
        .putShort((short) 0)
        .putInt(payloadLength)
        .putInt((int) crc.getValue());
  }

  /**
   * Returns the length of the payload announced by an envelope.
   *
   * @throws BlockFormatException if it is no envelope of this version and type
   */
  public static int payloadLength(ByteBuffer envelope, byte type) throws BlockFormatException {
    if (envelope.remaining() < HEADER_BYTES) {
      throw new BlockFormatException("truncated: only " + envelope.remaining() + " bytes");
    }
    int at = envelope.position();
    if (envelope.getInt(at) != MAGIC) {
      throw new BlockFormatException("not a block of dl4j-implicit-bias: wrong magic number");
    }
    if (envelope.get(at + 4) < 1 || envelope.get(at + 4) > VERSION) {
      throw new BlockFormatException(
          "format version "
              + (envelope.get(at + 4) & 0xff)
              + " is not one this library understands: the greatest is "
              + VERSION);
    }
    if (envelope.get(at + 5) != type) {
      throw new BlockFormatException("block of type " + envelope.get(at + 5) + " where " + type);
    }
    if (envelope.getShort(at + 6) != 0) {
      throw new BlockFormatException("reserved bytes that are not 0");
    }
    int length = envelope.getInt(at + 8);
    if (length < 0 || length > MAX_PAYLOAD) {
      throw new BlockFormatException("impossible length " + length);
    }
    return length;
  }

  /** Returns the version in the envelope of a sealed block. */
  static int version(byte[] bytes) {
    return bytes[4];
  }

  /** Returns the payload of a sealed block after checking everything about the envelope. */
  static ByteBuffer open(byte[] bytes, byte type) throws BlockFormatException {
    int length = payloadLength(ByteBuffer.wrap(bytes), type);
    if (bytes.length != HEADER_BYTES + length) {
      throw new BlockFormatException(
          "length " + bytes.length + " where " + (HEADER_BYTES + length) + " was announced");
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, HEADER_BYTES, length);
    if ((int) crc.getValue() != ByteBuffer.wrap(bytes).getInt(12)) {
      throw new BlockFormatException("checksum does not match: the block is damaged");
    }
    return ByteBuffer.wrap(bytes, HEADER_BYTES, length).slice();
  }
}
