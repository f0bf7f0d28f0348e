package io.github.implicitbias.listener;

import io.github.implicitbias.core.norm.ScalarProduct;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/*
 * Reading an array of ND4J costs 10 to 35 microseconds as soon as an operation is involved, so
 * arrays that lie in row-major order without holes in the memory of this process are read by
 * address. "Without holes" is decided from shape and strides, never from the ordering flag: a column
 * is row-major whatever its flag says. The address of an array is that of its buffer plus its
 * offset. Every other array, and every other backend than the CPU's, is first copied by ND4J
 * itself, outside all workspaces.
 */

/**
 * Reads the content of ND4J arrays into Java, in row-major order. Allocates nothing per call for
 * arrays that {@link #isDirect}. Not thread-safe.
 */
final class NativeReader {

  private static final int STRETCH = 4096;

  private final NativeMemory memory = new NativeMemory();
  private final boolean cpu;
  private final float[] stretch = new float[STRETCH];
  private final float[] sums = new float[STRETCH];
  private final double[] wideStretch = new double[STRETCH / 8];

  NativeReader() {
    this(Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU);
  }

  /** Makes a reader; {@code cpu} is false to read as on any other backend. */
  NativeReader(boolean cpu) {
    this.cpu = cpu;
  }

  /** Returns true if the array can be read by address. */
  boolean isDirect(INDArray array, DataType type) {
    return cpu && array.dataType() == type && isRowMajor(array) && isReachable(array, type);
  }

  private static boolean isReachable(INDArray array, DataType type) {
    return array.length() * type.width() <= NativeMemory.LONGEST
        && address(array) % type.width() == 0;
  }

  /**
   * Returns true if the array can be read by address as it lies in memory: its axes are in some
   * order without holes, all strides positive.
   */
  boolean isWithoutHoles(INDArray array, DataType type) {
    if (!cpu || array.dataType() != type || !isReachable(array, type)) {
      return false;
    }
    long span = 1;
    for (int axis = 0; axis < array.rank(); axis++) {
      if (array.size(axis) != 1 && array.stride(axis) < 1) {
        return false;
      }
      span += (array.size(axis) - 1) * array.stride(axis);
    }
    return span == array.length();
  }

  private static boolean isRowMajor(INDArray array) {
    long expected = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      if (array.size(axis) != 1) {
        if (array.stride(axis) != expected) {
          return false;
        }
        expected *= array.size(axis);
      }
    }
    return true;
  }

  /** Returns where an array that {@link #isDirect} begins. */
  static long address(INDArray array) {
    return array.data().address() + array.data().getElementSize() * array.data().offset();
  }

  /** Returns the raw bits of all entries, as floats, to be read before the next call. */
  IntBuffer floatBits(INDArray array) {
    if (isDirect(array, DataType.FLOAT)) {
      return memory.ints(address(array), (int) array.length());
    }
    float[] copy = copy(array, DataType.FLOAT).data().asFloat();
    int[] bits = new int[copy.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(copy[i]);
    }
    return IntBuffer.wrap(bits);
  }

  /** Returns the raw bits of all entries, as doubles, to be read before the next call. */
  LongBuffer doubleBits(INDArray array) {
    if (isDirect(array, DataType.DOUBLE)) {
      return memory.longs(address(array), (int) array.length());
    }
    double[] copy = copy(array, DataType.DOUBLE).data().asDouble();
    long[] bits = new long[copy.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Double.doubleToRawLongBits(copy[i]);
    }
    return LongBuffer.wrap(bits);
  }

  /** Returns the raw bits as they lie in memory, of an array {@link #isWithoutHoles} of floats. */
  IntBuffer floatBitsAsTheyLie(INDArray array) {
    return memory.ints(address(array), (int) array.length());
  }

  /** Returns the raw bits as they lie in memory, of an array {@link #isWithoutHoles} of doubles. */
  LongBuffer doubleBitsAsTheyLie(INDArray array) {
    return memory.longs(address(array), (int) array.length());
  }

  /** Returns all entries, as floats, to be read before the next call. */
  FloatBuffer floats(INDArray array) {
    return isDirect(array, DataType.FLOAT)
        ? memory.floats(address(array), (int) array.length())
        : FloatBuffer.wrap(copy(array, DataType.FLOAT).data().asFloat());
  }

  /** Returns all entries, as doubles, to be read before the next call. */
  DoubleBuffer doubles(INDArray array) {
    return isDirect(array, DataType.DOUBLE)
        ? memory.doubles(address(array), (int) array.length())
        : DoubleBuffer.wrap(copy(array, DataType.DOUBLE).data().asDouble());
  }

  /** Copies the raw bits of all entries, as floats. */
  void floatBits(INDArray array, int[] into) {
    floatBits(array).get(into, 0, (int) array.length());
  }

  /** Copies the raw bits of all entries, as doubles. */
  void doubleBits(INDArray array, long[] into) {
    doubleBits(array).get(into, 0, (int) array.length());
  }

  /** Returns true if an array holds exactly these floats, bit for bit, in row-major order. */
  boolean isEqual(INDArray array, IntBuffer bits) {
    return array.length() == bits.remaining() && floatBits(array).mismatch(bits) < 0;
  }

  /** Returns true if an array holds exactly these doubles, bit for bit, in row-major order. */
  boolean isEqual(INDArray array, LongBuffer bits) {
    return array.length() == bits.remaining() && doubleBits(array).mismatch(bits) < 0;
  }

  /** Copies a whole array of any floating type, as doubles. */
  void asDoubles(INDArray array, double[] into) {
    int length = (int) array.length();
    if (!isDirect(array, DataType.FLOAT)) {
      doubles(array).get(into, 0, length);
      return;
    }
    FloatBuffer floats = floats(array);
    for (int at = 0; at < length; at += STRETCH) {
      int part = Math.min(STRETCH, length - at);
      floats.get(stretch, 0, part);
      for (int i = 0; i < part; i++) {
        into[at + i] = stretch[i];
      }
    }
  }

  /** Returns true if the sum of the squares of all entries is finite as a double. */
  boolean areSquaresFinite(INDArray array) {
    if (isWithoutHoles(array, DataType.FLOAT)) {
      return areFloatsFinite(memory.floats(address(array), (int) array.length()))
          || areFinite(FloatBuffer.wrap(copy(array, DataType.FLOAT).data().asFloat()));
    }
    return areFinite(
        isWithoutHoles(array, DataType.DOUBLE)
            ? memory.doubles(address(array), (int) array.length())
            : doubles(array));
  }

  /**
   * One running sum of squares for each entry of a stretch, which is vector code; false also where
   * a square is too large for a float.
   */
  private boolean areFloatsFinite(FloatBuffer all) {
    int lanes = Math.min(STRETCH, all.remaining());
    Arrays.fill(sums, 0, lanes, 0);
    while (all.hasRemaining()) {
      int length = Math.min(STRETCH, all.remaining());
      all.get(stretch, 0, length);
      addSquares(stretch, sums, length);
    }
    float sum = 0;
    for (int k = 0; k < lanes; k++) {
      sum += sums[k];
    }
    return Float.isFinite(sum);
  }

  private static void addSquares(float[] x, float[] to, int length) {
    for (int k = 0; k < length; k++) {
      to[k] += x[k] * x[k];
    }
  }

  private static boolean areFinite(FloatBuffer all) {
    double sum = 0;
    while (all.hasRemaining()) {
      double x = all.get();
      sum += x * x;
    }
    return Double.isFinite(sum);
  }

  private boolean areFinite(DoubleBuffer all) {
    double sum = 0;
    while (all.hasRemaining()) {
      int length = Math.min(wideStretch.length, all.remaining());
      all.get(wideStretch, 0, length);
      sum += ScalarProduct.of(wideStretch, 0, wideStretch, 0, length);
    }
    return Double.isFinite(sum);
  }

  /** Copies floats from an address inside an array that {@link #isDirect}. */
  void floatsAt(long address, float[] into, int length) {
    memory.floats(address, length).get(into, 0, length);
  }

  /** Copies doubles from an address inside an array that {@link #isDirect}. */
  void doublesAt(long address, double[] into, int length) {
    memory.doubles(address, length).get(into, 0, length);
  }

  /** Returns a row-major copy outside all workspaces. */
  static INDArray copy(INDArray array, DataType type) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray converted = array.dataType() == type ? array : array.castTo(type);
      return converted.dup('c');
    }
  }
}
