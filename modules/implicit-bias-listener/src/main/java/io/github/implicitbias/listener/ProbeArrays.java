package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A probe as arrays of DL4J, in the data type of the network, made when they are first needed. */
final class ProbeArrays {

  private static final int PART = 1 << 18;

  private final Probe probe;
  private final DataType type;
  private INDArray @Nullable [] features;
  private @Nullable INDArray @Nullable [] featureMasks;
  private INDArray @Nullable [] labels;
  private @Nullable INDArray @Nullable [] labelMasks;

  ProbeArrays(Probe probe, DataType type) {
    this.probe = probe;
    this.type = type;
  }

  INDArray[] features() {
    if (features == null) {
      features = arrays(probe.featureArrays());
    }
    return features;
  }

  /** Returns one mask per input or null, null if there is none. */
  @Nullable INDArray @Nullable [] featureMasks() {
    if (featureMasks == null) {
      featureMasks = arrays(probe.featureMasks());
    }
    return hasSome(featureMasks) ? featureMasks : null;
  }

  INDArray[] labels() {
    if (labels == null) {
      labels = arrays(probe.labelArrays());
    }
    return labels;
  }

  /** Returns one mask per output or null, null if there is none. */
  @Nullable INDArray @Nullable [] labelMasks() {
    if (labelMasks == null) {
      labelMasks = arrays(probe.labelMasks());
    }
    return hasSome(labelMasks) ? labelMasks : null;
  }

  private static boolean hasSome(@Nullable INDArray[] arrays) {
    for (INDArray array : arrays) {
      if (array != null) {
        return true;
      }
    }
    return false;
  }

  private INDArray[] arrays(List<? extends @Nullable SampleArray> samples) {
    INDArray[] arrays = new INDArray[samples.size()];
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      for (int k = 0; k < arrays.length; k++) {
        arrays[k] = samples.get(k) == null ? null : array(samples.get(k));
      }
    }
    return arrays;
  }

  private INDArray array(SampleArray of) {
    long[] shape = new long[of.shape().length];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = of.shape()[axis];
    }
    DataType first = type == DataType.DOUBLE ? type : DataType.FLOAT;
    INDArray array = Nd4j.createUninitialized(first, shape, 'c');
    INDArray flat = array.reshape(of.length());
    // Part by part: the probe may be most of what fits on the heap.
    for (int at = 0; at < of.length(); at += PART) {
      int length = Math.min(PART, of.length() - at);
      double[] part = new double[length];
      for (int i = 0; i < length; i++) {
        part[i] = of.value(at + i);
      }
      flat.get(NDArrayIndex.interval(at, at + length)).assign(Nd4j.createFromArray(part));
    }
    return type == first ? array : array.castTo(type);
  }
}
