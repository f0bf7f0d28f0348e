package io.github.implicitbias.listener;

import io.github.implicitbias.core.visit.VisitBook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Finds the rows of visited samples again, in data that is read once more. */
final class SamplesAgain {

  private SamplesAgain() {}

  /**
   * Reads an iterator until all samples have come.
   *
   * @throws IllegalArgumentException if one is no sample, or does not come
   */
  static DataSet fetch(VisitBook visits, DataSetIterator from, int... samples) {
    if (from == null || !from.resetSupported()) {
      throw new IllegalArgumentException(
          "the iterator cannot be reset: give one that starts from the beginning again, or a"
              + " ListDataSetIterator");
    }
    if (samples.length == 0) {
      throw new IllegalArgumentException("no samples are asked for: give at least one number");
    }
    Map<Integer, @Nullable DataSet> found = new HashMap<>();
    for (int sample : samples) {
      visits.of(sample); // which says what is wrong with a number
      found.put(sample, null);
    }
    read(visits, from, found);
    List<DataSet> rows = new ArrayList<>();
    int[] missing =
        Arrays.stream(samples).filter(sample -> found.get(sample) == null).distinct().toArray();
    if (missing.length > 0) {
      throw new IllegalArgumentException(
          missing.length
              + " of "
              + samples.length
              + " samples do not come from the iterator, the first is "
              + missing[0]
              + ": give one with the rows and labels that training was shown");
    }
    for (int sample : samples) {
      rows.add(found.get(sample));
    }
    return DataSet.merge(rows);
  }

  private static void read(
      VisitBook visits, DataSetIterator from, Map<Integer, @Nullable DataSet> found) {
    VisitKeys keys = new VisitKeys(null, new NativeReader());
    int left = found.size();
    from.reset();
    while (left > 0 && from.hasNext()) {
      DataSet batch = from.next();
      long[] some = keys.of(batch.toMultiDataSet());
      for (int i = 0; i < some.length; i++) {
        int sample = visits.find(some[i]);
        if (found.containsKey(sample) && found.get(sample) == null) {
          found.put(sample, row(batch, i));
          left--;
        }
      }
    }
    from.reset();
  }

  private static DataSet row(DataSet batch, int row) {
    return new DataSet(
        copy(batch.getFeatures(), row),
        copy(batch.getLabels(), row),
        copyOrNull(batch.getFeaturesMaskArray(), row),
        copyOrNull(batch.getLabelsMaskArray(), row));
  }

  @SuppressWarnings("NullAway") // DL4J has null for a mask that is missing.
  private static INDArray copyOrNull(@Nullable INDArray array, int row) {
    return array == null ? null : copy(array, row);
  }

  private static INDArray copy(INDArray array, int row) {
    INDArrayIndex[] one = new INDArrayIndex[array.rank()];
    Arrays.fill(one, NDArrayIndex.all());
    one[0] = NDArrayIndex.interval(row, row + 1);
    return array.get(one).dup('c').detach();
  }
}
