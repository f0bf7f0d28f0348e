package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.Probe;
import java.util.Arrays;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An iterator from which a probe is read, and what becomes of the iterator: of those whose state is
 * nothing but a position, that is restored; every other is reset, which a warning says.
 */
final class ProbeIterator {

  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);

  /** Iterators whose reset goes back to the beginning and does nothing else. */
  private static final Set<String> ONLY_A_POSITION =
      Set.of(
          "org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator",
          "org.deeplearning4j.datasets.iterator.utilty.SingletonDataSetIterator",
          "org.deeplearning4j.datasets.iterator.utilty.SingletonMultiDataSetIterator",
          "org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator",
          "org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator",
          "org.nd4j.linalg.dataset.api.iterator.TestDataSetIterator",
          "org.nd4j.linalg.dataset.api.iterator.TestMultiDataSetIterator");

  private final String what;
  private final Class<?> kind;
  private final boolean onlyAPosition;
  private final BooleanSupplier hasNext;
  private final Supplier<MultiDataSet> next;
  private final Runnable reset;

  private ProbeIterator(
      String what,
      Class<?> kind,
      boolean preProcesses,
      BooleanSupplier hasNext,
      Supplier<MultiDataSet> next,
      Runnable reset) {
    this.what = what;
    this.kind = kind;
    // A preprocessor may write into the samples themselves, once more at each reading.
    this.onlyAPosition = !preProcesses && ONLY_A_POSITION.contains(kind.getName());
    this.hasNext = hasNext;
    this.next = next;
    this.reset = reset;
  }

  /**
   * Takes an iterator, of which nothing is read before {@link #read}.
   *
   * @throws IllegalArgumentException if it is null or cannot be reset
   */
  static ProbeIterator of(@Nullable DataSetIterator data) {
    return of(data, "probe");
  }

  /** Takes the iterator of a test set, in the same way. */
  static ProbeIterator ofTest(DataSetIterator data) {
    return of(data, "test set");
  }

  private static ProbeIterator of(@Nullable DataSetIterator data, String what) {
    if (data == null || !data.resetSupported()) {
      throw new IllegalArgumentException(
          "the " + what + "'s iterator cannot be reset: give the samples as a DataSet");
    }
    return new ProbeIterator(
        what,
        data.getClass(),
        data.getPreProcessor() != null,
        data::hasNext,
        () -> data.next().toMultiDataSet(),
        data::reset);
  }

  /** Takes an iterator as {@link #of(DataSetIterator)}. */
  static ProbeIterator of(@Nullable MultiDataSetIterator data) {
    if (data == null || !data.resetSupported()) {
      throw new IllegalArgumentException(
          "the probe's iterator cannot be reset: give the samples as a MultiDataSet");
    }
    return new ProbeIterator(
        "probe",
        data.getClass(),
        data.getPreProcessor() != null,
        data::hasNext,
        data::next,
        data::reset);
  }

  /**
   * Reads the probe.
   *
   * @param size at most so many samples
   * @param ids names of all samples in the order of the iterator; null names them 0, 1, 2, ...
   * @param also gets each batch, too
   * @throws IllegalArgumentException if there are none, they do not fit together, or there is not a
   *     name for each
   */
  Probe read(int size, long seed, int @Nullable [] ids, Consumer<MultiDataSet> also) {
    ProbeReservoir kept = new ProbeReservoir(size, seed);
    Aside aside = new Aside();
    try {
      aside.enter();
      int left = onlyAPosition ? each(batch -> {}) : 0;
      reset.run();
      Consumer<MultiDataSet> both = kept::add;
      int all = each(both.andThen(also));
      reset.run();
      for (int i = left; onlyAPosition && i < all; i++) {
        next.get();
      }
    } finally {
      aside.leave();
    }
    if (!onlyAPosition) {
      LOG.warn(
          "The {} was read from a {}, which was reset before and after. If its order or its"
              + " samples depend on how often it is read or reset, training sees them otherwise"
              + " than without the listener: give it as a DataSet, or from an iterator of its"
              + " own.",
          what,
          kind.getSimpleName());
    }
    Probe probe = kept.probe();
    if (probe.samples() < kept.seen()) {
      LOG.info(
          "The {} has {} of the {} samples of the iterator, drawn at random; probeSample(...)"
              + " draws another number of a probe, and a DataSet is taken whole.",
          what,
          probe.samples(),
          kept.seen());
    }
    return ids == null ? probe : probe.withSampleIds(named(probe.sampleIds(), ids, kept.seen()));
  }

  private static int[] named(int[] positions, int[] ids, int samples) {
    if (ids.length != samples) {
      throw new IllegalArgumentException(
          ids.length + " sample ids for " + samples + " samples: give one per sample");
    }
    return Arrays.stream(positions).map(position -> ids[position]).toArray();
  }

  /** Hands on what is left; returns the number of batches. */
  private int each(Consumer<MultiDataSet> to) {
    int batches = 0;
    while (hasNext.getAsBoolean()) {
      to.accept(next.get());
      batches++;
    }
    return batches;
  }
}
