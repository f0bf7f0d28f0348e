package io.github.implicitbias.core.visit;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
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
 * and so on: the same samples stay in every epoch. Of each label some stay in any case, {@link
 * #MOST_OF_FLOOR} or fewer, so that those of all labels together take no more than a quarter of the
 * room. Not thread-safe.
 */
final class LastPatterns {

  private static final int BLOCK = 1 << 10;
  private static final int KEY_SHIFT = 40;
  private static final int NONE = -1;

  /** Longs of a line of the caches. */
  private static final int WORDS_OF_LINE = 8;

  /** Of each label at most so many samples are kept whatever their keys. */
  private static final int MOST_OF_FLOOR = 64;

  private static final int PART_FOR_FLOOR = 4;

  private final int words;
  private final UnitBits bits;
  private final int rowsOfOne;
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
  private final BitCounts ofUnits;

  private long activations;
  private long reactivations;
  private long deactivations;
  private long compared;

  /**
   * Makes a store without samples.
   *
   * @param units bits per row
   */
  LastPatterns(int units, UnitBits bits, long maxBytes) {
    this.words = (units + 63) >>> 6;
    this.ofUnits = new BitCounts(bits == UnitBits.OFF_UNKNOWN ? 0 : units);
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

  /** Returns how many bytes are kept. */
  long bytes() {
    return rowBytes() + 12L * slotKeys.length + 4L * (slots.length + flips.length + ofLabel.length);
  }

  private long rowBytes() {
    return bytesOfBlock() * blocks.length;
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
    long room = maxBytes / bytesOfBlock() * BLOCK;
    return (int) Math.min(MOST_OF_FLOOR, room / (PART_FOR_FLOOR * Math.max(1L, labels)));
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

  /** Reads of what is kept of the samples of a step, see {@link Touched}. */
  void touch(int[] samples, VisitedBatch batch) {
    long sum = 0;
    for (int i = 0; i < batch.samples(); i++) {
      int slot = batch.isVisited(i) && samples[i] < slots.length ? slots[samples[i]] : NONE;
      if (slot != NONE) {
        long[] block = blocks[slot / BLOCK];
        int at = at(slot);
        for (int k = at; k < at + rowsOfOne * words; k += WORDS_OF_LINE) {
          sum += block[k];
        }
      }
    }
    Touched.value = sum;
  }

  /**
   * Compares a row with that of the sample's last visit and keeps it in its place.
   *
   * @param label the class of the sample, or -1
   * @param shown which units the visit shows; null for those that {@link UnitBits} says
   */
  void visit(int sample, long key, int label, long[] rows, long @Nullable [] shown, int from) {
    int slot = slot(sample, key, label + 1);
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
    ofUnits.begin();
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
      ofUnits.add(k, on | gone);
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
    if (rowBytes() + bytesOfBlock() <= maxBytes) {
      blocks = Arrays.copyOf(blocks, blocks.length + 1);
      blocks[blocks.length - 1] = new long[rowsOfOne * words * BLOCK];
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

  /** Returns how often each unit has flipped since the epoch began; none if that is unknown. */
  long[] flipsOfUnits() {
    return ofUnits.counts();
  }

  /** Begins an epoch: counts of the flips of the units begin at 0. */
  void beginEpoch() {
    ofUnits.clear();
  }

  /** Returns how many samples of this step had a pattern to be compared with. */
  long compared() {
    return compared;
  }
}
