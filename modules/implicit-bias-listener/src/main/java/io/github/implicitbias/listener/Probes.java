package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Makes probes of DL4J's data; what is wrong is answered by a sentence that says what to change.
 */
final class Probes {

  private Probes() {}

  static Probe of(INDArray features, @Nullable INDArray labels) {
    return of(
        new INDArray[] {features}, labels == null ? null : new INDArray[] {labels}, null, null);
  }

  static Probe ofFeatures(INDArray... features) {
    return of(features, null, null, null);
  }

  static Probe of(DataSet data) {
    if (data == null) {
      throw new IllegalArgumentException("the probe is null: give a DataSet");
    }
    INDArray labels = data.getLabels();
    return of(
        new INDArray[] {data.getFeatures()},
        labels == null ? null : new INDArray[] {labels},
        one(data.getFeaturesMaskArray()),
        labels == null ? null : one(data.getLabelsMaskArray()));
  }

  /** Returns the same arrays with room for several inputs and outputs. */
  static MultiDataSet multi(DataSet data) {
    return data.toMultiDataSet();
  }

  /** Returns arrays as DL4J has data. */
  static MultiDataSet multi(INDArray features, @Nullable INDArray labels) {
    INDArray[] none = {};
    return new org.nd4j.linalg.dataset.MultiDataSet(
        new INDArray[] {features}, labels == null ? none : new INDArray[] {labels});
  }

  private static INDArray @Nullable [] one(@Nullable INDArray array) {
    return array == null ? null : new INDArray[] {array};
  }

  static Probe of(MultiDataSet data) {
    if (data == null) {
      throw new IllegalArgumentException("the probe is null: give a MultiDataSet");
    }
    return of(
        data.getFeatures(),
        data.getLabels(),
        data.getFeaturesMaskArrays(),
        data.getLabelsMaskArrays());
  }

  private static Probe of(
      INDArray[] features,
      @Nullable INDArray @Nullable [] givenLabels,
      @Nullable INDArray @Nullable [] featureMasks,
      @Nullable INDArray @Nullable [] labelMasks) {
    if (features == null || features.length == 0) {
      throw new IllegalArgumentException("the probe needs features");
    }
    List<SampleArray> x = new ArrayList<>();
    for (INDArray array : features) {
      x.add(array(array, "features"));
    }
    INDArray[] labels = givenLabels == null ? new INDArray[0] : givenLabels;
    List<SampleArray> y = new ArrayList<>();
    for (INDArray array : labels) {
      if (array != null) {
        y.add(array(array, "labels"));
      }
    }
    if (!y.isEmpty() && y.size() != labels.length) {
      throw new IllegalArgumentException(
          "the probe has labels for some outputs only: give all of them, or none");
    }
    long rows = features[0].size(0);
    for (int k = 0; !y.isEmpty() && k < labels.length; k++) {
      if (labels[k].size(0) != rows) {
        throw new IllegalArgumentException(
            "the probe has "
                + rows
                + " rows of features and "
                + labels[k].size(0)
                + " of labels: give as many of one as of the other");
      }
    }
    return new Probe(
        x,
        y,
        masks(featureMasks, features, "features"),
        y.isEmpty() ? null : masks(labelMasks, labels, "labels"),
        null);
  }

  /** Masks of 1 only are left out. */
  private static @Nullable List<@Nullable SampleArray> masks(
      @Nullable INDArray @Nullable [] masks, INDArray[] masked, String what) {
    if (masks == null) {
      return null;
    }
    if (masks.length != masked.length) {
      throw new IllegalArgumentException(
          "the probe has "
              + masked.length
              + " arrays of "
              + what
              + " and "
              + masks.length
              + " masks of them: give one mask per array, null where there is none");
    }
    List<@Nullable SampleArray> arrays = new ArrayList<>();
    boolean some = false;
    for (int k = 0; k < masks.length; k++) {
      INDArray given = masks[k];
      SampleArray mask = given == null ? null : array(given, "mask of " + what);
      if (mask != null && masksNothing(mask)) {
        mask = null;
      }
      boolean ofMatrix = mask != null && what.equals("features") && masked[k].rank() == 2;
      if (given != null && ofMatrix && !masked[k].equalShapes(given)) {
        throw new IllegalArgumentException(
            "the probe has a mask of shape "
                + Arrays.toString(given.shape())
                + " of features that are a matrix of shape "
                + Arrays.toString(masked[k].shape())
                + ", where it has no use: give words as indices a mask of their shape, or leave out"
                + " the rows that it masks");
      }
      some |= mask != null;
      arrays.add(mask);
    }
    return some ? arrays : null;
  }

  private static boolean masksNothing(SampleArray mask) {
    for (int i = 0; i < mask.length(); i++) {
      if (mask.value(i) != 1) {
        return false;
      }
    }
    return true;
  }

  private static SampleArray array(@Nullable INDArray array, String what) {
    if (array == null) {
      throw new IllegalArgumentException("the probe needs " + what);
    }
    if (array.rank() < 2) {
      throw new IllegalArgumentException(
          "the probe's "
              + what
              + " have shape "
              + Arrays.toString(array.shape())
              + ": the first axis counts samples, the others what a sample has; reshape a vector"
              + " to [samples, 1]");
    }
    if (array.isEmpty()) {
      throw new IllegalArgumentException("the probe's " + what + " are empty: give some samples");
    }
    if (array.length() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "the probe's " + what + " have " + array.length() + " numbers: give a sample of them");
    }
    int[] shape = new int[array.rank()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = (int) array.size(axis);
    }
    if (array.dataType() == DataType.FLOAT) {
      float[] values = new float[(int) array.length()];
      new NativeReader().floats(array).get(values);
      return new SampleArray(shape, values);
    }
    double[] values = new double[(int) array.length()];
    new NativeReader().asDoubles(array, values);
    return new SampleArray(shape, values);
  }
}
