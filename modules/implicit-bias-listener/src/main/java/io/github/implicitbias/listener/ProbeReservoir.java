package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.Probe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * Draws a sample of data that is seen only once, batch by batch, without keeping much more than the
 * sample. Every sample gets a random key, and those with the smallest keys are drawn. Where labels
 * are classes this is done for each class, so that each gets its share; of a class a little more
 * than its share so far is kept, since shares change while data comes. The share of a class that
 * comes late, in very uneven order, can be met only as far as what was kept allows.
 */
final class ProbeReservoir {

  /** Beyond its share so many standard deviations of a binomial number are kept of a class. */
  private static final double SLACK = 4;

  /** Labels that are no classes make one class of all. */
  private static final int NO_CLASSES = -1;

  /** A sample that is kept: a row of a copy of some rows of its batch. */
  private static final class Kept {
    final long key;
    final int position;
    final int of;
    KeptRows rows = KeptRows.NONE;
    int row;

    Kept(long key, int position, int of) {
      this.key = key;
      this.position = position;
      this.of = of;
    }
  }

  private final int size;
  private final SplittableRandom random;
  private final Map<Integer, Integer> members = new HashMap<>();
  private final Map<Integer, Long> largest = new HashMap<>();
  private List<Kept> kept = new ArrayList<>();
  private int seen;
  private boolean hasClasses = true;
  private int pruneAt;

  ProbeReservoir(int size, long seed) {
    this.size = size;
    this.random = new SplittableRandom(seed);
    this.pruneAt = 2 * size;
  }

  /** Returns how many samples have come. */
  int seen() {
    return seen;
  }

  /** Returns how many samples are kept in memory. */
  int held() {
    return byRows(kept).keySet().stream().mapToInt(KeptRows::size).sum();
  }

  /** Takes a batch, and keeps copies of some of its samples. */
  void add(org.nd4j.linalg.dataset.api.MultiDataSet batch) {
    int[] classes = hasClasses ? classes(batch) : null;
    // What the first labels are not, the others are not either.
    hasClasses = seen == 0 ? classes != null : hasClasses;
    int samples = (int) batch.getFeatures(0).size(0);
    List<Kept> some = new ArrayList<>();
    int first = seen;
    for (int i = 0; i < samples; i++) {
      int of = classes == null ? NO_CLASSES : classes[i];
      long key = random.nextLong() >>> 1;
      members.merge(of, 1, Integer::sum);
      if (key <= largest.getOrDefault(of, Long.MAX_VALUE)) {
        some.add(new Kept(key, seen, of));
      }
      seen++;
    }
    if (!some.isEmpty()) {
      int[] rows = some.stream().mapToInt(one -> one.position - first).toArray();
      place(some, KeptRows.of(batch, rows));
      kept.addAll(some);
    }
    if (kept.size() > pruneAt) {
      prune();
      compact();
    }
  }

  private static void place(List<Kept> some, KeptRows rows) {
    for (int i = 0; i < some.size(); i++) {
      some.get(i).rows = rows;
      some.get(i).row = i;
    }
  }

  /** Lets the memory go of rows that are kept no more. */
  private void compact() {
    byRows(kept)
        .forEach(
            (rows, some) -> {
              if (some.size() < rows.size()) {
                place(some, rows.only(rowsOf(some)));
              }
            });
  }

  /** Returns samples by the copy that they are in, in the order in which they came. */
  private static Map<KeptRows, List<Kept>> byRows(List<Kept> all) {
    List<Kept> inOrder = new ArrayList<>(all);
    inOrder.sort(Comparator.comparingInt(one -> one.position));
    Map<KeptRows, List<Kept>> found = new LinkedHashMap<>();
    for (Kept one : inOrder) {
      found.computeIfAbsent(one.rows, rows -> new ArrayList<>()).add(one);
    }
    return found;
  }

  private static int[] rowsOf(List<Kept> some) {
    return some.stream().mapToInt(one -> one.row).toArray();
  }

  /** Returns a class per sample, null if the labels are not one matrix. */
  private static int @Nullable [] classes(org.nd4j.linalg.dataset.api.MultiDataSet batch) {
    INDArray[] labels = batch.getLabels();
    if (labels == null || labels.length != 1 || labels[0] == null || labels[0].rank() != 2) {
      return null;
    }
    return Probes.of(labels[0], labels[0]).strata();
  }

  /** Drops what will hardly be drawn: of each class all but the smallest keys. */
  private void prune() {
    Map<Integer, List<Kept>> byClass = byClass();
    List<Kept> left = new ArrayList<>();
    byClass.forEach(
        (of, all) -> {
          double share = (double) members.getOrDefault(of, 0) * size / seen;
          int most = (int) Math.ceil(share + SLACK * Math.sqrt(share) + SLACK);
          if (all.size() > most) {
            all.subList(most, all.size()).clear();
            largest.put(of, all.get(most - 1).key);
          }
          left.addAll(all);
        });
    kept = left;
    pruneAt = Math.max(2 * size, left.size() + size / 2);
  }

  private Map<Integer, List<Kept>> byClass() {
    Map<Integer, List<Kept>> byClass = new HashMap<>();
    for (Kept one : kept) {
      byClass.computeIfAbsent(one.of, of -> new ArrayList<>()).add(one);
    }
    byClass.values().forEach(all -> all.sort(Comparator.comparingLong(one -> one.key)));
    return byClass;
  }

  /**
   * Returns what is drawn, in the order in which it came; the ids are positions.
   *
   * @throws IllegalArgumentException if nothing has come
   */
  Probe probe() {
    if (kept.isEmpty()) {
      throw new IllegalArgumentException("the probe's iterator is empty: give one with samples");
    }
    List<Kept> drawn = seen <= size ? kept : drawn();
    int[] ids = drawn.stream().mapToInt(one -> one.position).sorted().toArray();
    List<org.nd4j.linalg.dataset.api.MultiDataSet> samples = new ArrayList<>();
    byRows(drawn).forEach((rows, some) -> samples.add(rows.only(rowsOf(some)).samples()));
    return Probes.of(samples.size() == 1 ? samples.get(0) : MultiDataSet.merge(samples))
        .withSampleIds(ids);
  }

  /** Of each class its share; what a class is short of is made up for by all the others. */
  private List<Kept> drawn() {
    Map<Integer, List<Kept>> byClass = byClass();
    List<Integer> order = new ArrayList<>(members.keySet());
    int[] counts = order.stream().mapToInt(of -> members.getOrDefault(of, 0)).toArray();
    int[] shares = Probe.shares(counts, size);
    List<Kept> drawn = new ArrayList<>();
    List<Kept> spare = new ArrayList<>();
    // Hardly two samples of each are no classes: they all have the same chance, and all were kept.
    int classes = 2 * counts.length <= seen ? counts.length : 0;
    if (classes == 0) {
      spare.addAll(kept);
    }
    for (int k = 0; k < classes; k++) {
      List<Kept> all = byClass.getOrDefault(order.get(k), List.of());
      int some = Math.min(shares[k], all.size());
      drawn.addAll(all.subList(0, some));
      spare.addAll(all.subList(some, all.size()));
    }
    spare.sort(Comparator.comparingLong(one -> one.key));
    drawn.addAll(spare.subList(0, Math.min(spare.size(), size - drawn.size())));
    return drawn;
  }
}
