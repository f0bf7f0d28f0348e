package io.github.implicitbias.core.visit;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/*
 * Kernel. Of each sample two rows of bits lie side by side: the units that were on at its last visit,
 * and those that ever were. Rows are kept in blocks, so that growing copies no rows.
 */

/**
 * The activation pattern of one layer at the last visit of each sample, and the flips against it.
 * When the rows outgrow their share of memory, every second sample is given up, chosen by its key,
 * and so on: the same samples stay in every epoch. Of each label some stay in any case, {@link
 * #MOST_OF_FLOOR} or fewer, so that those of all labels together take no more than a quarter of the
 * room. Not thread-safe.
 */
final class LastPatterns {

  private static final int BLOCK = 1 << 10;
  private static final int KEY_SHIFT = 40;
  private static final int NONE = -1;

  /** Of each label at most so many samples are kept whatever their keys. */
  private static final int MOST_OF_FLOOR = 64;

  private static final int PART_FOR_FLOOR = 4;

  private final int words;
  private final long maxBytes;
  private long[][] blocks = {};
  private int[] slots = {};
  private int[] flips = {};
  private long[] slotKeys = {};
  private int[] slotLabels = {};
  private int[] ofLabel = new int[16];
  private int labels;
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

  /** Returns how many bytes are kept. */
  long bytes() {
    return rowBytes() + 12L * slotKeys.length + 4L * (slots.length + flips.length + ofLabel.length);
  }

  private long rowBytes() {
    return 16L * words * BLOCK * blocks.length;
  }

  /** Returns which part of the samples is kept, in words; empty if it is all of them. */
  String status() {
    return threshold == 1L << 64 - KEY_SHIFT
        ? ""
        : String.format(
            Locale.ROOT,
            "the patterns of %,d samples are kept, because all would take more than %,d MB: one in"
                + " %,d, and of each label at least %d where there are so many",
            known.cardinality(),
            maxBytes >> 20,
            (1L << 64 - KEY_SHIFT) / Math.max(1, threshold),
            floor());
  }

  /** Returns how many samples of each label are kept whatever their keys. */
  private int floor() {
    long room = maxBytes / (16L * words);
    return (int) Math.min(MOST_OF_FLOOR, room / (PART_FOR_FLOOR * Math.max(1L, labels)));
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
  void visit(int sample, long key, int label, long[] rows, int from) {
    int slot = slot(sample, key, label + 1);
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

  /**
   * Returns where the pattern of a sample is.
   *
   * @param label from 0 on
   */
  private int slot(int sample, long key, int label) {
    if (sample >= slots.length) {
      int before = slots.length;
      int length = Math.max(1024, Math.max(sample + 1, before + (before >> 1)));
      slots = Arrays.copyOf(slots, length);
      flips = Arrays.copyOf(flips, length);
      Arrays.fill(slots, before, length, NONE);
    }
    if (label >= ofLabel.length) {
      ofLabel = Arrays.copyOf(ofLabel, Math.max(label + 1, 2 * ofLabel.length));
    }
    if (slots[sample] == NONE && isWanted(key, label)) {
      take(sample, key, label);
    }
    return slots[sample];
  }

  private boolean isWanted(long key, int label) {
    return key >>> KEY_SHIFT < threshold || ofLabel[label] < floor();
  }

  private void take(int sample, long key, int label) {
    if (ofLabel[label] == 0) {
      labels++;
    }
    while (free.isEmpty() && used == BLOCK * blocks.length) {
      makeRoom();
    }
    if (!isWanted(key, label)) {
      return; // it is among those for whom there is no room any more
    }
    int slot = free.nextSetBit(0);
    if (slot >= 0) {
      free.clear(slot);
    } else {
      slot = used++;
    }
    ofLabel[label]++;
    slots[sample] = slot;
    slotKeys[slot] = key;
    slotLabels[slot] = label;
  }

  private void makeRoom() {
    if (rowBytes() + 16L * words * BLOCK <= maxBytes) {
      blocks = Arrays.copyOf(blocks, blocks.length + 1);
      blocks[blocks.length - 1] = new long[2 * words * BLOCK];
      slotKeys = Arrays.copyOf(slotKeys, BLOCK * blocks.length);
      slotLabels = Arrays.copyOf(slotLabels, BLOCK * blocks.length);
      return;
    }
    threshold >>= 1;
    int floor = floor();
    // Those that came last go first: of each label the floor is made of those that came early.
    for (int sample = slots.length - 1; sample >= 0; sample--) {
      int slot = slots[sample];
      if (slot != NONE
          && slotKeys[slot] >>> KEY_SHIFT >= threshold
          && ofLabel[slotLabels[slot]] > floor) {
        ofLabel[slotLabels[slot]]--;
        slots[sample] = NONE;
        known.clear(slot);
        free.set(slot);
      }
    }
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
