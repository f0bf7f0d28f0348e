package io.github.implicitbias.run.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteSink} wrote, trusting nothing. */
final class ByteSource {

  private final ByteBuffer bytes;

  ByteSource(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  int position() {
    return bytes.position();
  }

  void position(int at) {
    bytes.position(at);
  }

  boolean hasRemaining() {
    return bytes.hasRemaining();
  }

  /** Makes sure that so many bytes are left. */
  void need(long count) throws BlockFormatException {
    if (count < 0 || count > bytes.remaining()) {
      throw new BlockFormatException("a block ends before its content does");
    }
  }

  int getByte() throws BlockFormatException {
    need(1);
    return bytes.get() & 0xff;
  }

  /** Returns a byte that is 0 or 1. */
  boolean getFlag() throws BlockFormatException {
    int flag = getByte();
    if (flag > 1) {
      throw new BlockFormatException(flag + " where 0 or 1 is possible");
    }
    return flag == 1;
  }

  int getInt() throws BlockFormatException {
    need(4);
    return bytes.getInt();
  }

  /** Returns a count of things of which each takes at least {@code bytesEach} bytes. */
  int getCount(int bytesEach) throws BlockFormatException {
    int count = getInt();
    need((long) count * bytesEach);
    return count;
  }

  long getLong() throws BlockFormatException {
    need(8);
    return bytes.getLong();
  }

  double getDouble() throws BlockFormatException {
    return Double.longBitsToDouble(getLong());
  }

  void getLongs(long[] into) throws BlockFormatException {
    need(8L * into.length);
    for (int i = 0; i < into.length; i++) {
      into[i] = bytes.getLong();
    }
  }

  byte[] getBytes(int count) throws BlockFormatException {
    need(count);
    byte[] into = new byte[count];
    bytes.get(into);
    return into;
  }

  void skip(long count) throws BlockFormatException {
    need(count);
    bytes.position(bytes.position() + (int) count);
  }

  long getVarLong() throws BlockFormatException {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      int next = getByte();
      value |= (long) (next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        return value;
      }
    }
    throw new BlockFormatException("a number has more than 63 bits");
  }

  int getVarInt(int limit) throws BlockFormatException {
    long value = getVarLong();
    if (value > limit) {
      throw new BlockFormatException(value + " where at most " + limit + " is possible");
    }
    return (int) value;
  }

  String getText() throws BlockFormatException {
    int length = getCount(1);
    if (length == 0) {
      return "";
    }
    return new String(getBytes(length), StandardCharsets.UTF_8);
  }
}
