package io.github.implicitbias.core.visit;

import java.util.Arrays;

/**
 * Numbers samples in the order in which they first appear. A sample is known by a key of 64 bits;
 * open addressing, at most five eighths full, 12 bytes a place. Not thread-safe.
 */
final class SampleTable {

  /** What an empty place holds; a sample with this key is kept apart. */
  private static final long EMPTY = 0;

  private long[] keys;
  private int[] numbers;
  private int size;
  private int emptyKeyNumber = -1;

  SampleTable() {
    this(1 << 10);
  }

  private SampleTable(int places) {
    keys = new long[places];
    numbers = new int[places];
  }

  /** Returns how many samples there are. */
  int size() {
    return size;
  }

  /** Returns the number of a sample, from 0; -1 if it is not known. */
  int find(long key) {
    if (key == EMPTY) {
      return emptyKeyNumber;
    }
    int place = place(key, keys);
    return keys[place] == EMPTY ? -1 : numbers[place];
  }

  /** Returns the number of a sample, a new one if it was not known. */
  int number(long key) {
    int found = find(key);
    if (found >= 0) {
      return found;
    }
    int number = size++;
    if (key == EMPTY) {
      emptyKeyNumber = number;
      return number;
    }
    if (8L * size > 5L * keys.length) {
      grow();
    }
    int place = place(key, keys);
    keys[place] = key;
    numbers[place] = number;
    return number;
  }

  /** Returns how many bytes the table takes. */
  long bytes() {
    return 12L * keys.length;
  }

  private static int place(long key, long[] keys) {
    int mask = keys.length - 1;
    int place = (int) (key ^ key >>> 32) & mask;
    while (keys[place] != EMPTY && keys[place] != key) {
      place = place + 1 & mask;
    }
    return place;
  }

  private void grow() {
    long[] larger = new long[2 * keys.length];
    int[] largerNumbers = new int[larger.length];
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] != EMPTY) {
        int place = place(keys[i], larger);
        larger[place] = keys[i];
        largerNumbers[place] = numbers[i];
      }
    }
    keys = larger;
    numbers = largerNumbers;
  }

  /** Forgets every sample and gives the memory back. */
  void clear() {
    keys = new long[1 << 10];
    numbers = new int[1 << 10];
    size = 0;
    emptyKeyNumber = -1;
  }

  /** Returns the keys in the order of their numbers. */
  long[] keys() {
    long[] all = new long[size];
    Arrays.fill(all, EMPTY);
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] != EMPTY) {
        all[numbers[i]] = keys[i];
      }
    }
    return all;
  }
}
