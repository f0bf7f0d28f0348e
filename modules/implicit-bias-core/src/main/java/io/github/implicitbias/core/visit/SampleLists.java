package io.github.implicitbias.core.visit;

import java.util.stream.IntStream;

/** Samples chosen and put in order by what is kept of them. */
final class SampleLists {

  private SampleLists() {}

  /** Returns one number per sample, absent where there is none. */
  static double[] meanMargins(SampleRecords records) {
    return all(records).mapToDouble(records::meanMargin).toArray();
  }

  /** Returns the samples with the smallest mean margins, the smallest first. */
  static int[] hardest(SampleRecords records, int count) {
    double[] means = meanMargins(records);
    return all(records)
        .filter(i -> !Double.isNaN(means[i]))
        .boxed()
        .sorted((a, b) -> Double.compare(means[a], means[b]))
        .limit(count)
        .mapToInt(i -> i)
        .toArray();
  }

  static int[] neverLearned(SampleRecords records) {
    return all(records).filter(records::isNeverLearned).toArray();
  }

  /** Returns the samples that were forgotten most often, the most often first. */
  static int[] forgottenMost(SampleRecords records, int count) {
    return all(records)
        .filter(i -> records.forgotten(i) > 0)
        .boxed()
        .sorted((a, b) -> Integer.compare(records.forgotten(b), records.forgotten(a)))
        .limit(count)
        .mapToInt(i -> i)
        .toArray();
  }

  private static IntStream all(SampleRecords records) {
    return IntStream.range(0, records.size());
  }
}
