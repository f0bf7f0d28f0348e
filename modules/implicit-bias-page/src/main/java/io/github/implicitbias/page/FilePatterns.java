package io.github.implicitbias.page;

import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The patterns of one layer on their way into a file, record after record: followed by flips from
 * full pattern to full pattern, and written as what differs from the last record of the chunk that
 * has one. Of very large patterns the first units are followed.
 */
final class FilePatterns {

  private final int units;
  private final int perUnit;
  private final StringBuilder flags = new StringBuilder();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long @Nullable [] words; // null while it is not known
  private long @Nullable [] before; // at the record before, null if that is not known
  private boolean given; // the full pattern of the record that comes is there already
  private long[] base = {};
  private boolean begun;

  FilePatterns(TrackedLayer layer, int samples) {
    perUnit = Math.max(1, ActivationPattern.wordsPerUnit(samples));
    units = Math.min(layer.units(), RunJson.MAX_WORDS / perUnit);
  }

  int units() {
    return units;
  }

  /** Returns the bytes of a pattern. */
  int size() {
    return 8 * units * perUnit;
  }

  /** Returns per record that was written how it was. */
  String flags() {
    return flags.toString();
  }

  /**
   * Begins a block.
   *
   * @param follows false if blocks were lost before it
   * @param keyframe the pattern at its first record, null if it is not in the block
   */
  void block(boolean follows, long @Nullable [] keyframe) {
    if (!follows) {
      words = null;
    }
    before = words;
    given = keyframe != null;
    if (keyframe != null) {
      words = Arrays.copyOf(keyframe, units * perUnit);
    }
  }

  /**
   * Begins a record; its flips come next.
   *
   * @param wanted true if it will be written
   * @param observed false if the probe was not observed: the pattern is the last one, without flips
   */
  void record(boolean first, boolean wanted, boolean observed) {
    if (!first || !observed) {
      given = false;
      before = null;
    }
    if (wanted && words != null && !given && observed) {
      before = words.clone();
    }
  }

  void flip(int unit, int sample) {
    if (words != null && !given && unit < units) {
      words[unit * perUnit + (sample >>> 6)] ^= 1L << (sample & 63);
    }
  }

  /** Begins a chunk, whose first pattern is written whole. */
  void chunk() {
    bytes.reset();
    base = new long[units * perUnit];
    begun = false;
  }

  /** Returns what has been written into the chunk. */
  ByteArrayOutputStream bytes() {
    return bytes;
  }

  /**
   * Writes the record, all of whose flips have come: what differs from the last one of the chunk,
   * and the flips where they are not just that. Its flag is '-' for no pattern, '0' for one whose
   * flips are not known, '1' for one that differs by its flips, '2' for one followed by its flips.
   */
  void write() throws IOException {
    if (words == null) {
      flags.append('-');
      return;
    }
    boolean same = begun && before != null && Arrays.equals(before, base);
    flags.append(before == null ? '0' : same ? '1' : '2');
    difference(words, base);
    if (before != null && !same) {
      difference(words, before);
    }
    base = words.clone();
    begun = true;
  }

  private void difference(long[] a, long[] b) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(8 * a.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int k = 0; k < a.length; k++) {
      buffer.putLong(a[k] ^ b[k]);
    }
    bytes.write(buffer.array());
  }
}
