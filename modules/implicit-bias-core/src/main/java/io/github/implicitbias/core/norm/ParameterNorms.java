package io.github.implicitbias.core.norm;

import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/*
 * Kernel. Three sums of squares over a parameter vector: of the parameters, of their difference
 * from the first record, and of their difference from the step before.
 *
 * The vector comes in chunks, each written by the caller into a buffer of ours. The first and the
 * previous parameters are kept in chunks of the same lengths, so that one loop runs over three
 * arrays that are indexed alike (which C2 turns into vector code), and the buffer just read
 * becomes the previous chunk by an exchange of references: nothing is copied.
 *
 * Floats are squared and summed in float, into as many lanes as a chunk has entries, one term per
 * chunk and lane; after 8 chunks the lanes are folded in half until 64 are left, and those are added
 * in double. All terms are non-negative, and no term goes through more than 18 roundings, so the
 * relative error of a sum is at most 18 * 2^-24 (1.1e-6), of a norm half of that, whatever the length. A sum of 8 chunks that could have lost terms to underflow, or has
 * overflowed, is done again in double; the buffers are exchanged only after that.
 */

/**
 * Norm of the trainable parameters, their distance from the first record and the norm of the last
 * update, over the parameter vector of a network.
 *
 * <p>Usage per observation: {@link #begin}; for every chunk, write it into {@link #floats} or
 * {@link #doubles} and call {@link #accept}; {@link #end}. Chunks have the same lengths every time.
 * Cost O(parameters); for floats the relative error is at most 6e-7. Doubles may be of any size: a
 * chunk whose squares would underflow or overflow is scaled by a power of two.
 */
public final class ParameterNorms {

  /** The greatest number of entries in one chunk. */
  public static final int CHUNK = 4096;

  private static final int GROUP = FloatSums.GROUP;

  /** One of the two is used, the other is empty. */
  private final FloatSums floats;

  private final Doubles doubles;
  private final boolean single;
  private final int length;
  private int chunk;
  private int at;
  private int inGroup;
  private final ScaledSum ofParameters = new ScaledSum();
  private final ScaledSum ofDistance = new ScaledSum();
  private final ScaledSum ofUpdate = new ScaledSum();
  private boolean first = true;
  private boolean started;
  private boolean onlyRemember;
  private boolean onlyNorm;

  /**
   * Makes the norms of a network before its first record.
   *
   * @param parameters number of trainable parameters
   * @param single true for float parameters, false for double
   */
  public ParameterNorms(int parameters, boolean single) {
    length = parameters;
    this.single = single;
    floats = single ? new FloatSums(parameters, CHUNK) : new FloatSums(0, 0);
    doubles = single ? new Doubles(0, 0) : new Doubles(parameters, CHUNK);
  }

  /** Returns true if the parameters are floats. */
  public boolean single() {
    return single;
  }

  /** Returns the number of parameters. */
  public int length() {
    return length;
  }

  /** Starts an observation, or starts to remember. */
  public void begin() {
    ofParameters.clear();
    ofDistance.clear();
    ofUpdate.clear();
    chunk = 0;
    at = 0;
    inGroup = 0;
    floats.clear();
    started = true;
    onlyRemember = false;
    if (first) {
      // A first reading that memory ran out over is done again.
      floats.known = 0;
      doubles.known = 0;
    }
  }

  /**
   * Frees the parameters of the first record and of the step before, which take as much as the
   * parameters themselves each. From now on the norm is known, but neither {@link
   * #distanceFromFirst} nor {@link #changeSincePrevious}. To be called between observations, or to
   * give one up that has begun.
   *
   * @return false if they were freed before
   */
  public boolean letGo() {
    boolean kept = !onlyNorm;
    onlyNorm = true;
    floats.letGo();
    doubles.letGo();
    return kept;
  }

  /** Starts to remember: {@link #accept} then does what {@link #remember} does. */
  public void beginToRemember() {
    begin();
    onlyRemember = true;
  }

  /**
   * Takes all parameters from an array, chunk by chunk.
   *
   * @param all of them, also where they are kept as floats
   */
  public void take(double[] all) {
    for (int from = 0; from < all.length; from += CHUNK) {
      int entries = Math.min(CHUNK, all.length - from);
      for (int i = 0; i < entries; i++) {
        if (single) {
          floats()[i] = (float) all[from + i];
        } else {
          doubles()[i] = all[from + i];
        }
      }
      accept(entries);
    }
  }

  /** Returns the buffer, of length {@link #CHUNK}, to write the next chunk of floats into. */
  public float[] floats() {
    return floats.buffers[inGroup];
  }

  /** Returns the buffer, of length {@link #CHUNK}, to write the next chunk of doubles into. */
  public double[] doubles() {
    return doubles.buffer;
  }

  /**
   * Takes the chunk that was written into the buffer.
   *
   * @param entries its length, at least 1 and at most {@link #CHUNK}, the same at every observation
   * @throws IllegalArgumentException if it is not, or there are more entries than parameters
   */
  public void accept(int entries) {
    if (onlyRemember) {
      remember(entries);
      return;
    }
    check(entries);
    if (onlyNorm) {
      acceptOnlyNorm(entries);
    } else if (single) {
      floats.accept(chunk, inGroup, entries, first);
      if (++inGroup == GROUP) {
        endOfGroup();
      }
    } else {
      doubles.accept(chunk, entries, first);
      add(ofParameters, doubles.ofParameters, null, entries);
      add(ofDistance, doubles.ofDistance, doubles.firsts[chunk], entries);
      add(ofUpdate, doubles.ofUpdate, doubles.previous[chunk], entries);
      doubles.exchange(chunk);
    }
    chunk++;
    at += entries;
  }

  private void acceptOnlyNorm(int entries) {
    double sum = 0;
    if (single) {
      for (int k = 0; k < entries; k++) {
        double x = floats()[k];
        sum += x * x;
      }
      ofParameters.add(sum, 0);
    } else {
      for (int k = 0; k < entries; k++) {
        sum += doubles.buffer[k] * doubles.buffer[k];
      }
      add(ofParameters, sum, null, entries);
    }
  }

  /**
   * Keeps the chunk that was written into the buffer as one of a step that is not recorded, for the
   * norm of the next update; for the rest see {@link #accept}.
   */
  public void remember(int entries) {
    check(entries);
    if (onlyNorm) {
      // There is nothing to compare the next parameters with.
    } else if (single) {
      floats.exchange(chunk, 0);
    } else {
      doubles.exchange(chunk);
    }
    chunk++;
    at += entries;
  }

  private void check(int entries) {
    boolean known = chunk < (single ? floats.known : doubles.known);
    int before = known ? (single ? floats.lengths : doubles.lengths)[chunk] : entries;
    if (!started || entries < 1 || entries > CHUNK || at + entries > length || entries != before) {
      throw new IllegalArgumentException(
          "a chunk of " + entries + " entries at " + at + " of " + length);
    }
  }

  /** Adds the sum of squares of a chunk of doubles, by its entries if it is not in range. */
  private void add(ScaledSum to, double squares, double @Nullable [] subtracted, int entries) {
    if (Magnitude.isOrdinary(squares)) {
      to.add(squares, 0);
      return;
    }
    double[] x = doubles.buffer;
    double largest = 0;
    for (int k = 0; k < entries; k++) {
      double y = subtracted == null ? 0 : subtracted[k];
      largest = Math.max(largest, Math.abs(x[k] - y));
    }
    int size = Magnitude.exponent(largest);
    if (size == 0) {
      to.add(squares, 0);
      return;
    }
    double sum = 0;
    for (int k = 0; k < entries; k++) {
      double value = Math.scalb(x[k] - (subtracted == null ? 0 : subtracted[k]), -size);
      sum += value * value;
    }
    to.add(sum, 2 * size);
  }

  private void endOfGroup() {
    int firstOfGroup = chunk - inGroup + 1;
    floats.close(firstOfGroup, inGroup);
    ofParameters.add(floats.ofParameters, 0);
    ofDistance.add(floats.ofDistance, 0);
    ofUpdate.add(floats.ofUpdate, 0);
    inGroup = 0;
  }

  /** Ends an observation. */
  public void end() {
    if (inGroup > 0) {
      chunk--;
      endOfGroup();
    }
    first = false;
    started = false;
  }

  /** Returns the Euclidean norm of the parameters. */
  public double norm() {
    return ofParameters.root();
  }

  /**
   * Returns the Euclidean distance of the parameters from those of the first record; absent after
   * {@link #letGo}.
   */
  public double distanceFromFirst() {
    return onlyNorm ? Absent.VALUE : ofDistance.root();
  }

  /**
   * Returns the Euclidean distance of the parameters from those accepted or remembered before;
   * absent after {@link #letGo}.
   */
  public double changeSincePrevious() {
    return onlyNorm ? Absent.VALUE : ofUpdate.root();
  }

  /** The sums in double, four running sums each: faster than vector code, and free of groups. */
  private static final class Doubles {
    private double[] buffer;
    private double[][] firsts;
    private double[][] previous;
    private int[] lengths;
    private int known;
    private double ofParameters;
    private double ofDistance;
    private double ofUpdate;

    Doubles(int parameters, int longest) {
      buffer = new double[longest];
      int chunks = parameters / CHUNK + 2;
      firsts = new double[chunks][];
      previous = new double[chunks][];
      lengths = new int[chunks];
    }

    void accept(int chunk, int n, boolean atFirst) {
      double[] x = buffer;
      if (atFirst) {
        if (known == lengths.length) {
          firsts = Arrays.copyOf(firsts, 2 * known);
          previous = Arrays.copyOf(previous, 2 * known);
          lengths = Arrays.copyOf(lengths, 2 * known);
        }
        firsts[chunk] = Arrays.copyOf(x, n);
        previous[chunk] = x.clone();
        lengths[chunk] = n;
        known++;
      }
      sum(x, firsts[chunk], previous[chunk], n);
    }

    private void sum(double[] x, double[] y, double[] z, int n) {
      double p0 = 0;
      double p1 = 0;
      double p2 = 0;
      double p3 = 0;
      double d0 = 0;
      double d1 = 0;
      double d2 = 0;
      double d3 = 0;
      double u0 = 0;
      double u1 = 0;
      double u2 = 0;
      double u3 = 0;
      int k = 0;
      for (; k + 4 <= n; k += 4) {
        p0 += x[k] * x[k];
        d0 += (x[k] - y[k]) * (x[k] - y[k]);
        u0 += (x[k] - z[k]) * (x[k] - z[k]);
        p1 += x[k + 1] * x[k + 1];
        d1 += (x[k + 1] - y[k + 1]) * (x[k + 1] - y[k + 1]);
        u1 += (x[k + 1] - z[k + 1]) * (x[k + 1] - z[k + 1]);
        p2 += x[k + 2] * x[k + 2];
        d2 += (x[k + 2] - y[k + 2]) * (x[k + 2] - y[k + 2]);
        u2 += (x[k + 2] - z[k + 2]) * (x[k + 2] - z[k + 2]);
        p3 += x[k + 3] * x[k + 3];
        d3 += (x[k + 3] - y[k + 3]) * (x[k + 3] - y[k + 3]);
        u3 += (x[k + 3] - z[k + 3]) * (x[k + 3] - z[k + 3]);
      }
      for (; k < n; k++) {
        p0 += x[k] * x[k];
        d0 += (x[k] - y[k]) * (x[k] - y[k]);
        u0 += (x[k] - z[k]) * (x[k] - z[k]);
      }
      ofParameters = (p0 + p1) + (p2 + p3);
      ofDistance = (d0 + d1) + (d2 + d3);
      ofUpdate = (u0 + u1) + (u2 + u3);
    }

    void letGo() {
      firsts = new double[0][];
      previous = new double[0][];
      lengths = new int[0];
      known = 0;
    }

    void exchange(int chunk) {
      double[] x = buffer;
      buffer = previous[chunk];
      previous[chunk] = x;
    }
  }
}
