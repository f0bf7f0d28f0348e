package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.SampleArray;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One array of the probe as raw bits, to recognise it in what a step trains on. */
final class ProbeMatcher {

  private final int[] shape;
  private final boolean single;
  private final IntBuffer floats;
  private final LongBuffer doubles;

  /** Takes the bits of an array in the data type of a network: float, or double. */
  ProbeMatcher(SampleArray array, boolean single) {
    this.shape = array.shape();
    this.single = single;
    int length = array.length();
    this.floats = IntBuffer.allocate(single ? length : 0);
    this.doubles = LongBuffer.allocate(single ? 0 : length);
    for (int i = 0; i < length; i++) {
      if (single) {
        floats.put(i, Float.floatToRawIntBits((float) array.value(i)));
      } else {
        doubles.put(i, Double.doubleToRawLongBits(array.value(i)));
      }
    }
  }

  /** Returns true if an array holds exactly these numbers, in order. */
  boolean matches(@Nullable INDArray input, NativeReader reader) {
    if (input == null || input.rank() != shape.length) {
      return false;
    }
    for (int axis = 0; axis < shape.length; axis++) {
      if (input.size(axis) != shape[axis]) {
        return false;
      }
    }
    return single ? reader.isEqual(input, floats) : reader.isEqual(input, doubles);
  }

  @Override
  public String toString() {
    return "bits of shape " + Arrays.toString(shape);
  }
}
