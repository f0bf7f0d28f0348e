package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Every way of reading an array gives what a plain copy of it holds, entry by entry. */
class NativeReaderTest {

  private static final DataType[] TYPES = {
    DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16, DataType.BFLOAT16
  };

  /** The layouts that may be read by address on the CPU, if the type is right. */
  private static final Set<String> ROW_MAJOR =
      Set.of(
          "plain",
          "rows, offset",
          "one row",
          "f order transposed",
          "one column of f order",
          "scalar",
          "one entry, offset",
          "images",
          "one image",
          "axes of length 1");

  private static Map<String, INDArray> layouts(DataType type) {
    INDArray base = Nd4j.arange(60).castTo(type).subi(30).muli(0.125).reshape(6, 10);
    base.putScalar(2, 3, -0.0);
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    arrays.put("plain", base);
    arrays.put("rows, offset", base.get(NDArrayIndex.interval(2, 5), NDArrayIndex.all()));
    arrays.put("columns", base.get(NDArrayIndex.all(), NDArrayIndex.interval(3, 7)));
    arrays.put("every second row", base.get(NDArrayIndex.interval(0, 2, 6), NDArrayIndex.all()));
    arrays.put("one column", base.getColumn(4).reshape(6, 1));
    arrays.put("one row", base.getRow(3));
    arrays.put("f order", base.dup('f'));
    arrays.put("transposed", base.transpose());
    arrays.put("f order transposed", base.dup('f').transpose());
    arrays.put("one column of f order", base.dup('f').getColumn(2));
    arrays.put("scalar", Nd4j.scalar(type, 3.25));
    arrays.put(
        "one entry, offset", base.get(NDArrayIndex.interval(4, 5), NDArrayIndex.interval(6, 7)));
    INDArray images = base.dup('c').reshape(5, 2, 2, 3);
    arrays.put("images", images);
    arrays.put(
        "one image",
        images.get(
            NDArrayIndex.interval(3, 4),
            NDArrayIndex.all(),
            NDArrayIndex.all(),
            NDArrayIndex.all()));
    arrays.put("channels last", images.permute(0, 2, 3, 1));
    arrays.put("axes of length 1", base.dup('c').reshape(1, 6, 1, 10));
    return arrays;
  }

  /** The content entry by entry, as ND4J reads it, without any of the ways that are tested. */
  private static double[] plainCopy(INDArray array) {
    double[] values = new double[(int) array.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.rank() == 0 ? array.getDouble() : array.getDouble(index(array, i));
    }
    return values;
  }

  private static long[] index(INDArray array, int entry) {
    long[] index = new long[array.rank()];
    long rest = entry;
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = rest % array.size(axis);
      rest /= array.size(axis);
    }
    return index;
  }

  private static void check(NativeReader reader, String name, INDArray array) {
    double[] expected = plainCopy(array);
    int n = expected.length;
    double[] doubles = new double[n];
    reader.asDoubles(array, doubles);
    assertArrayEquals(expected, doubles, name);
    int[] ints = new int[n];
    reader.floatBits(array, ints);
    long[] longs = new long[n];
    reader.doubleBits(array, longs);
    FloatBuffer floatBuffer = reader.floats(array);
    assertEquals(n, floatBuffer.remaining(), name);
    for (int i = 0; i < n; i++) {
      assertEquals((float) expected[i], floatBuffer.get(), name);
      assertEquals(Float.floatToRawIntBits((float) expected[i]), ints[i], name);
      assertEquals(Double.doubleToRawLongBits(expected[i]), longs[i], name);
    }
    DoubleBuffer doubleBuffer = reader.doubles(array);
    assertEquals(n, doubleBuffer.remaining(), name);
    for (double value : expected) {
      assertEquals(value, doubleBuffer.get(), name);
    }
    checkEquality(reader, name, array, ints, longs);
  }

  private static void checkEquality(
      NativeReader reader, String name, INDArray array, int[] ints, long[] longs) {
    int last = ints.length - 1;
    assertTrue(reader.isEqual(array, IntBuffer.wrap(ints)), name);
    assertTrue(reader.isEqual(array, LongBuffer.wrap(longs)), name);
    ints[last] ^= 1;
    longs[last] ^= 1;
    assertFalse(reader.isEqual(array, IntBuffer.wrap(ints)), name);
    assertFalse(reader.isEqual(array, LongBuffer.wrap(longs)), name);
    assertFalse(reader.isEqual(array, IntBuffer.wrap(ints, 0, last)), name);
    assertFalse(reader.isEqual(array, LongBuffer.wrap(longs, 0, last)), name);
  }

  @Test
  void everyLayoutOfEveryType_isReadAsAPlainCopy_onThisAndAnyOtherBackend() {
    for (DataType type : TYPES) {
      for (boolean cpu : new boolean[] {true, false}) {
        layouts(type).forEach((name, array) -> check(new NativeReader(cpu), name, array));
      }
    }
  }

  @Test
  void arraysAttachedToAWorkspace_areReadThere_andOutliveNothing() {
    WorkspaceConfiguration conf = WorkspaceConfiguration.builder().initialSize(1 << 20).build();
    for (DataType type : TYPES) {
      for (boolean cpu : new boolean[] {true, false}) {
        NativeReader reader = new NativeReader(cpu);
        for (int cycle = 0; cycle < 3; cycle++) {
          try (MemoryWorkspace ws =
              Nd4j.getWorkspaceManager().getAndActivateWorkspace(conf, "reader-test")) {
            Map<String, INDArray> arrays = layouts(type);
            assertTrue(arrays.get("plain").isAttached());
            arrays.forEach((name, array) -> check(reader, name, array));
          }
        }
      }
    }
  }

  @Test
  void byAddress_areRead_rowMajorArraysOfTheRightType_onTheCpuOnly() {
    for (DataType type : TYPES) {
      layouts(type)
          .forEach(
              (name, array) -> {
                boolean rowMajor = ROW_MAJOR.contains(name);
                for (DataType wanted : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
                  boolean direct = rowMajor && type == wanted;
                  assertEquals(direct, new NativeReader(true).isDirect(array, wanted), name);
                  assertFalse(new NativeReader(false).isDirect(array, wanted), name);
                }
              });
    }
  }

  @Test
  void equality_isThatOfBits() {
    float[] values = {-0.0f, 0, Float.NaN, 1, Float.MIN_VALUE};
    INDArray array = Nd4j.createFromArray(values);
    int[] bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    NativeReader reader = new NativeReader();
    assertTrue(reader.isEqual(array, IntBuffer.wrap(bits)), "NaN equals itself");
    bits[0] = 0;
    assertFalse(reader.isEqual(array, IntBuffer.wrap(bits)), "-0.0 is not 0.0");
  }

  @Test
  void longArrays_differAnywhere() {
    INDArray array = Nd4j.arange(10_007).castTo(DataType.FLOAT);
    int[] bits = new int[10_007];
    NativeReader reader = new NativeReader();
    reader.floatBits(array, bits);
    double[] doubles = new double[bits.length];
    reader.asDoubles(array, doubles);
    for (int i = 0; i < bits.length; i++) {
      assertEquals(i, doubles[i]);
      bits[i] ^= 1 << 20;
      assertFalse(reader.isEqual(array, IntBuffer.wrap(bits)));
      bits[i] ^= 1 << 20;
    }
    assertTrue(reader.isEqual(array, IntBuffer.wrap(bits)));
  }

  @Test
  void windows_areFoundAgain_howeverManyAddressesWereSeen() {
    NativeMemory memory = new NativeMemory();
    INDArray array = Nd4j.createFromArray(1.5, -2.5, 3.5);
    long address = NativeReader.address(array);
    for (long gigabyte = 1; gigabyte < 200; gigabyte++) {
      // Nothing is read there.
      assertEquals(2, memory.longs((gigabyte << 30) + 8, 2).remaining());
      DoubleBuffer here = memory.doubles(address, 3);
      assertEquals(1.5, here.get());
      assertEquals(-2.5, here.get());
      assertEquals(3.5, here.get());
      assertFalse(here.hasRemaining());
    }
  }

  @Test
  void readingByAddress_allocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    INDArray floats = Nd4j.arange(6000).castTo(DataType.FLOAT).reshape(60, 100);
    INDArray doubles = floats.castTo(DataType.DOUBLE);
    int[] ints = new int[6000];
    long[] longs = new long[6000];
    double[] values = new double[6000];
    NativeReader reader = new NativeReader();
    reader.floatBits(floats, ints);
    reader.doubleBits(doubles, longs);
    IntBuffer sameFloats = IntBuffer.wrap(ints.clone());
    LongBuffer sameDoubles = LongBuffer.wrap(longs.clone());
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 500; i++) {
        reader.asDoubles(floats, values);
        reader.asDoubles(doubles, values);
        reader.floatBits(floats, ints);
        reader.doubleBits(doubles, longs);
        if (!reader.isEqual(floats, sameFloats) || !reader.isEqual(doubles, sameDoubles)) {
          throw new AssertionError("they are equal");
        }
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
    }
    assertEquals(0, least);
  }
}
