package io.github.implicitbias.listener;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/*
 * ND4J multiplies by the function cblas_sgemm of its backend, to which its own interface leads only
 * with garbage at every call. The backend is no dependency of this library, so the function is looked
 * up by name; where it has none of this name, somebody else multiplies.
 */

/**
 * Products of matrices of floats in native memory, by the library that ND4J's CPU backend itself
 * multiplies with. Allocates nothing from the second product of a size on. Not thread-safe.
 */
final class NativeProduct {

  private static final String LIBRARY = "org.bytedeco.openblas.global.openblas_nolapack";
  private static final int COLUMN_MAJOR = 102;
  private static final int AS_IT_IS = 111;
  private static final int TRANSPOSED = 112;

  /** Finds the function once; null if there is none. */
  private static final class Library {
    static final @Nullable MethodHandle MULTIPLY = find();

    private static @Nullable MethodHandle find() {
      try {
        return MethodHandles.publicLookup()
            .findStatic(
                Class.forName(LIBRARY),
                "cblas_sgemm",
                MethodType.methodType(
                    void.class,
                    int.class,
                    int.class,
                    int.class,
                    int.class,
                    int.class,
                    int.class,
                    float.class,
                    FloatPointer.class,
                    int.class,
                    FloatPointer.class,
                    int.class,
                    float.class,
                    FloatPointer.class,
                    int.class));
      } catch (ReflectiveOperationException | LinkageError e) {
        return null;
      }
    }
  }

  /** Floats at an address. */
  private static final class Floats extends FloatPointer {
    Floats() {
      super((Pointer) null);
    }

    void at(long where, long length) {
      address = where;
      limit = length;
      capacity = length;
    }
  }

  private final Floats x = new Floats();
  private final Floats w = new Floats();
  private final NativeMemory memory = new NativeMemory();
  private FloatPointer product = new FloatPointer(1);
  private float[] copy = {};

  /**
   * Multiplies a matrix with a transposed one and adds a row to each row of the result.
   *
   * @param left address of {@code rows} rows of {@code width} floats
   * @param right address of {@code outputs} rows of {@code width} floats
   * @param bias one number per output
   * @param into where to write, one row of outputs per row
   * @return false if there is no such function here; then nothing is written
   */
  boolean multiply(
      long left, long right, int rows, int width, int outputs, double[] bias, double[] into) {
    MethodHandle multiply = Library.MULTIPLY;
    if (multiply == null) {
      return false;
    }
    int length = rows * outputs;
    if (copy.length != length) {
      product.close();
      product = new FloatPointer((long) length);
      copy = new float[length];
    }
    x.at(left, (long) rows * width);
    w.at(right, (long) outputs * width);
    try {
      // Row by row is column by column of the transposed: (x w')' = w x'.
      multiply.invokeExact(
          COLUMN_MAJOR,
          TRANSPOSED,
          AS_IT_IS,
          outputs,
          rows,
          width,
          1f,
          (FloatPointer) w,
          width,
          (FloatPointer) x,
          width,
          0f,
          product,
          outputs);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    FloatBuffer floats = memory.floats(product.address(), length);
    floats.get(copy, 0, length);
    for (int at = 0; at < length; at += outputs) {
      for (int k = 0; k < outputs; k++) {
        into[at + k] = copy[at + k] + bias[k];
      }
    }
    return true;
  }
}
