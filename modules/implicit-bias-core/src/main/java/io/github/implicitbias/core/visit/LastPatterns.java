package io.github.implicitbias.core.visit;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/*
 * Kernel. Of each sample two rows of bits lie side by side: the units that were on at its last visit,
 * and those that ever were; where a visit does not show every unit, a third with those that are
 * known. A unit that a visit does not show keeps what the visit before has said of it. Rows are kept
 * in blocks, so that growing copies no rows.
 */

/**
 * The activation pattern of one layer at the last visit of each sample, and the flips against it.
 * When the rows outgrow their share of memory, every second sample is given up, chosen by its key,
 * and so on: the same samples stay in every epoch. Not thread-safe.
 */
final class LastPatterns {

  private static final int BLOCK = 1 << 10;
  private static final int KEY_SHIFT = 40;
  private static final int NONE = -1;

  private final int words;
  private final UnitBits bits;
  private final int rowsOfOne;
  private final long maxBytes;
  private long[][] blocks = {};
  private int[] slots = {};
  private int[] flips = {};
  private long[] slotKeys = {};
  private final BitSet free = new BitSet();
  private int used;
  private long threshold = 1L << 64 - KEY_SHIFT;
  private final BitSet known = new BitSet();

  private long activations;
  private long reactivations;
  private long deactivations;
  private long compared;

  /**
   * Makes a store without samples.
   *
   * @param words longs per row
   */
  LastPatterns(int words, UnitBits bits, long maxBytes) {
    this.words = words;
    this.bits = bits;
    this.rowsOfOne = bits == UnitBits.ZERO_UNKNOWN ? 3 : 2;
    this.maxBytes = Math.max(maxBytes, bytesOfBlock());
  }

  private long bytesOfBlock() {
    return 8L * rowsOfOne * words * BLOCK;
  }

  /** Returns the part of the samples whose patterns are kept. */
  double part() {
    return (double) threshold / (1L << 64 - KEY_SHIFT);
  }

  /** Returns how many bytes the rows take. */
  long bytes() {
    return bytesOfBlock() * blocks.length;
  }

  /** Returns the flips of a sample between its visits so far; -1 if they cannot be counted. */
  int flips(int sample) {
    boolean counted = bits != UnitBits.OFF_UNKNOWN;
    return counted && sample < slots.length && slots[sample] != NONE ? flips[sample] : -1;
  }

  /** Returns a copy of the pattern at a sample's last visit; empty if it is not kept. */
  long[] pattern(int sample) {
    return row(sample, 0);
  }

  /** Returns which units of the pattern are known; empty if it is not kept. */
  long[] known(int sample) {
    if (bits == UnitBits.EXACT) {
      long[] all = row(sample, 0);
      Arrays.fill(all, -1);
      return all;
    }
    return row(sample, bits == UnitBits.ZERO_UNKNOWN ? 2 : 0);
  }

  private long[] row(int sample, int row) {
    if (sample >= slots.length || slots[sample] == NONE) {
      return new long[0];
    }
    int slot = slots[sample];
    int at = at(slot) + row * words;
    return Arrays.copyOfRange(blocks[slot / BLOCK], at, at + words);
  }

  private int at(int slot) {
    return (slot & BLOCK - 1) * rowsOfOne * words;
  }

  /** Begins a step: counts of flips begin at 0. */
  void begin() {
    activations = 0;
    reactivations = 0;
    deactivations = 0;
    compared = 0;
  }

  /**
   * Compares a row with that of the sample's last visit and keeps it in its place.
   *
   * @param shown which units the visit shows; null for those that {@link UnitBits} says
   */
  void visit(int sample, long key, long[] rows, long @Nullable [] shown, int from) {
    int slot = slot(sample, key);
    if (slot == NONE) {
      return;
    }
    long[] block = blocks[slot / BLOCK];
    int at = at(slot);
    if (!known.get(slot)) {
      known.set(slot);
      System.arraycopy(rows, from, block, at, words);
      System.arraycopy(rows, from, block, at + words, words);
      if (shown != null) {
        System.arraycopy(shown, from, block, at + 2 * words, words);
      }
    } else if (bits == UnitBits.OFF_UNKNOWN) {
      System.arraycopy(rows, from, block, at, words);
    } else {
      compare(sample, block, at, rows, shown, from);
    }
  }

  private void compare(
      int sample, long[] block, int at, long[] rows, long @Nullable [] shown, int from) {
    int first = 0;
    int again = 0;
    int off = 0;
    for (int k = 0; k < words; k++) {
      long now = rows[from + k];
      long before = block[at + k];
      long ever = block[at + words + k];
      long on = now & ~before;
      long gone = before & ~now;
      if (shown != null) {
        long seen = shown[from + k];
        long comparable = seen & block[at + 2 * words + k];
        block[at + 2 * words + k] |= seen;
        on &= comparable;
        gone &= comparable;
        now |= before & ~seen;
      }
      again += Long.bitCount(on & ever);
      first += Long.bitCount(on & ~ever);
      off += Long.bitCount(gone);
      block[at + k] = now;
      block[at + words + k] = ever | now;
    }
    activations += first;
    reactivations += again;
    deactivations += off;
    flips[sample] += first + again + off;
    compared++;
  }

  private int slot(int sample, long key) {
    if (sample >= slots.length) {
      int before = slots.length;
      int length = Math.max(1024, Math.max(sample + 1, before + (before >> 1)));
      slots = Arrays.copyOf(slots, length);
      flips = Arrays.copyOf(flips, length);
      Arrays.fill(slots, before, length, NONE);
    }
    int slot = slots[sample];
    if (slot != NONE || key >>> KEY_SHIFT >= threshold) {
      return slot;
    }
    slot = free.nextSetBit(0);
    if (slot >= 0) {
      free.clear(slot);
    } else {
      if (used == BLOCK * blocks.length && !hasRoom(key)) {
        return key >>> KEY_SHIFT >= threshold ? NONE : slot(sample, key);
      }
      slot = used++;
    }
    slots[sample] = slot;
    slotKeys[slot] = key;
    return slot;
  }

  /** Returns false if samples were given up instead. */
  private boolean hasRoom(long key) {
    if (bytes() + bytesOfBlock() <= maxBytes) {
      blocks = Arrays.copyOf(blocks, blocks.length + 1);
      blocks[blocks.length - 1] = new long[rowsOfOne * words * BLOCK];
      slotKeys = Arrays.copyOf(slotKeys, BLOCK * blocks.length);
      return true;
    }
    threshold >>= 1;
    for (int sample = 0; sample < slots.length; sample++) {
      int slot = slots[sample];
      if (slot != NONE && slotKeys[slot] >>> KEY_SHIFT >= threshold) {
        slots[sample] = NONE;
        known.clear(slot);
        free.set(slot);
      }
    }
    return false;
  }

  /** Returns how many units went on for the first time, of the samples of this step. */
  long activations() {
    return activations;
  }

  /** Returns how many units went on that had been on before. */
  long reactivations() {
    return reactivations;
  }

  /** Returns how many units went off. */
  long deactivations() {
    return deactivations;
  }

  /** Returns how many samples of this step had a pattern to be compared with. */
  long compared() {
    return compared;
  }
}
