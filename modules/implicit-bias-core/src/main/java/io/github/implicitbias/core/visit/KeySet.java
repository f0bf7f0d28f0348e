package io.github.implicitbias.core.visit;

import java.util.Arrays;

/**
 * Counts different keys of 64 bits; open addressing, at most five eighths full, 8 bytes a place.
 * Not thread-safe.
 */
final class KeySet {

  /** What an empty place holds; whether this key was added is kept apart. */
  private static final long EMPTY = 0;

  private static final int FEWEST = 1 << 10;

  private long[] places = new long[FEWEST];
  private int size;
  private boolean hasEmpty;

  /** Returns how many different keys were added. */
  int size() {
    return size;
  }

  /** Returns how many bytes the set takes. */
  long bytes() {
    return 8L * places.length;
  }

  /** Adds keys. */
  void add(long[] keys, int count) {
    Touched.value = touch(keys, count);
    for (int i = 0; i < count; i++) {
      add(keys[i]);
    }
  }

  private long touch(long[] keys, int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += places[SampleTable.first(keys[i], places.length)];
    }
    return sum;
  }

  private void add(long key) {
    if (key == EMPTY) {
      size += hasEmpty ? 0 : 1;
      hasEmpty = true;
      return;
    }
    int place = SampleTable.place(key, places);
    if (places[place] == key) {
      return;
    }
    size++;
    if (8L * size <= 5L * places.length) {
      places[place] = key;
      return;
    }
    long[] larger = new long[2 * places.length];
    for (long known : places) {
      if (known != EMPTY) {
        larger[SampleTable.place(known, larger)] = known;
      }
    }
    larger[SampleTable.place(key, larger)] = key;
    places = larger;
  }

  /** Forgets every key and gives the memory back. */
  void clear() {
    places = new long[FEWEST];
    empty();
  }

  /** Forgets every key and keeps the memory. */
  void empty() {
    Arrays.fill(places, EMPTY);
    size = 0;
    hasEmpty = false;
  }
}
