package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether every step since the first record was trained on exactly the probe, features and labels.
 *
 * <p>Comparing takes time at every step, recorded or not, so it ends when the answer has become no,
 * and goes on only if somebody has asked at the first record; who asks later is told no. A graph
 * does not show its labels before the backward pass: there the labels of the step that has begun
 * are not yet in the answer.
 */
final class FullBatch {

  private final Network net;
  private final NativeReader reader;
  private final boolean single;
  private final List<SampleArray> features;
  private final List<SampleArray> labels;
  private final Bits[] featureBits;
  private final Bits[] labelBits;
  private boolean possible;
  private boolean started;
  private boolean asked;
  private boolean labelsPending;

  FullBatch(Network net, Probe probe, NativeReader reader) {
    this.net = net;
    this.reader = reader;
    this.single = net.dataType() != DataType.DOUBLE;
    this.features = probe.featureArrays();
    this.labels = probe.labelArrays();
    this.featureBits = new Bits[features.size()];
    this.labelBits = new Bits[labels.size()];
    this.possible =
        !probe.hasMasks()
            && features.size() == net.inputs()
            && labels.size() == net.outputs().size();
  }

  /**
   * Takes note of a training step, at its forward pass.
   *
   * @param featuresKnown true if the features are known to be those of the probe
   */
  void forward(Activations ofTraining, boolean featuresKnown) {
    boolean watched = (!started || asked) && !labelsPending;
    possible = possible && watched && (featuresKnown || areFeatures(ofTraining));
    started = true;
    labelsPending = possible;
    if (labelsPending && net.labels(0) != null) {
      backward();
    }
  }

  /** Takes note of the same step, at its backward pass, where the labels are known for certain. */
  void backward() {
    if (labelsPending) {
      possible = !net.hasLabelMasks() && areLabels();
      labelsPending = false;
    }
  }

  private boolean areFeatures(Activations ofTraining) {
    for (int k = 0; k < featureBits.length; k++) {
      if (featureBits[k] == null) {
        featureBits[k] = new Bits(features.get(k));
      }
      if (!featureBits[k].isIn(ofTraining.input(k))) {
        return false;
      }
    }
    return true;
  }

  private boolean areLabels() {
    for (int k = 0; k < labelBits.length; k++) {
      if (labelBits[k] == null) {
        labelBits[k] = new Bits(labels.get(k));
      }
      if (!labelBits[k].isIn(net.labels(k))) {
        return false;
      }
    }
    return true;
  }

  boolean isTrue() {
    asked = true;
    return possible && started;
  }

  /** The raw bits of an array of the probe, in the data type of the network. */
  private final class Bits {
    private final IntBuffer ints;
    private final LongBuffer longs;
    private final int[] shape;

    Bits(SampleArray array) {
      shape = array.shape();
      ints = single ? IntBuffer.allocate(array.length()) : null;
      longs = single ? null : LongBuffer.allocate(array.length());
      for (int i = 0; i < array.length(); i++) {
        if (single) {
          ints.put(i, Float.floatToRawIntBits((float) array.value(i)));
        } else {
          longs.put(i, Double.doubleToRawLongBits(array.value(i)));
        }
      }
    }

    boolean isIn(INDArray array) {
      if (array == null || array.rank() != shape.length) {
        return false;
      }
      for (int axis = 0; axis < shape.length; axis++) {
        if (array.size(axis) != shape[axis]) {
          return false;
        }
      }
      return single ? reader.isEqual(array, ints) : reader.isEqual(array, longs);
    }
  }
}
