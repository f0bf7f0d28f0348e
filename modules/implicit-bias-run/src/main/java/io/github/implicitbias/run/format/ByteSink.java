package io.github.implicitbias.run.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing byte array with the primitive encodings of the format. Big endian. */
final class ByteSink {

  private static final int KEPT = 1 << 22;

  private byte[] bytes;
  private int length;

  ByteSink(int capacity) {
    bytes = new byte[capacity];
  }

  void reset(int to) {
    length = to;
    room(0);
  }

  /** Begins anew; memory that the content so far made little use of is given back. */
  void restart(int at) {
    if (bytes.length > KEPT && length < bytes.length / 8) {
      bytes = new byte[Math.max(KEPT / 2, 2 * length)];
    }
    reset(at);
  }

  int length() {
    return length;
  }

  byte[] array() {
    return bytes;
  }

  void ensureCapacity(int capacity) {
    if (capacity > bytes.length) {
      bytes = Arrays.copyOf(bytes, capacity);
    }
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  void putByte(int value) {
    room(1);
    bytes[length++] = (byte) value;
  }

  void putInt(int value) {
    room(4);
    setInt(length, value);
    length += 4;
  }

  void setInt(int at, int value) {
    for (int k = 0; k < 4; k++) {
      bytes[at + k] = (byte) (value >>> (24 - 8 * k));
    }
  }

  void putLong(long value) {
    room(8);
    setLong(length, value);
    length += 8;
  }

  void setLong(int at, long value) {
    for (int k = 0; k < 8; k++) {
      bytes[at + k] = (byte) (value >>> (56 - 8 * k));
    }
  }

  void putLongs(long[] values, int count) {
    room(8 * count);
    for (int i = 0; i < count; i++) {
      setLong(length, values[i]);
      length += 8;
    }
  }

  void putDouble(double value) {
    putLong(Double.doubleToRawLongBits(value));
  }

  /** Seven bits per byte, lowest first; for numbers that are not negative. */
  void putVarLong(long value) {
    room(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  /** The first {@code count} entries, increasing, as differences. */
  void putIncreasing(int[] values, int count) {
    putVarLong(count);
    room(5 * count);
    int before = -1;
    for (int i = 0; i < count; i++) {
      int rest = values[i] - before - 1;
      before = values[i];
      while ((rest & ~0x7f) != 0) {
        bytes[length++] = (byte) (rest | 0x80);
        rest >>>= 7;
      }
      bytes[length++] = (byte) rest;
    }
  }

  void putText(String text) {
    if (text.isEmpty()) {
      putInt(0);
      return;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putInt(utf8.length);
    putBytes(utf8);
  }

  void putBytes(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, length, more.length);
    length += more.length;
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      int growth = Math.min(bytes.length, KEPT);
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length + growth));
    }
  }
}
