package io.github.implicitbias.core.engine;

/** How much of the heap is left. */
final class Heap {

  private static final int RESERVE_PART = 8;

  /** A part that is enough to say what has happened, and not missed. */
  private static final int SPARE_PART = 64;

  private static final long MOST_SPARE = 1 << 20;

  private Heap() {}

  /**
   * Returns some memory to be freed when there is no other, so that what is done about it has room;
   * empty if there is none even now.
   */
  static byte[] spare() {
    try {
      return new byte[(int) Math.min(MOST_SPARE, Runtime.getRuntime().maxMemory() / SPARE_PART)];
    } catch (OutOfMemoryError e) {
      return new byte[0];
    }
  }

  /** Returns what is free for certain; garbage that was not collected counts as used. */
  static double freeBytes() {
    Runtime memory = Runtime.getRuntime();
    return (double) memory.maxMemory() - memory.totalMemory() + memory.freeMemory();
  }

  /** Returns true if so much is a good part of the whole heap. */
  static boolean isMuch(double bytes) {
    return bytes > Runtime.getRuntime().maxMemory() / (double) RESERVE_PART;
  }

  /** Returns true if training has room, an eighth of the heap; collects garbage to find out. */
  static boolean hasRoom() {
    if (!isMuch(freeBytes())) {
      System.gc();
      return isMuch(freeBytes());
    }
    return true;
  }
}
