package io.github.implicitbias.listener;

import io.github.implicitbias.core.visit.VisitBook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
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
    requireReset(from != null && from.resetSupported());
    return DataSet.merge(
        fetch(
            visits,
            from::reset,
            from::hasNext,
            from::next,
            DataSet::toMultiDataSet,
            SamplesAgain::row,
            samples));
  }

  /** Reads an iterator as {@link #fetch(VisitBook, DataSetIterator, int...)} does. */
  static MultiDataSet fetch(VisitBook visits, MultiDataSetIterator from, int... samples) {
    requireReset(from != null && from.resetSupported());
    return org.nd4j.linalg.dataset.MultiDataSet.merge(
        fetch(
            visits,
            from::reset,
            from::hasNext,
            from::next,
            batch -> batch,
            SamplesAgain::row,
            samples));
  }

  private static void requireReset(boolean resets) {
    if (!resets) {
      throw new IllegalArgumentException(
          "the iterator cannot be reset: give one that starts from the beginning again, or a"
              + " ListDataSetIterator");
    }
  }

  private interface Row<B> {
    B of(B batch, int row);
  }

  private static <B> List<B> fetch(
      VisitBook visits,
      Runnable reset,
      BooleanSupplier hasNext,
      Supplier<B> next,
      Function<B, MultiDataSet> whole,
      Row<B> row,
      int... samples) {
    if (samples.length == 0) {
      throw new IllegalArgumentException("no samples are asked for: give at least one number");
    }
    Map<Integer, @Nullable B> found = new HashMap<>();
    for (int sample : samples) {
      visits.of(sample); // which says what is wrong with a number
      found.put(sample, null);
    }
    VisitKeys keys = new VisitKeys(null, new NativeReader());
    int left = found.size();
    reset.run();
    while (left > 0 && hasNext.getAsBoolean()) {
      B batch = next.get();
      long[] some = keys.of(whole.apply(batch));
      for (int i = 0; i < some.length; i++) {
        int sample = visits.find(some[i]);
        if (found.containsKey(sample) && found.get(sample) == null) {
          found.put(sample, row.of(batch, i));
          left--;
        }
      }
    }
    reset.run();
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
    List<B> rows = new ArrayList<>();
    for (int sample : samples) {
      rows.add(found.get(sample));
    }
    return rows;
  }

  private static DataSet row(DataSet batch, int row) {
    return new DataSet(
        copy(batch.getFeatures(), row),
        copy(batch.getLabels(), row),
        copyOrNull(batch.getFeaturesMaskArray(), row),
        copyOrNull(batch.getLabelsMaskArray(), row));
  }

  private static MultiDataSet row(MultiDataSet batch, int row) {
    return new org.nd4j.linalg.dataset.MultiDataSet(
        copies(batch.getFeatures(), row),
        copies(batch.getLabels(), row),
        copies(batch.getFeaturesMaskArrays(), row),
        copies(batch.getLabelsMaskArrays(), row));
  }

  @SuppressWarnings("NullAway") // DL4J has null for masks that are missing.
  private static INDArray[] copies(INDArray @Nullable [] arrays, int row) {
    if (arrays == null) {
      return null;
    }
    INDArray[] copies = new INDArray[arrays.length];
    for (int k = 0; k < copies.length; k++) {
      copies[k] = copyOrNull(arrays[k], row);
    }
    return copies;
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
