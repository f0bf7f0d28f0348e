package io.github.implicitbias.listener;

import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/*
 * Reading an array of ND4J costs 10 to 35 microseconds as soon as an operation is involved, so
 * arrays that lie in row-major order without holes in the memory of this process are copied by
 * address. "Without holes" is decided from shape and strides, never from the ordering flag: a column
 * is row-major whatever its flag says. The address of an array is that of its buffer plus its
 * offset. Every other array, and every other backend than the CPU's, is first copied by ND4J
 * itself, outside all workspaces.
 */

/** Copies the content of ND4J arrays into Java arrays, in row-major order. */
final class NativeReader {

  /** Entries compared at a time: they stay in the first-level cache. */
  private static final int STRETCH = 2048;

  private final int[] intStretch = new int[STRETCH];
  private final long[] longStretch = new long[STRETCH];
  private final Ints ints = new Ints();
  private final Longs longs = new Longs();
  private final Floats floats = new Floats();
  private final Doubles doubles = new Doubles();
  private final boolean cpu;
  private float[] scratch = new float[0];

  NativeReader() {
    this(Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU);
  }

  /** Makes a reader; {@code cpu} is false to read as on any other backend. */
  NativeReader(boolean cpu) {
    this.cpu = cpu;
  }

  /** Returns true if the array can be read by address. */
  boolean isDirect(INDArray array, DataType type) {
    return cpu && array.dataType() == type && isRowMajor(array);
  }

  /**
   * Returns true if the array can be read by address as it lies in memory: its axes are in some
   * order without holes, all strides positive.
   */
  boolean isWithoutHoles(INDArray array, DataType type) {
    if (!cpu || array.dataType() != type) {
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

  /** Copies the raw bits of all floats of an array. */
  void floatBits(INDArray array, int[] into) {
    int length = (int) array.length();
    if (isDirect(array, DataType.FLOAT)) {
      ints.at(address(array), length).get(into, 0, length);
      return;
    }
    float[] copy = copy(array, DataType.FLOAT).data().asFloat();
    for (int i = 0; i < length; i++) {
      into[i] = Float.floatToRawIntBits(copy[i]);
    }
  }

  /** Copies the raw bits of all doubles of an array. */
  void doubleBits(INDArray array, long[] into) {
    int length = (int) array.length();
    if (isDirect(array, DataType.DOUBLE)) {
      longs.at(address(array), length).get(into, 0, length);
      return;
    }
    double[] copy = copy(array, DataType.DOUBLE).data().asDouble();
    for (int i = 0; i < length; i++) {
      into[i] = Double.doubleToRawLongBits(copy[i]);
    }
  }

  /** Returns true if an array holds exactly these floats, bit for bit, in row-major order. */
  boolean isEqual(INDArray array, int[] floatBits) {
    if (array.length() != floatBits.length) {
      return false;
    }
    if (!isDirect(array, DataType.FLOAT)) {
      int[] copy = new int[floatBits.length];
      floatBits(array, copy);
      return Arrays.equals(copy, floatBits);
    }
    long address = address(array);
    for (int from = 0; from < floatBits.length; from += STRETCH) {
      int length = Math.min(STRETCH, floatBits.length - from);
      ints.at(address + 4L * from, length).get(intStretch, 0, length);
      if (!Arrays.equals(intStretch, 0, length, floatBits, from, from + length)) {
        return false;
      }
    }
    return true;
  }

  /** Returns true if an array holds exactly these doubles, bit for bit, in row-major order. */
  boolean isEqual(INDArray array, long[] doubleBits) {
    if (array.length() != doubleBits.length) {
      return false;
    }
    if (!isDirect(array, DataType.DOUBLE)) {
      long[] copy = new long[doubleBits.length];
      doubleBits(array, copy);
      return Arrays.equals(copy, doubleBits);
    }
    long address = address(array);
    for (int from = 0; from < doubleBits.length; from += STRETCH) {
      int length = Math.min(STRETCH, doubleBits.length - from);
      longs.at(address + 8L * from, length).get(longStretch, 0, length);
      if (!Arrays.equals(longStretch, 0, length, doubleBits, from, from + length)) {
        return false;
      }
    }
    return true;
  }

  /** Copies a whole array of any floating type, as doubles. */
  void asDoubles(INDArray array, double[] into) {
    int length = (int) array.length();
    if (isDirect(array, DataType.DOUBLE)) {
      doublesAt(address(array), into, length);
    } else if (isDirect(array, DataType.FLOAT)) {
      if (scratch.length < length) {
        scratch = new float[length];
      }
      floatsAt(address(array), scratch, length);
      for (int i = 0; i < length; i++) {
        into[i] = scratch[i];
      }
    } else {
      double[] copy = copy(array, DataType.DOUBLE).data().asDouble();
      System.arraycopy(copy, 0, into, 0, length);
    }
  }

  /** Copies raw floats from an address inside an array that {@link #isWithoutHoles}. */
  void intsAt(long address, int[] into, int length) {
    ints.at(address, length).get(into, 0, length);
  }

  /** Copies raw doubles from an address inside an array that {@link #isWithoutHoles}. */
  void longsAt(long address, long[] into, int length) {
    longs.at(address, length).get(into, 0, length);
  }

  /** Copies floats from an address inside an array that {@link #isDirect}. */
  void floatsAt(long address, float[] into, int length) {
    floats.at(address, length).get(into, 0, length);
  }

  /** Copies doubles from an address inside an array that {@link #isDirect}. */
  void doublesAt(long address, double[] into, int length) {
    doubles.at(address, length).get(into, 0, length);
  }

  /** Returns a row-major copy outside all workspaces. */
  static INDArray copy(INDArray array, DataType type) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray converted = array.dataType() == type ? array : array.castTo(type);
      return converted.dup('c');
    }
  }

  private static final class Ints extends IntPointer {
    Ints() {
      super((Pointer) null);
    }

    Ints at(long newAddress, long length) {
      address = newAddress;
      position = 0;
      limit = length;
      capacity = length;
      return this;
    }
  }

  private static final class Longs extends LongPointer {
    Longs() {
      super((Pointer) null);
    }

    Longs at(long newAddress, long length) {
      address = newAddress;
      position = 0;
      limit = length;
      capacity = length;
      return this;
    }
  }

  private static final class Floats extends FloatPointer {
    Floats() {
      super((Pointer) null);
    }

    Floats at(long newAddress, long length) {
      address = newAddress;
      position = 0;
      limit = length;
      capacity = length;
      return this;
    }
  }

  private static final class Doubles extends DoublePointer {
    Doubles() {
      super((Pointer) null);
    }

    Doubles at(long newAddress, long length) {
      address = newAddress;
      position = 0;
      limit = length;
      capacity = length;
      return this;
    }
  }
}
