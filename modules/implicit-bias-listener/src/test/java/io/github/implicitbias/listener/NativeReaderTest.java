package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Every way of reading an array gives what ND4J itself says is in it. */
class NativeReaderTest {

  private static Map<String, INDArray> layouts(DataType type) {
    INDArray base = Nd4j.arange(60).castTo(type).subi(30).muli(0.125).reshape(6, 10);
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
    arrays.put("scalar", Nd4j.scalar(type, 3.25));
    return arrays;
  }

  private static void check(NativeReader reader, String name, INDArray array, DataType type) {
    int n = (int) array.length();
    INDArray plain = array.dup('c').reshape(n);
    double[] expected = new double[n];
    for (int i = 0; i < n; i++) {
      expected[i] = plain.getDouble(i);
    }
    double[] doubles = new double[n];
    reader.asDoubles(array, doubles);
    assertArrayEquals(expected, doubles, name);
    if (type == DataType.FLOAT) {
      int[] bits = new int[n];
      reader.floatBits(array, bits);
      for (int i = 0; i < n; i++) {
        assertEquals(expected[i], Float.intBitsToFloat(bits[i]), name);
      }
    } else if (type == DataType.DOUBLE) {
      long[] bits = new long[n];
      reader.doubleBits(array, bits);
      for (int i = 0; i < n; i++) {
        assertEquals(expected[i], Double.longBitsToDouble(bits[i]), name);
      }
    }
  }

  @Test
  void everyLayout_isReadAsNd4jReadsIt() {
    for (boolean cpu : new boolean[] {true, false}) {
      for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE, DataType.FLOAT16}) {
        layouts(type).forEach((name, array) -> check(new NativeReader(cpu), name, array, type));
      }
    }
  }

  @Test
  void arraysAttachedToAWorkspace_areReadInPlace() {
    WorkspaceConfiguration conf = WorkspaceConfiguration.builder().initialSize(1 << 20).build();
    try (MemoryWorkspace ws =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(conf, "reader-test")) {
      layouts(DataType.FLOAT)
          .forEach((name, array) -> check(new NativeReader(), name, array, DataType.FLOAT));
    }
  }

  @Test
  void onlyRowMajorArraysOfTheRightType_areReadByAddress() {
    NativeReader reader = new NativeReader(true);
    Map<String, INDArray> arrays = layouts(DataType.FLOAT);
    assertEquals(true, reader.isDirect(arrays.get("plain"), DataType.FLOAT));
    assertEquals(true, reader.isDirect(arrays.get("rows, offset"), DataType.FLOAT));
    assertEquals(true, reader.isDirect(arrays.get("f order transposed"), DataType.FLOAT));
    assertEquals(false, reader.isDirect(arrays.get("columns"), DataType.FLOAT));
    assertEquals(false, reader.isDirect(arrays.get("f order"), DataType.FLOAT));
    assertEquals(false, reader.isDirect(arrays.get("plain"), DataType.DOUBLE));
    assertEquals(false, new NativeReader(false).isDirect(arrays.get("plain"), DataType.FLOAT));
  }
}
