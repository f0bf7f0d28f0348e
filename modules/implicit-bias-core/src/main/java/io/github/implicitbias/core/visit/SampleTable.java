package io.github.implicitbias.core.visit;

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
  private int next;
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
    int number = next++;
    put(key, number);
    return number;
  }

  /** Numbers the samples of a step that take part in it, like {@link #number(long)}. */
  void number(VisitedBatch batch, int[] into) {
    long[] wanted = batch.keys();
    Touched.value = touch(wanted, batch.samples());
    for (int i = 0; i < batch.samples(); i++) {
      if (batch.isVisited(i)) {
        into[i] = number(wanted[i]);
      }
    }
  }

  private long touch(long[] wanted, int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      int place = first(wanted[i], keys.length);
      sum += keys[place] + numbers[place];
    }
    return sum;
  }

  /** Gives a sample that is not known a number. */
  private void put(long key, int number) {
    size++;
    if (key == EMPTY) {
      emptyKeyNumber = number;
      return;
    }
    if (8L * size > 5L * keys.length) {
      grow(2 * keys.length);
    }
    int place = place(key, keys);
    keys[place] = key;
    numbers[place] = number;
  }

  /**
   * Numbers samples by their places in a list; of several with the same key the first counts. What
   * comes later is numbered from the length of the list on. To be called before there are samples.
   *
   * @return how many have the key of one before
   */
  int list(long[] listed) {
    int places = keys.length;
    while (8L * listed.length > 5L * places) {
      places *= 2;
    }
    if (places > keys.length) {
      grow(places);
    }
    int equal = 0;
    for (int i = 0; i < listed.length; i++) {
      if (find(listed[i]) < 0) {
        put(listed[i], i);
      } else {
        equal++;
      }
    }
    next = listed.length;
    return equal;
  }

  /** Returns how many bytes the table takes. */
  long bytes() {
    return 12L * keys.length;
  }

  /** Returns the place at which a key is looked for first, of a power of two. */
  static int first(long key, int places) {
    return (int) (key ^ key >>> 32) & places - 1;
  }

  /** Returns the place of a key, or the empty one at which it belongs. */
  static int place(long key, long[] keys) {
    int mask = keys.length - 1;
    int place = first(key, keys.length);
    while (keys[place] != EMPTY && keys[place] != key) {
      place = place + 1 & mask;
    }
    return place;
  }

  private void grow(int places) {
    long[] larger = new long[places];
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
    next = 0;
    emptyKeyNumber = -1;
  }
}
