package io.github.implicitbias.listener;

import io.github.implicitbias.core.visit.SampleIndex;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.bytedeco.javacpp.Pointer;

/*
 * A direct buffer of NIO can be copied from and compared without a call into native code, but a new
 * one per address would be garbage at every step, as activations move. So buffers are laid over
 * address space, not over arrays: a window begins at a multiple of 2^30 and is nearly 2^31 bytes
 * long, so that every array of up to 2^30 bytes lies wholly in the window in which it begins. A
 * process has few of them. Most of a window is not memory of ours or no memory at all: position and
 * limit are set to an array that is there before anything is read.
 */

/** Memory of this process, by address, through buffers that are made once. Not thread-safe. */
final class NativeMemory {

  /** The greatest length of an array, in bytes. */
  static final long LONGEST = 1L << 30;

  private static final long STRIDE = 1L << 30;
  private static final long LENGTH = Integer.MAX_VALUE & ~7L;
  private static final int MOST = 64;

  private final Window[] windows = new Window[MOST];
  private int known;

  /** Returns the ints at an address, which is a multiple of 4; valid until the next call. */
  IntBuffer ints(long address, int length) {
    Window window = window(address);
    int at = (int) ((address - window.base) >>> 2);
    window.ints.limit(at + length).position(at);
    return window.ints;
  }

  /** Returns the floats at an address, which is a multiple of 4; valid until the next call. */
  FloatBuffer floats(long address, int length) {
    Window window = window(address);
    int at = (int) ((address - window.base) >>> 2);
    window.floats.limit(at + length).position(at);
    return window.floats;
  }

  /** Returns the longs at an address, which is a multiple of 8; valid until the next call. */
  LongBuffer longs(long address, int length) {
    Window window = window(address);
    int at = (int) ((address - window.base) >>> 3);
    window.longs.limit(at + length).position(at);
    return window.longs;
  }

  /** Returns the doubles at an address, which is a multiple of 8; valid until the next call. */
  DoubleBuffer doubles(long address, int length) {
    Window window = window(address);
    int at = (int) ((address - window.base) >>> 3);
    window.doubles.limit(at + length).position(at);
    return window.doubles;
  }

  /** Returns the bytes at an address, in native order; valid until the next call. */
  ByteBuffer bytes(long address, int length) {
    Window window = window(address);
    int at = (int) (address - window.base);
    window.bytes.limit(at + length).position(at);
    return window.bytes;
  }

  /** Returns the hash of the bytes from an address on. */
  long hash(long address, int length) {
    Window window = window(address);
    window.bytes.clear();
    return SampleIndex.key(window.bytes, (int) (address - window.base), length);
  }

  private Window window(long address) {
    long base = address & -STRIDE;
    for (int i = 0; i < known; i++) {
      if (windows[i].base == base) {
        return windows[i];
      }
    }
    if (known == MOST) {
      known = 0;
    }
    Window window = new Window(base);
    windows[known++] = window;
    return window;
  }

  private static final class Window {
    final long base;
    final ByteBuffer bytes;
    final IntBuffer ints;
    final LongBuffer longs;
    final FloatBuffer floats;
    final DoubleBuffer doubles;

    Window(long base) {
      this.base = base;
      bytes = new Stretch(base, LENGTH).asByteBuffer();
      ints = bytes.asIntBuffer();
      longs = bytes.asLongBuffer();
      floats = bytes.asFloatBuffer();
      doubles = bytes.asDoubleBuffer();
    }
  }

  /** Addresses from one on. */
  private static final class Stretch extends Pointer {
    Stretch(long from, long bytes) {
      super((Pointer) null);
      address = from;
      limit = bytes;
      capacity = bytes;
    }
  }
}
