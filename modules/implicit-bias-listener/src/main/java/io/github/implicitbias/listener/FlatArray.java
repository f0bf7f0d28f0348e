package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A flat array of ND4J, such as all parameters of a network, read piece by piece. What cannot be
 * read by address is copied when it is looked at.
 */
final class FlatArray {

  private final NativeReader reader;
  private @Nullable INDArray direct;
  private long address;
  private int width;
  private float @Nullable [] floats;
  private double @Nullable [] doubles;
  private float[] piece = {};

  FlatArray(NativeReader reader) {
    this.reader = reader;
  }

  /** Looks at an array, whose pieces are read as they are then or later, until the next look. */
  void look(INDArray array) {
    if (array == direct) {
      return;
    }
    direct = null;
    floats = null;
    doubles = null;
    boolean isDouble = array.dataType() == DataType.DOUBLE;
    width = isDouble ? Double.BYTES : Float.BYTES;
    if (reader.isDirect(array, isDouble ? DataType.DOUBLE : DataType.FLOAT)) {
      address = NativeReader.address(array);
      direct = array;
    } else if (isDouble) {
      doubles = NativeReader.copy(array, DataType.DOUBLE).data().asDouble();
    } else {
      floats = NativeReader.copy(array, DataType.FLOAT).data().asFloat();
    }
  }

  /** Writes so many numbers from a place on, times a factor. */
  void read(long from, int length, double factor, double[] into) {
    if (doubles != null) {
      System.arraycopy(doubles, (int) from, into, 0, length);
      scale(into, length, factor);
    } else if (floats != null) {
      widen(floats, (int) from, length, factor, into);
    } else if (width == Double.BYTES) {
      reader.doublesAt(address + Double.BYTES * from, into, length);
      scale(into, length, factor);
    } else {
      if (piece.length < length) {
        piece = new float[length];
      }
      reader.floatsAt(address + Float.BYTES * from, piece, length);
      widen(piece, 0, length, factor, into);
    }
  }

  private static void widen(float[] from, int at, int length, double factor, double[] into) {
    for (int k = 0; k < length; k++) {
      into[k] = factor * from[at + k];
    }
  }

  private static void scale(double[] all, int length, double factor) {
    if (factor != 1) {
      for (int k = 0; k < length; k++) {
        all[k] *= factor;
      }
    }
  }
}
