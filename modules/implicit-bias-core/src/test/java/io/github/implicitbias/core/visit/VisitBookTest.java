package io.github.implicitbias.core.visit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.loss.PerSampleLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A training of random numbers, and everything that is kept of it counted once more by hand. */
class VisitBookTest {

  private static final int SAMPLES = 150;
  private static final int BATCH = 32;
  private static final int EPOCHS = 6;
  private static final int OUTPUTS = 3;
  private static final int[] UNITS = {5, 70, 64};

  private final Random random = new Random(7);
  private final long[] keys = random.longs(SAMPLES).toArray();

  /** One visit, as it was given. */
  private static final class Visit {
    int epoch;
    int step;
    final double[] z = new double[OUTPUTS];
    int label;
    final BitSet[] on = new BitSet[UNITS.length];

    double margin() {
      double other = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < OUTPUTS; k++) {
        other = k == label ? other : Math.max(other, z[k]);
      }
      return z[label] - other;
    }

    double loss() {
      double sum = 0;
      for (int k = 0; k < OUTPUTS; k++) {
        sum += Math.pow(z[k] - (k == label ? 1 : 0), 2);
      }
      return sum;
    }
  }

  private static final class Squares implements PerSampleLoss {
    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += (z[k] - y[k]) * (z[k] - y[k]);
      }
      return sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
      for (int k = offset; k < offset + outputs; k++) {
        derivative[k] = 2 * (z[k] - y[k]);
      }
    }

    @Override
    public double kappa(int outputs) {
      return 2;
    }
  }

  private final List<List<Visit>> visits = new ArrayList<>();
  private int step;

  private VisitBook book(long bytes) {
    return new VisitBook(
        List.of("first", "second", "third"),
        UNITS,
        Collections.nCopies(3, UnitBits.EXACT),
        LabelKind.CLASSES,
        new Squares(),
        bytes,
        "all");
  }

  private void train(VisitBook book) {
    IntStream.range(0, SAMPLES).forEach(i -> visits.add(new ArrayList<>()));
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      int[] order = IntStream.range(0, SAMPLES).toArray();
      for (int i = SAMPLES - 1; i > 0 && epoch > 0; i--) {
        int j = random.nextInt(i + 1);
        int other = order[i];
        order[i] = order[j];
        order[j] = other;
      }
      for (int from = 0; from < SAMPLES; from += BATCH) {
        step(book, epoch, Arrays.copyOfRange(order, from, Math.min(SAMPLES, from + BATCH)));
      }
      book.endEpoch();
    }
  }

  private void step(VisitBook book, int epoch, int[] samples) {
    int n = samples.length;
    double[] z = new double[n * OUTPUTS];
    double[] y = new double[n * OUTPUTS];
    long[][] patterns = new long[UNITS.length][];
    for (int l = 0; l < UNITS.length; l++) {
      patterns[l] = new long[UNITS[l] * ((n + 63) / 64)];
    }
    for (int i = 0; i < n; i++) {
      Visit visit = new Visit();
      visit.epoch = epoch;
      visit.step = step;
      visit.label = samples[i] % OUTPUTS;
      y[i * OUTPUTS + visit.label] = 1;
      for (int k = 0; k < OUTPUTS; k++) {
        visit.z[k] = random.nextGaussian() + (k == visit.label ? 0.5 * epoch : 0);
        z[i * OUTPUTS + k] = visit.z[k];
      }
      for (int l = 0; l < UNITS.length; l++) {
        visit.on[l] = new BitSet();
        for (int j = 2; j < UNITS[l]; j++) { // unit 0 is always off, unit 1 always on
          visit.on[l].set(j, random.nextInt(4) == 0);
        }
        visit.on[l].set(1);
        int layer = l;
        int place = i;
        visit.on[l].stream()
            .forEach(j -> patterns[layer][j * ((n + 63) / 64) + place / 64] |= 1L << place % 64);
      }
      visits.get(samples[i]).add(visit);
    }
    long[] batch = Arrays.stream(samples).mapToLong(i -> keys[i]).toArray();
    book.step(step, n, batch, patterns, z, y, OUTPUTS);
    step++;
  }

  @Test
  void everySample_asCountedByHand() {
    VisitBook book = book(1 << 24);
    train(book);
    assertEquals(SAMPLES, book.size());
    for (int i = 0; i < SAMPLES; i++) {
      List<Visit> mine = visits.get(i);
      VisitedSample sample = book.of(i);
      assertEquals(i, book.find(keys[i]));
      List<Visit> counted = mine.subList(1, mine.size());
      assertEquals(EPOCHS, sample.visits());
      assertEquals(mine.get(EPOCHS - 1).step, sample.lastStep());
      assertEquals(i % OUTPUTS, sample.label());
      assertEquals(
          counted.stream().mapToDouble(Visit::margin).average().orElseThrow(),
          sample.meanMargin(),
          1e-12);
      assertEquals(
          counted.stream().mapToDouble(Visit::loss).average().orElseThrow(),
          sample.meanLoss(),
          1e-12);
      int forgotten = 0;
      int learned = -1;
      for (int t = 0; t < EPOCHS; t++) {
        boolean correct = mine.get(t).margin() > 0;
        learned = learned < 0 && correct ? mine.get(t).step : learned;
        forgotten += t > 0 && mine.get(t - 1).margin() > 0 && !correct ? 1 : 0;
      }
      assertEquals(forgotten, sample.forgotten());
      assertEquals(learned, sample.learnedAt());
      for (int l = 0; l < UNITS.length; l++) {
        int flips = 0;
        for (int t = 1; t < EPOCHS; t++) {
          BitSet changed = (BitSet) mine.get(t).on[l].clone();
          changed.xor(mine.get(t - 1).on[l]);
          flips += changed.cardinality();
        }
        assertEquals(flips, book.flips(l, i));
        long[] pattern = mine.get(EPOCHS - 1).on[l].toLongArray();
        assertArrayEquals(Arrays.copyOf(pattern, (UNITS[l] + 63) / 64), book.pattern(l, i));
      }
    }
    int[] hardest = book.hardest(10);
    double[] means =
        IntStream.range(0, SAMPLES).mapToDouble(i -> book.of(i).meanMargin()).toArray();
    double[] sorted = Arrays.stream(means).sorted().toArray();
    for (int k = 0; k < 10; k++) {
      assertEquals(sorted[k], means[hardest[k]]);
    }
  }

  @Test
  void everyEpoch_asCountedByHand() {
    VisitBook book = book(1 << 24);
    train(book);
    assertEquals(EPOCHS, book.epochs().size());
    for (EpochOfVisits epoch : book.epochs()) {
      List<Visit> mine = new ArrayList<>();
      visits.forEach(
          list -> list.stream().filter(v -> v.epoch == epoch.epoch()).forEach(mine::add));
      assertEquals(SAMPLES, epoch.visits());
      assertEquals(SAMPLES, epoch.samples());
      assertEquals(epoch.epoch() == 0 ? SAMPLES : 0, epoch.newSamples());
      assertEquals(epoch.epoch() * 5, epoch.firstStep());
      assertEquals(epoch.epoch() * 5 + 4, epoch.lastStep());
      long correct = mine.stream().filter(v -> v.margin() > 0).count();
      assertEquals((double) correct / SAMPLES, epoch.accuracy());
      double[] margins = mine.stream().mapToDouble(Visit::margin).sorted().toArray();
      assertEquals((margins[74] + margins[75]) / 2, epoch.margins()[2], 1e-12);
      double[] pulls = mine.stream().mapToDouble(v -> 2 * Math.sqrt(v.loss())).sorted().toArray();
      double largest = Arrays.stream(pulls, 135, 150).sum() / Arrays.stream(pulls).sum();
      assertEquals(largest, epoch.pullOfLargestTenth(), 1e-6);
      for (int l = 0; l < UNITS.length; l++) {
        int layer = l;
        float[] shares = epoch.shares(epoch.layers()[l]);
        for (int j = 0; j < UNITS[l]; j++) {
          int unit = j;
          long on = mine.stream().filter(v -> v.on[layer].get(unit)).count();
          assertEquals((float) ((double) on / SAMPLES), shares[j]);
        }
        assertEquals(1, epoch.deadUnits(epoch.layers()[l]));
        assertEquals(1, epoch.linearUnits(epoch.layers()[l]));
        Set<BitSet> different = new HashSet<>();
        mine.forEach(v -> different.add(v.on[layer]));
        assertEquals(different.size(), epoch.distinctPatterns(epoch.layers()[l]));
      }
    }
    assertThrows(IllegalArgumentException.class, () -> book.epochs().get(0).shares("fourth"));
  }

  @Test
  void whereMemoryEnds_thePatternsOfTheSamePartOfTheSamplesAreKept() {
    LastPatterns patterns = new LastPatterns(64, UnitBits.EXACT, 0); // room for 1,024 rows
    long[] many = new Random(3).longs(5_000).toArray();
    long[] row = new long[1];
    for (int epoch = 0; epoch < 4; epoch++) {
      for (int i = 0; i < many.length; i++) {
        row[0] = 1L << epoch;
        patterns.visit(i, many[i], 0, row, null, 0);
      }
    }
    assertEquals(0.125, patterns.part());
    int kept = 0;
    for (int i = 0; i < many.length; i++) {
      boolean inside = many[i] >>> 40 < 1 << 21;
      assertEquals(inside ? 6 : -1, patterns.flips(i), "two flips at each of three visits");
      assertArrayEquals(inside ? new long[] {8} : new long[0], patterns.pattern(i));
      kept += inside ? 1 : 0;
    }
    assertTrue(kept > 500 && kept <= 1024, kept + " of 5,000");
    assertTrue(patterns.bytes() >= 16 * 1024 + 8 * 5_000, patterns.bytes() + " bytes");
    assertTrue(patterns.status().contains("one in 8, and of each label at least 64"));
  }

  @Test
  void whereMemoryEnds_someOfEveryLabelAreKept() {
    LastPatterns patterns = new LastPatterns(64, UnitBits.EXACT, 0); // room for 1,024 rows
    Random keysOf = new Random(4);
    long[] many = keysOf.longs(40_000).toArray();
    int[] label = new int[many.length];
    for (int i = 0; i < label.length; i++) {
      label[i] = i % 1_000 == 999 ? 1 + i / 1_000 % 2 : -1;
    }
    for (int epoch = 0; epoch < 3; epoch++) {
      for (int i = 0; i < many.length; i++) {
        patterns.visit(i, many[i], label[i], new long[] {1L << epoch}, null, 0);
      }
    }
    int[] kept = new int[2];
    for (int i = 0; i < many.length; i++) {
      if (patterns.pattern(i).length > 0) {
        assertEquals(4, patterns.flips(i), "kept at each visit");
        kept[label[i] < 0 ? 0 : 1]++;
      }
    }
    assertEquals(40, kept[1], "all of two labels with 20 samples each");
    assertTrue(kept[0] > 64 && kept[0] <= 1024 - 40, kept[0] + " of the rest");
  }

  @Test
  void rowsThatDoNotReturn_areSaid_andUnitsAreCountedOn() {
    VisitBook book = book(1 << 20);
    for (int t = 0; t < 9; t++) {
      long[] fresh = random.longs(8).toArray();
      long[][] patterns = new long[UNITS.length][];
      for (int l = 0; l < UNITS.length; l++) {
        patterns[l] = new long[UNITS[l]];
        Arrays.fill(patterns[l], 0xffL);
      }
      book.step(t, 8, fresh, patterns, new double[24], new double[24], OUTPUTS);
      if (t % 3 == 2) {
        book.endEpoch();
      }
    }
    assertFalse(book.returns());
    assertEquals(0, book.size());
    EpochOfVisits last = book.epochs().get(2);
    assertEquals(24, last.visits());
    assertEquals(70, last.linearUnits("second"));
    assertEquals(0, book.suspects().samples().length);
  }
}
