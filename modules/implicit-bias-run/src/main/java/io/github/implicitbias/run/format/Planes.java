package io.github.implicitbias.run.format;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/*
 * Numbers of many samples side by side: first the highest byte of all, then the next, because the
 * high bytes of numbers of one kind are alike and deflate well, and the low ones hardly at all.
 */

/** One number per sample, in byte planes. Immutable. */
final class Planes {

  /** Bytes of a whole number, and of a float. */
  static final int MOST = 4;

  /** So few bytes would hardly become fewer. */
  private static final int FEW = 128;

  private static final int NO_FLOAT = 0x7fc00000;

  private final byte[] bytes;
  private final int size;
  private final int width;

  private Planes(byte[] bytes, int size, int width) {
    this.bytes = bytes;
    this.size = size;
    this.width = width;
  }

  /** Takes whole numbers from -1 on, in as many bytes as the largest needs. */
  static Planes ofWhole(int[] values) {
    int most = 0;
    int[] raised = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      raised[i] = values[i] + 1;
      most |= raised[i];
    }
    return of(raised, Math.max(1, (39 - Integer.numberOfLeadingZeros(most)) / 8));
  }

  /** Takes floats; a NaN stands for a number that is not there. */
  static Planes ofFractions(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.isNaN(values[i]) ? NO_FLOAT : Float.floatToRawIntBits(values[i]);
    }
    return of(bits, MOST);
  }

  private static Planes of(int[] values, int width) {
    byte[] bytes = new byte[Math.multiplyExact(width, values.length)];
    for (int plane = 0, at = 0; plane < width; plane++) {
      int shift = 8 * (width - 1 - plane);
      for (int value : values) {
        bytes[at++] = (byte) (value >>> shift);
      }
    }
    return new Planes(bytes, values.length, width);
  }

  private int raw(int index) {
    int value = 0;
    for (int at = index; at < bytes.length; at += size) {
      value = value << 8 | bytes[at] & 0xff;
    }
    return value;
  }

  int whole(int index) {
    return raw(index) - 1;
  }

  float fraction(int index) {
    return Float.intBitsToFloat(raw(index) << 8 * (MOST - width));
  }

  /** Takes floats as floats of 16 bits, rounded to the nearest, see {@link #ofFractions}. */
  static Planes ofRounded(float[] values) {
    int[] upper = new int[values.length];
    for (int i = 0; i < upper.length; i++) {
      upper[i] = rounded(Float.isNaN(values[i]) ? NO_FLOAT : Float.floatToRawIntBits(values[i]));
    }
    return of(upper, 2);
  }

  /** Returns floats of 16 bits, rounded to the nearest, of two those whose last bit is 0. */
  Planes rounded() {
    if (width == 2) {
      return this;
    }
    int[] upper = new int[size];
    for (int i = 0; i < size; i++) {
      upper[i] = rounded(raw(i));
    }
    return of(upper, 2);
  }

  private static int rounded(int bits) {
    boolean finite = (bits & 0x7f800000) != 0x7f800000;
    return (finite ? bits + 0x7fff + (bits >>> 16 & 1) : bits) >>> 16;
  }

  int size() {
    return size;
  }

  byte[] bytes() {
    return bytes;
  }

  int width() {
    return width;
  }

  /** Returns what makes contents smaller, to be ended after the last of them. */
  static Deflater deflater() {
    // Samples stand in no order, so that there is hardly a string of bytes that comes again:
    // looking
    // for them takes twice the time and gains nothing over codes of the single bytes.
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    deflater.setStrategy(Deflater.HUFFMAN_ONLY);
    return deflater;
  }

  /** Returns contents deflated, or as they are if that is not smaller. */
  static byte[] deflated(byte[] bytes, Deflater by) {
    if (bytes.length < FEW) {
      return bytes;
    }
    by.reset();
    by.setInput(bytes);
    by.finish();
    byte[] out = new byte[bytes.length];
    int length = 0;
    while (!by.finished()) {
      if (length == out.length) {
        return bytes;
      }
      length += by.deflate(out, length, out.length - length);
    }
    return length < bytes.length ? Arrays.copyOf(out, length) : bytes;
  }

  /**
   * Reads the numbers of so many samples.
   *
   * @param most bytes that there may be, not deflated
   */
  static Planes read(ByteSource source, int size, long most) throws BlockFormatException {
    int width = source.getByte();
    if (width < 1 || width > MOST) {
      throw new BlockFormatException("numbers of " + width + " bytes");
    }
    return new Planes(bytes(source, (long) width * size, most), size, width);
  }

  /** Reads bytes, deflated or not, of which there are so many. */
  static byte[] bytes(ByteSource source, long length, long most) throws BlockFormatException {
    boolean deflated = source.getFlag();
    byte[] stored = source.getBytes(source.getCount(1));
    if (!deflated) {
      if (stored.length != length) {
        throw new BlockFormatException(stored.length + " bytes where " + length + " belong");
      }
      return stored;
    }
    if (length > most) {
      throw new BlockFormatException(length + " bytes are more than a block of its size may hold");
    }
    Inflater inflater = new Inflater(true);
    try {
      byte[] all = new byte[(int) length];
      inflater.setInput(stored);
      int at = 0;
      while (at < all.length) {
        int more = inflater.inflate(all, at, all.length - at);
        if (more == 0) {
          throw new BlockFormatException("deflated numbers end too early");
        }
        at += more;
      }
      if (inflater.inflate(new byte[1]) > 0 || !inflater.finished()) {
        throw new BlockFormatException("deflated numbers go on behind their end");
      }
      return all;
    } catch (DataFormatException e) {
      throw new BlockFormatException("numbers that cannot be inflated");
    } finally {
      inflater.end();
    }
  }
}
