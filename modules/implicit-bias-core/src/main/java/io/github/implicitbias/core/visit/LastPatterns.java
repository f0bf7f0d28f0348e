package io.github.implicitbias.core.visit;

import java.util.Arrays;
import java.util.BitSet;

/*
 * Kernel. Of each sample two rows of bits lie side by side: the units that were on at its last visit,
 * and those that ever were. Rows are kept in blocks, so that growing copies no rows.
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
  LastPatterns(int words, long maxBytes) {
    this.words = words;
    this.maxBytes = Math.max(maxBytes, 16L * words * BLOCK);
  }

  /** Returns the part of the samples whose patterns are kept. */
  double part() {
    return (double) threshold / (1L << 64 - KEY_SHIFT);
  }

  /** Returns how many bytes the rows take. */
  long bytes() {
    return 16L * words * BLOCK * blocks.length;
  }

  /** Returns the flips of a sample between its visits so far; -1 if its pattern is not kept. */
  int flips(int sample) {
    return sample < slots.length && slots[sample] != NONE ? flips[sample] : -1;
  }

  /** Returns a copy of the pattern at a sample's last visit; empty if it is not kept. */
  long[] pattern(int sample) {
    if (sample >= slots.length || slots[sample] == NONE) {
      return new long[0];
    }
    int slot = slots[sample];
    int at = (slot & BLOCK - 1) * 2 * words;
    return Arrays.copyOfRange(blocks[slot / BLOCK], at, at + words);
  }

  /** Begins a step: counts of flips begin at 0. */
  void begin() {
    activations = 0;
    reactivations = 0;
    deactivations = 0;
    compared = 0;
  }

  /** Compares a row with that of the sample's last visit and keeps it in its place. */
  void visit(int sample, long key, long[] rows, int from) {
    int slot = slot(sample, key);
    if (slot == NONE) {
      return;
    }
    long[] block = blocks[slot / BLOCK];
    int at = (slot & BLOCK - 1) * 2 * words;
    if (!known.get(slot)) {
      known.set(slot);
      System.arraycopy(rows, from, block, at, words);
      System.arraycopy(rows, from, block, at + words, words);
      return;
    }
    int first = 0;
    int again = 0;
    int off = 0;
    for (int k = 0; k < words; k++) {
      long now = rows[from + k];
      long before = block[at + k];
      long ever = block[at + words + k];
      long on = now & ~before;
      again += Long.bitCount(on & ever);
      first += Long.bitCount(on & ~ever);
      off += Long.bitCount(before & ~now);
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
    if (bytes() + 16L * words * BLOCK <= maxBytes) {
      blocks = Arrays.copyOf(blocks, blocks.length + 1);
      blocks[blocks.length - 1] = new long[2 * words * BLOCK];
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
