package io.github.implicitbias.core.visit;

import java.nio.ByteBuffer;

/*
 * Kernel. Four lanes take the words of a row in turn, so that their multiplications overlap; each
 * step of a lane is a bijection of the word it takes. The mixing at the end makes every bit of the
 * result depend on every bit of the lanes. The multipliers are odd numbers with bits well spread,
 * those of the public-domain description of xxHash64.
 */

/**
 * Tells rows of numbers apart by 64 bits made of their raw bytes, so that a training sample is
 * known whenever it comes, at whatever place of a batch.
 *
 * <p>Rows count as equal if all their bytes are: 0.0 and -0.0 are two, and so are NaNs of different
 * bits. Two different rows among n have the same hash with a probability of about n^2 / 2^65: 1e-10
 * for 60,000 rows, 3e-6 for ten million.
 */
final class RowHash {

  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;

  private RowHash() {}

  /**
   * Returns the hash of some bytes; allocates nothing.
   *
   * @param bytes where the row lies; its position is neither used nor moved, its byte order must be
   *     the same for all rows that are compared
   * @param offset index of the first byte
   * @param length number of bytes
   */
  static long of(ByteBuffer bytes, int offset, int length) {
    long a = P1;
    long b = P2;
    long c = P3;
    long d = P1 ^ P3;
    int at = offset;
    int end = offset + length;
    for (; at + 32 <= end; at += 32) {
      a = take(a, bytes.getLong(at));
      b = take(b, bytes.getLong(at + 8));
      c = take(c, bytes.getLong(at + 16));
      d = take(d, bytes.getLong(at + 24));
    }
    for (; at + 8 <= end; at += 8) {
      a = take(a, bytes.getLong(at));
    }
    long rest = 0;
    for (; at < end; at++) {
      rest = rest << 8 | bytes.get(at) & 0xff;
    }
    b = take(b, rest);
    return mix(mix(mix(a, b), mix(c, d)), length);
  }

  /** Returns the hash of two parts of a sample in this order, each given by its hash. */
  static long mix(long first, long second) {
    long h = take(take(P3, first), second);
    h = (h ^ h >>> 33) * P2;
    h = (h ^ h >>> 29) * P3;
    return h ^ h >>> 32;
  }

  private static long take(long lane, long word) {
    return Long.rotateLeft(lane + word * P2, 31) * P1;
  }
}
