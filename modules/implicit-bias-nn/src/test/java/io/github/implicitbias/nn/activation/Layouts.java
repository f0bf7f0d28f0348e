package io.github.implicitbias.nn.activation;

import static io.github.implicitbias.nn.Samples.column;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.implicitbias.nn.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Checks that an entrywise activation function treats every layout as it treats a column. */
final class Layouts {

  private static final long[][] SHAPES = {{}, {6}, {5, 1}, {1, 7}, {3, 4}, {2, 3, 4}, {2, 3, 2, 5}};
  private static final double GUARD = 77;

  private Layouts() {}

  static void check(IActivation phi) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      for (long[] shape : SHAPES) {
        int length = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        double[] z = flat(1, length);
        double[] epsilon = flat(2, length);
        double[] values = phi.getActivation(column(type, z), true).toDoubleVector();
        double[] slopes =
            phi.backprop(column(type, z), column(type, epsilon)).getFirst().toDoubleVector();
        for (int layout = 0; layout < layouts(type, shape, z).size(); layout++) {
          String what = type + " " + Arrays.toString(shape) + " layout " + layout;
          INDArray in = layouts(type, shape, z).get(layout);
          assertSame(in, phi.getActivation(in, true), what);
          assertArrayEquals(values, rowMajor(in), what);
          for (INDArray e : layouts(type, shape, epsilon)) {
            INDArray result = phi.backprop(layouts(type, shape, z).get(layout), e).getFirst();
            assertArrayEquals(slopes, rowMajor(result), what);
            assertArrayEquals(shape, result.shape(), what);
            assertEquals(type, result.dataType());
          }
        }
      }
      neighbours(phi, type);
    }
  }

  /** Returns arrays of one content: in both orders, permuted, and as a view with gaps. */
  private static List<INDArray> layouts(DataType type, long[] shape, double[] z) {
    INDArray array = Nd4j.create(z, shape, type);
    List<INDArray> layouts = new ArrayList<>();
    layouts.add(array.dup('c'));
    layouts.add(array.dup('f'));
    int rank = shape.length;
    if (rank > 1) {
      int[] reversed = new int[rank];
      for (int i = 0; i < rank; i++) {
        reversed[i] = rank - 1 - i;
      }
      layouts.add(array.permute(reversed).dup('c').permute(reversed));
      layouts.add(within(array).get(inside(shape)));
    }
    return layouts;
  }

  /** Returns an array larger by two in each direction, with {@code array} in its midst. */
  private static INDArray within(INDArray array) {
    long[] larger = Arrays.stream(array.shape()).map(size -> size + 2).toArray();
    INDArray frame = Nd4j.valueArrayOf(larger, GUARD, array.dataType());
    frame.get(inside(array.shape())).assign(array);
    return frame;
  }

  private static org.nd4j.linalg.indexing.INDArrayIndex[] inside(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(size -> NDArrayIndex.interval(1, size + 1))
        .toArray(org.nd4j.linalg.indexing.INDArrayIndex[]::new);
  }

  /** A view is changed, and nothing around it. */
  private static void neighbours(IActivation phi, DataType type) {
    long[] shape = {2, 3, 4};
    INDArray array = Nd4j.create(flat(5, 24), shape, type);
    INDArray frame = within(array);
    phi.getActivation(frame.get(inside(shape)), true);
    phi.backprop(frame.get(inside(shape)), array);
    frame.get(inside(shape)).assign(GUARD);
    assertEquals(Nd4j.valueArrayOf(frame.shape(), GUARD, type), frame);
  }

  private static double[] flat(long seed, int length) {
    return Samples.uniform(seed, 1, length)[0];
  }

  private static double[] rowMajor(INDArray array) {
    return array.dup('c').data().asDouble();
  }
}
