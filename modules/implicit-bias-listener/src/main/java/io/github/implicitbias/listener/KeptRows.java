package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A copy of some samples of a batch; who keeps one of them keeps all. */
final class KeptRows {

  /** No samples. */
  static final KeptRows NONE = new KeptRows(0, new MultiDataSet(new INDArray[0], new INDArray[0]));

  private final int size;
  private final org.nd4j.linalg.dataset.api.MultiDataSet samples;

  private KeptRows(int size, org.nd4j.linalg.dataset.api.MultiDataSet samples) {
    this.size = size;
    this.samples = samples;
  }

  /**
   * Copies samples.
   *
   * @param rows their positions in the batch, in rising order, at least one
   */
  static KeptRows of(org.nd4j.linalg.dataset.api.MultiDataSet batch, int[] rows) {
    return new KeptRows(
        rows.length,
        new MultiDataSet(
            rows(batch.getFeatures(), rows),
            rows(batch.getLabels(), rows),
            rows(batch.getFeaturesMaskArrays(), rows),
            rows(batch.getLabelsMaskArrays(), rows)));
  }

  /** Returns a copy of some of them, or these if all are meant. */
  KeptRows only(int[] rows) {
    return rows.length == size ? this : of(samples, rows);
  }

  /** Returns how many there are. */
  int size() {
    return size;
  }

  org.nd4j.linalg.dataset.api.MultiDataSet samples() {
    return samples;
  }

  @SuppressWarnings("NullAway") // DL4J has null for what is missing, alone and in arrays.
  private static INDArray[] rows(INDArray @Nullable [] of, int[] rows) {
    if (of == null) {
      return null;
    }
    INDArray[] some = new INDArray[of.length];
    for (int k = 0; k < some.length; k++) {
      some[k] = of[k] == null ? null : rows(of[k], rows);
    }
    return some;
  }

  /** One call for all rows: a call for each takes longer than reading a batch. */
  private static INDArray rows(INDArray of, int[] rows) {
    if (rows.length == of.size(0)) {
      return of.dup('c');
    }
    long[] shape = of.shape().clone();
    long width = of.length() / shape[0];
    shape[0] = rows.length;
    INDArray matrix = of.reshape('c', of.size(0), width);
    INDArray some = width == 1 ? column(matrix, rows) : Nd4j.pullRows(matrix, 1, rows, 'c');
    return some.reshape('c', shape);
  }

  private static INDArray column(INDArray of, int[] rows) {
    INDArray some = Nd4j.createUninitialized(of.dataType(), rows.length, 1);
    for (int i = 0; i < rows.length; i++) {
      some.putScalar(i, 0, of.getDouble(rows[i], 0));
    }
    return some;
  }
}
