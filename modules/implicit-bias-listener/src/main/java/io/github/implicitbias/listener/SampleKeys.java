package io.github.implicitbias.listener;

import io.github.implicitbias.core.visit.RowHash;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Makes the keys by which samples are known: of the raw bytes of their features, input by input,
 * and then of their labels. Not thread-safe.
 */
final class SampleKeys {

  private final NativeReader reader = new NativeReader();
  private final NativeMemory memory = new NativeMemory();
  private long[] keys = {};

  /** Begins with a batch. */
  void begin(int samples) {
    keys = keys.length < samples ? new long[samples] : keys;
    Arrays.fill(keys, 0, samples, 0);
  }

  /** Adds an array of a batch, samples first, of any type and layout. */
  void add(INDArray rows, int samples) {
    INDArray source =
        reader.isDirect(rows, rows.dataType()) ? rows : NativeReader.copy(rows, rows.dataType());
    long bytes = source.length() / samples * source.dataType().width();
    long address = NativeReader.address(source);
    for (int i = 0; i < samples; i++, address += bytes) {
      keys[i] = RowHash.mix(keys[i], memory.hash(address, (int) bytes));
    }
  }

  /** Returns a key per sample of the batch, and possibly more numbers; valid until the next. */
  long[] keys() {
    return keys;
  }

  /** Returns the keys that the samples of a batch have when training visits them. */
  long[] of(MultiDataSet batch) {
    int samples = (int) batch.getFeatures(0).size(0);
    begin(samples);
    addAll(batch.getFeatures(), samples);
    addAll(batch.getLabels(), samples);
    return Arrays.copyOf(keys, samples);
  }

  private void addAll(INDArray @Nullable [] arrays, int samples) {
    for (int k = 0; arrays != null && k < arrays.length; k++) {
      if (arrays[k] != null) {
        add(arrays[k], samples);
      }
    }
  }
}
