package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Reading;
import io.github.implicitbias.run.ActivationPattern;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads the signs of one layer into the layout of {@link ActivationPattern}.
 *
 * <p>An array that lies in memory as the units are ordered is packed as it is. Every other array is
 * first gathered into that order, by Java loops over the raw numbers. Where a channel at all its
 * positions is one unit, it is represented by a positive number if it has one, else by NaN if it
 * has one, else by 0; entries that are masked are 0.
 */
final class SignReader {

  private static final int FLOAT_INFINITY = 0x7f800000;
  private static final long DOUBLE_INFINITY = 0x7ff0000000000000L;

  private final UnitLayout layout;
  private final int samples;
  private final boolean single;
  private final NativeReader reader;
  private final RawBits raw;
  private boolean @Nullable [] exists;
  private final PatternPacker packer;
  private final long[] strides = new long[5];
  private final int[] lengths;
  private @Nullable IntBuffer gatheredInts;
  private @Nullable LongBuffer gatheredLongs;

  /**
   * Makes a reader.
   *
   * @param single true to read floats, false to read doubles
   * @param exists which entries exist, samples x positions; null for all
   */
  SignReader(
      UnitLayout layout,
      int samples,
      boolean single,
      NativeReader reader,
      RawBits raw,
      boolean @Nullable [] exists) {
    this.layout = layout;
    this.samples = samples;
    this.single = single;
    this.reader = reader;
    this.raw = raw;
    this.exists = exists;
    this.packer = new PatternPacker(samples, (int) layout.units());
    this.lengths = layout.lengths();
  }

  /** Says which entries exist from now on, samples x positions; null for all. */
  void exist(boolean @Nullable [] which) {
    exists = which;
  }

  /** Returns the entries that exist, in the layout of ActivationPattern; null if all do. */
  static long @Nullable [] existing(UnitLayout layout, boolean @Nullable [] exists, int samples) {
    if (exists == null) {
      return null;
    }
    int positions = (int) layout.positions();
    int units = (int) layout.units();
    int wordsPerUnit = ActivationPattern.wordsPerUnit(samples);
    long[] words = new long[units * wordsPerUnit];
    for (int i = 0; i < samples; i++) {
      for (int unit = 0; unit < units; unit++) {
        boolean some = false;
        int from = layout.isGrouped() ? 0 : unit % positions;
        int to = layout.isGrouped() ? positions : from + 1;
        for (int p = from; p < to; p++) {
          some |= exists[i * positions + p];
        }
        if (some) {
          words[unit * wordsPerUnit + (i >>> 6)] |= 1L << (i & 63);
        }
      }
    }
    return words;
  }

  /**
   * Packs the signs of an array.
   *
   * @param words where to write, all words are overwritten
   * @return the number of entries that are NaN
   * @throws IllegalStateException if the array does not have the shape of the layout
   */
  int pack(INDArray array, long[] words) {
    DataType type = single ? DataType.FLOAT : DataType.DOUBLE;
    boolean asItLies = !reader.isDirect(array, type) && reader.isWithoutHoles(array, type);
    if (!layout.fits(array, samples, !asItLies, strides)) {
      throw new IllegalStateException(
          "an activation has the shape "
              + Arrays.toString(array.shape())
              + ", which is not that of the first observation");
    }
    if (single) {
      IntBuffer bits = asItLies ? reader.floatBitsAsTheyLie(array) : reader.floatBits(array);
      if (isInOrder()) {
        return packer.packFloats(bits, words);
      }
      return packer.packFloats(gathered(raw.ints(bits)), words);
    }
    LongBuffer bits = asItLies ? reader.doubleBitsAsTheyLie(array) : reader.doubleBits(array);
    if (isInOrder()) {
      return packer.packDoubles(bits, words);
    }
    return packer.packDoubles(gathered(raw.longs(bits)), words);
  }

  /**
   * Packs which entries of an array are numbers other than 0, whatever their sign.
   *
   * @param words where to write, all words are overwritten
   * @throws IllegalStateException if the array does not have the shape of the layout
   */
  void packNotZero(INDArray array, long[] words) {
    if (!layout.fits(array, samples, true, strides)) {
      throw new IllegalStateException("an activation has another shape than before");
    }
    if (single) {
      int length = (int) array.length();
      int[] bits = gathered(raw.ints(reader.floatBits(array))).array();
      for (int k = 0; k < length; k++) {
        bits[k] &= Integer.MAX_VALUE;
      }
      packer.packFloats(IntBuffer.wrap(bits, 0, length), words);
    } else {
      int length = (int) array.length();
      long[] bits = gathered(raw.longs(reader.doubleBits(array))).array();
      for (int k = 0; k < length; k++) {
        bits[k] &= Long.MAX_VALUE;
      }
      packer.packDoubles(LongBuffer.wrap(bits, 0, length), words);
    }
  }

  /** Packs the signs of numbers in the order of the units, samples x units. */
  int pack(double[] values, long[] words) {
    return packer.packDoubles(raw.of(values), words);
  }

  /** Tells which entries of what was packed last are not finite. */
  void notFinite(Reading into, int layer) {
    into.notFinite(layer, packer.notNumbers(), packer.hasInfinity());
  }

  private boolean isInOrder() {
    if (layout.isGrouped() || exists != null) {
      return false;
    }
    long expected = 1;
    for (int k = 3; k >= 0; k--) {
      if (lengths[k] != 1) {
        if (strides[k + 1] != expected) {
          return false;
        }
        expected *= lengths[k];
      }
    }
    return samples == 1 || strides[0] == expected;
  }

  private IntBuffer gathered(int[] from) {
    if (gatheredInts == null) {
      gatheredInts = IntBuffer.allocate(samples * (int) layout.units());
    }
    int[] to = gatheredInts.array();
    int positions = (int) layout.positions();
    int at = 0;
    for (int i = 0; i < samples; i++) {
      for (int channel = 0; channel < lengths[0]; channel++) {
        long base = i * strides[0] + channel * strides[1];
        int p = i * positions;
        int strongest = 0;
        for (int a = 0; a < lengths[1]; a++) {
          for (int b = 0; b < lengths[2]; b++) {
            long index = base + a * strides[2] + b * strides[3];
            for (int c = 0; c < lengths[3]; c++, index += strides[4]) {
              int bits = exists == null || exists[p] ? from[(int) index] : 0;
              p++;
              if (layout.isGrouped()) {
                strongest = stronger(strongest, bits);
              } else {
                to[at++] = bits;
              }
            }
          }
        }
        if (layout.isGrouped()) {
          to[at++] = strongest;
        }
      }
    }
    return gatheredInts.rewind();
  }

  private LongBuffer gathered(long[] from) {
    if (gatheredLongs == null) {
      gatheredLongs = LongBuffer.allocate(samples * (int) layout.units());
    }
    long[] to = gatheredLongs.array();
    int positions = (int) layout.positions();
    int at = 0;
    for (int i = 0; i < samples; i++) {
      for (int channel = 0; channel < lengths[0]; channel++) {
        long base = i * strides[0] + channel * strides[1];
        int p = i * positions;
        long strongest = 0;
        for (int a = 0; a < lengths[1]; a++) {
          for (int b = 0; b < lengths[2]; b++) {
            long index = base + a * strides[2] + b * strides[3];
            for (int c = 0; c < lengths[3]; c++, index += strides[4]) {
              long bits = exists == null || exists[p] ? from[(int) index] : 0;
              p++;
              if (layout.isGrouped()) {
                strongest = stronger(strongest, bits);
              } else {
                to[at++] = bits;
              }
            }
          }
        }
        if (layout.isGrouped()) {
          to[at++] = strongest;
        }
      }
    }
    return gatheredLongs.rewind();
  }

  /** Returns the more telling of two numbers: a positive one, else NaN, else any other. */
  private static int stronger(int known, int bits) {
    boolean positive = known > 0 && known <= FLOAT_INFINITY;
    boolean nan = (bits & Integer.MAX_VALUE) > FLOAT_INFINITY;
    return !positive && (nan || (bits > 0 && bits <= FLOAT_INFINITY)) ? bits : known;
  }

  private static long stronger(long known, long bits) {
    boolean positive = known > 0 && known <= DOUBLE_INFINITY;
    boolean nan = (bits & Long.MAX_VALUE) > DOUBLE_INFINITY;
    return !positive && (nan || (bits > 0 && bits <= DOUBLE_INFINITY)) ? bits : known;
  }

  /** Copies of raw numbers, for all layers of a network one after the other. */
  static final class RawBits {
    private int[] ints = new int[0];
    private long[] longs = new long[0];
    private LongBuffer ofNumbers = LongBuffer.allocate(0);

    int[] ints(IntBuffer bits) {
      int length = bits.remaining();
      if (ints.length < length) {
        ints = new int[length];
      }
      bits.get(ints, 0, length);
      return ints;
    }

    long[] longs(LongBuffer bits) {
      int length = bits.remaining();
      if (longs.length < length) {
        longs = new long[length];
      }
      bits.get(longs, 0, length);
      return longs;
    }

    /** Returns the raw bits of numbers. */
    LongBuffer of(double[] values) {
      if (ofNumbers.capacity() < values.length) {
        ofNumbers = LongBuffer.allocate(values.length);
      }
      for (int i = 0; i < values.length; i++) {
        ofNumbers.put(i, Double.doubleToRawLongBits(values[i]));
      }
      return ofNumbers.rewind();
    }
  }
}
