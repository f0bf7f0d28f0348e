package io.github.implicitbias.run;

import org.jspecify.annotations.Nullable;

/** Numbers that are mostly 0: memory is taken page by page, where there is another number. */
final class Pages {

  private static final int BITS = 6;
  private static final int PAGE = 1 << BITS;
  private static final int PAGES = 1 << 8;

  private final long[] @Nullable [] @Nullable [] pages;
  private long bytes;

  Pages(long length) {
    long all = (length + PAGE - 1) / PAGE;
    pages = new long[(int) ((all + PAGES - 1) / PAGES)][][];
    bytes = 4L * pages.length;
  }

  private Pages(Pages other) {
    pages = new long[other.pages.length][][];
    bytes = other.bytes;
    for (int i = 0; i < pages.length; i++) {
      if (other.pages[i] != null) {
        pages[i] = new long[PAGES][];
        for (int k = 0; k < PAGES; k++) {
          pages[i][k] = other.pages[i][k] == null ? null : other.pages[i][k].clone();
        }
      }
    }
  }

  /** Returns the memory that has been taken, in bytes. */
  long bytes() {
    return bytes;
  }

  Pages copy() {
    return new Pages(this);
  }

  long get(long at) {
    long page = at >> BITS;
    long[][] some = pages[(int) (page / PAGES)];
    long[] numbers = some == null ? null : some[(int) (page % PAGES)];
    return numbers == null ? 0 : numbers[(int) (at & (PAGE - 1))];
  }

  void set(long at, long value) {
    long page = at >> BITS;
    int many = (int) (page / PAGES);
    int one = (int) (page % PAGES);
    if (pages[many] == null) {
      pages[many] = new long[PAGES][];
      bytes += 4 * PAGES + 16;
    }
    if (pages[many][one] == null) {
      pages[many][one] = new long[PAGE];
      bytes += 8 * PAGE + 16;
    }
    pages[many][one][(int) (at & (PAGE - 1))] = value;
  }

  void increment(long at) {
    set(at, get(at) + 1);
  }
}
