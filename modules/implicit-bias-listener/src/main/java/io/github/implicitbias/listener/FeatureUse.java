package io.github.implicitbias.listener;

import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which inputs of the first layer were other than 0 in some batch so far. Batches are looked at
 * until the visits say that their samples have all been seen before.
 */
final class FeatureUse {

  private final NativeReader reader;
  private final int inputs;
  private final boolean[] used;
  private final long[] bits;
  private final int[] ints;
  private final long[] longs;
  private @Nullable INDArray features;
  private boolean known = true;
  private int seen = -1;

  private FeatureUse(NativeReader reader, int inputs) {
    this.reader = reader;
    this.inputs = inputs;
    this.used = new boolean[inputs];
    this.bits = new long[inputs];
    this.ints = new int[inputs];
    this.longs = new long[inputs];
  }

  /** Returns one for a network whose first layer is dense and takes a matrix; else null. */
  static @Nullable FeatureUse of(Network net, StepPlan plan, NativeReader reader) {
    if (net.inputs() != 1 || plan.places().isEmpty()) {
      return null;
    }
    StepPlan.Place first = plan.places().get(0);
    boolean takesMatrix =
        first.layer.takesFeatures()
            && first.node.preProcessor() == null
            && first.node.parameter("W").rank() == 2;
    return takesMatrix ? new FeatureUse(reader, first.layer.inputs()) : null;
  }

  /** At the forward pass of a step, with its features. */
  void forward(INDArray ofBatch) {
    known &= ofBatch.rank() == 2 && ofBatch.size(1) == inputs;
    features = ofBatch;
  }

  /**
   * At the backward pass of the step.
   *
   * @param seenSoFar how many different samples visits have seen so far; -1 if that is not known
   */
  void backward(int seenSoFar) {
    INDArray batch = features;
    features = null;
    boolean allSeenBefore = seenSoFar >= 0 && seenSoFar == seen;
    seen = seenSoFar;
    if (batch == null || !known || allSeenBefore) {
      return;
    }
    if (reader.isDirect(batch, DataType.FLOAT)) {
      IntBuffer all = reader.floatBits(batch);
      while (all.hasRemaining()) {
        all.get(ints, 0, inputs);
        for (int k = 0; k < inputs; k++) {
          bits[k] |= ints[k] & 0x7fffffff;
        }
      }
    } else {
      LongBuffer all = reader.doubleBits(batch);
      while (all.hasRemaining()) {
        all.get(longs, 0, inputs);
        for (int k = 0; k < inputs; k++) {
          bits[k] |= longs[k] & Long.MAX_VALUE;
        }
      }
    }
  }

  /** Returns which inputs were used; null if that is not known of every batch. */
  boolean @Nullable [] used() {
    if (!known) {
      return null;
    }
    for (int k = 0; k < inputs; k++) {
      used[k] = bits[k] != 0;
    }
    return used;
  }
}
