package io.github.implicitbias.core.visit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How much memory visits take, measured: in the heap, and by what a step allocates. */
class VisitMemoryTest {

  private static final int BATCH = 128;
  private static final int OUTPUTS = 10;

  private final double[] z = new Random(1).doubles(BATCH * OUTPUTS, -3, 3).toArray();
  private final double[] y = new double[BATCH * OUTPUTS];
  private final long[] batchKeys = new long[BATCH];
  private int step;

  VisitMemoryTest() {
    for (int i = 0; i < BATCH; i++) {
      y[i * OUTPUTS + i % OUTPUTS] = 1;
    }
  }

  private static long key(int sample) {
    return RowHash.mix(sample, 7);
  }

  private void epoch(VisitBook book, int samples, long[][] patterns) {
    for (int from = 0; from < samples; from += BATCH) {
      int count = Math.min(BATCH, samples - from);
      for (int i = 0; i < count; i++) {
        batchKeys[i] = key(from + i);
      }
      book.step(step++, count, batchKeys, patterns, z, y, OUTPUTS);
    }
  }

  private static long used() {
    for (int k = 0; k < 3; k++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static VisitBook book(int units) {
    return units == 0
        ? new VisitBook(List.of(), new int[0], List.of(), LabelKind.CLASSES, null, 0, "")
        : new VisitBook(
            List.of("hidden"),
            new int[] {units},
            List.of(UnitBits.EXACT),
            LabelKind.CLASSES,
            null,
            256L << 20,
            "");
  }

  private void requireAtMost(long most, VisitBook book, int samples, int units) {
    long before = used();
    long[][] patterns = new long[units == 0 ? 0 : 1][];
    if (units > 0) {
      // A row of bits per unit over the samples of the step: two words each.
      patterns[0] = new Random(2).longs(2L * units).toArray();
    }
    for (int epoch = 0; epoch < 2; epoch++) {
      epoch(book, samples, patterns);
      book.endEpoch();
    }
    long took = used() - before;
    assertEquals(samples, book.visited());
    assertEquals(2, book.of(samples - 1).visits());
    assertTrue(took <= most, took + " bytes in the heap");
    assertTrue(book.bytes() <= most, book.bytes() + " bytes by its own count");
    assertTrue(took <= book.bytes() + (3 << 20), took + " in the heap, " + book.bytes() + " said");
    assertTrue(book.bytes() > most / 2, "the bound is one to be kept: " + book.bytes());
  }

  @Test
  void sixtyThousandSamplesOf1024Units_take32MB() {
    requireAtMost(32_000_000, book(1024), 60_000, 1024);
  }

  @Test
  void aMillionSamples_take128MB() {
    requireAtMost(128_000_000, book(0), 1_000_000, 0);
  }

  @Test
  void aMillionSamplesOfATrainingSet_take128MB() {
    long[] keys = new long[1_000_000];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(i);
    }
    VisitBook book = book(0);
    book.number(new SampleIndex(keys, null));
    assertEquals(1_000_000, book.size());
    assertTrue(book.bytes() + 8L * keys.length <= 128_000_000, book.bytes() + " and the keys");
  }

  @Test
  void afterTheFirstEpoch_aStepAllocatesNothing() {
    VisitBook book = book(70);
    long[][] patterns = {new Random(2).longs(2 * 70).toArray()};
    for (int epoch = 0; epoch < 30; epoch++) {
      epoch(book, 1_000, patterns);
      book.endEpoch();
    }
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    before = threads.getThreadAllocatedBytes(thread);
    epoch(book, 1_000, patterns);
    assertEquals(0, threads.getThreadAllocatedBytes(thread) - before, "bytes in eight steps");
  }
}
