package io.github.implicitbias.listener;

import io.github.implicitbias.run.format.TrackedLayer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds the boundary entries of tracked layers that compute x W + b on matrices: where the
 * pre-activations are known anyway, and in small layers, whose pre-activations take Java a few
 * microseconds.
 */
final class BoundaryReader {

  /** Multiplications up to which pre-activations are computed for this purpose alone. */
  private static final long SMALL_PRODUCT = 20_000;

  private final @Nullable LayerArrays[] layers;
  private final BoundaryPacker[] packers;
  private final boolean[] small;
  private final NativeReader reader;
  private double[] preActivations = {};

  /**
   * Prepares to read.
   *
   * @param tracked the tracked layers
   * @param arrays the view of the same network
   * @param type data type of the network
   */
  BoundaryReader(
      List<TrackedLayer> tracked,
      NetworkArrays arrays,
      int samples,
      DataType type,
      NativeReader reader) {
    this.layers = new LayerArrays[tracked.size()];
    this.packers = new BoundaryPacker[tracked.size()];
    this.small = new boolean[tracked.size()];
    this.reader = reader;
    for (int l = 0; l < arrays.layers(); l++) {
      LayerArrays layer = arrays.layerArrays(l);
      int k = layer.trackedLayer();
      if (k >= 0 && layer.isDense() && tracked.get(k).axes().equals("unit")) {
        layers[k] = layer;
        packers[k] = new BoundaryPacker(samples, layer.inputs(), layer.units(), eps(type));
        small[k] = (long) samples * layer.inputs() * layer.units() <= SMALL_PRODUCT;
      }
    }
  }

  /** Returns the distance from 1 to the next number. */
  private static double eps(DataType type) {
    switch (type) {
      case DOUBLE:
        return 0x1p-52;
      case FLOAT:
        return 0x1p-23;
      case HALF:
        return 0x1p-10;
      default:
        return 0x1p-7;
    }
  }

  /**
   * Finds the boundary entries of a tracked layer whose pre-activations were not computed.
   *
   * @param words where to write, all words are overwritten
   * @return false if they are not known; then nothing is written
   */
  boolean pack(int tracked, long[] words) {
    if (!small[tracked]) {
      return false;
    }
    LayerArrays layer = layers[tracked];
    double[] x = layer.inputActivations();
    if (x == null) {
      return false;
    }
    packers[tracked].packAffine(x, layer.weights(), layer.biases(), words);
    return true;
  }

  /** Finds the boundary entries of given pre-activations, for the rest see {@link #pack}. */
  boolean pack(int tracked, double[] z, long[] words) {
    double[] x = layers[tracked] == null ? null : layers[tracked].inputActivations();
    if (x == null) {
      return false;
    }
    packers[tracked].pack(x, layers[tracked].weights(), z, words);
    return true;
  }

  /** Finds the boundary entries of given pre-activations, samples x units. */
  boolean pack(int tracked, INDArray z, long[] words) {
    if (layers[tracked] == null) {
      return false;
    }
    if (preActivations.length < z.length()) {
      preActivations = new double[(int) z.length()];
    }
    reader.asDoubles(z, preActivations);
    return pack(tracked, preActivations, words);
  }
}
