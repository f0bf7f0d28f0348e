package io.github.implicitbias.listener;

import io.github.implicitbias.core.visit.SampleIndex;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Collects the keys of a training set, batch by batch, without keeping its rows. */
final class TrainingSetKeys {

  private final boolean wanted;
  private final VisitKeys batch = new VisitKeys(null, new NativeReader());
  private long[] keys = {};
  private int size;

  /**
   * Begins with no samples.
   *
   * @param wanted false to collect nothing
   */
  TrainingSetKeys(boolean wanted) {
    this.wanted = wanted;
  }

  void add(MultiDataSet samples) {
    if (!wanted) {
      return;
    }
    long[] some = batch.of(samples);
    if (size + some.length > keys.length) {
      keys = Arrays.copyOf(keys, Math.max(size + some.length, keys.length + (keys.length >> 1)));
    }
    System.arraycopy(some, 0, keys, size, some.length);
    size += some.length;
  }

  /**
   * Returns who the samples are; null if that was not wanted, or there are none.
   *
   * @param names one per sample; null to name them 0, 1, 2, ...
   * @throws IllegalArgumentException if there is not one per sample, or two are equal
   */
  @Nullable SampleIndex index(@Nullable List<String> names) {
    return wanted && size > 0 ? new SampleIndex(Arrays.copyOf(keys, size), names) : null;
  }
}
