package io.github.implicitbias.core.visit;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a training set in the order of their owner: a key for each, and the names that the
 * owner gives them. Immutable.
 */
public final class SampleIndex implements Serializable {

  private static final long serialVersionUID = 1L;

  private final long[] keys;
  private final ArrayList<String> ids;
  private final HashMap<String, Integer> places = new HashMap<>();

  /**
   * Makes an index.
   *
   * @param keys one per sample, made as those of the visits are
   * @param ids a name for each; null to name them 0, 1, 2, ...
   * @throws IllegalArgumentException if there is not one name per sample, one is null, or two
   *     samples have the same
   */
  public SampleIndex(long[] keys, @Nullable List<String> ids) {
    this.keys = keys.clone();
    this.ids = ids == null ? new ArrayList<>() : new ArrayList<>(ids);
    if (ids == null) {
      return;
    }
    if (ids.size() != keys.length) {
      throw new IllegalArgumentException(
          ids.size() + " sample ids for " + keys.length + " samples: give one per sample");
    }
    for (int i = 0; i < ids.size(); i++) {
      String id = this.ids.get(i);
      if (id == null) {
        throw new IllegalArgumentException("the id of sample " + i + " is null: give it a name");
      }
      Integer before = places.put(id, i);
      if (before != null) {
        throw new IllegalArgumentException(
            "'" + id + "' is the id of samples " + before + " and " + i + ": give each its own");
      }
    }
  }

  /**
   * Returns by what a row of numbers is known, 64 bits made of its raw bytes: rows count as equal
   * if all their bytes are. Two different rows among n have the same key with a probability of
   * about n^2 / 2^65. Allocates nothing.
   *
   * @param bytes where the row lies; its position is neither used nor moved, its byte order must be
   *     the same for all rows that are compared
   * @param offset index of the first byte
   * @param length number of bytes
   */
  public static long key(ByteBuffer bytes, int offset, int length) {
    return RowHash.of(bytes, offset, length);
  }

  /** Returns the key of two parts of a sample in this order, each given by its key. */
  public static long key(long first, long second) {
    return RowHash.mix(first, second);
  }

  /** Returns how many samples there are. */
  public int size() {
    return keys.length;
  }

  long[] keys() {
    return keys;
  }

  /** Returns true if the samples have names. */
  boolean hasIds() {
    return !ids.isEmpty();
  }

  /** Returns the name of a sample; its number if it has none, or is not of the index. */
  String id(int sample) {
    return sample < ids.size() ? ids.get(sample) : Integer.toString(sample);
  }

  /** Returns the names of the samples 0 to {@code count - 1}. */
  List<String> ids(int count) {
    List<String> all = new ArrayList<>();
    for (int sample = 0; sample < count; sample++) {
      all.add(id(sample));
    }
    return all;
  }

  /** Returns the number of the sample with a name; null if there is none. */
  @Nullable Integer find(String id) {
    return places.get(id);
  }

  /**
   * Says what of the visited samples does not fit the index, in sentences; empty if all does.
   *
   * @param known how many different samples there are, of the index and others
   * @param equal how many of the index are equal to one before
   */
  String status(int known, int equal) {
    int others = known - (keys.length - equal);
    String sentences = "";
    if (equal > 0) {
      sentences +=
          String.format(
              Locale.ROOT,
              " %,d of the %,d samples given to the builder are equal to one before, features and"
                  + " label, and count with it.",
              equal,
              keys.length);
    }
    if (others > 0) {
      sentences +=
          String.format(
              Locale.ROOT,
              " %,d visited samples are not among the %,d given to the builder, and have the"
                  + " numbers from %d on; if those are the whole training set, training sees other"
                  + " bytes, after a normalizer for example.",
              others,
              keys.length,
              keys.length);
    }
    return sentences;
  }

  /** Says what ids there are. */
  static String ids(@Nullable SampleIndex index) {
    return index == null || index.ids.isEmpty()
        ? "no ids were given, ask by number"
        : "ids are those given to sampleIds(...)";
  }
}
