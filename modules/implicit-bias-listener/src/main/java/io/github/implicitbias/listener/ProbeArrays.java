package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A probe as arrays of DL4J, in the data type of the network, made when they are first needed. */
final class ProbeArrays {

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
    if (type == DataType.DOUBLE) {
      return Nd4j.createFromArray(of.values()).reshape(shape);
    }
    float[] floats = new float[of.length()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) of.value(i);
    }
    INDArray array = Nd4j.createFromArray(floats).reshape(shape);
    return type == DataType.FLOAT ? array : array.castTo(type);
  }
}
