package io.github.implicitbias.run;

import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitBlock;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.run.format.VisitSuspects;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Visits as a classifier of ten classes has them, made up: margins grow, some labels are wrong. */
public final class MadeUpVisits {

  public final int samples;
  public final int[] label;
  public final int[] predicted;
  public final int[] visits;
  public final int[] lastStep;
  public final int[] learnedAt;
  public final int[] forgotten;
  public final int[] correct;
  public final int[][] flips;
  public final float[] lastMargin;
  public final float[] meanMargin;
  public final float[] meanConfidence;
  public final float[] sdConfidence;
  public final float[] meanLoss;
  public boolean ids;
  public List<String> classes = List.of();
  private final String[] layers;
  private final SplittableRandom random;
  private int epochs;

  public MadeUpVisits(int samples, long seed, String... layers) {
    this.samples = samples;
    this.layers = layers;
    random = new SplittableRandom(seed);
    label = IntStream.range(0, samples).map(i -> random.nextInt(10)).toArray();
    predicted = new int[samples];
    visits = new int[samples];
    lastStep = new int[samples];
    learnedAt = new int[samples];
    Arrays.fill(learnedAt, -1);
    forgotten = new int[samples];
    correct = new int[samples];
    flips = new int[layers.length][samples];
    lastMargin = new float[samples];
    meanMargin = new float[samples];
    meanConfidence = new float[samples];
    sdConfidence = new float[samples];
    meanLoss = new float[samples];
  }

  private double normal() {
    double sum = -6;
    for (int k = 0; k < 12; k++) {
      sum += random.nextDouble();
    }
    return sum;
  }

  /** Visits every sample once more. */
  public void epoch() {
    for (int i = 0; i < samples; i++) {
      boolean wrong = i % 20 == 7;
      double strength = (wrong ? -4 : 5) * (1 - Math.exp(-(epochs + 1) / 2.0));
      float margin = (float) (strength + 2.5 * normal());
      float confidence = (float) (1 / (1 + Math.exp(-margin)));
      visits[i]++;
      lastStep[i] = epochs * 469 + random.nextInt(469);
      int before = correct[i];
      correct[i] = margin > 0 ? 1 : 0;
      forgotten[i] += before - correct[i] == 1 ? 1 : 0;
      learnedAt[i] = learnedAt[i] < 0 && margin > 0 ? lastStep[i] : learnedAt[i];
      predicted[i] = margin > 0 ? label[i] : (label[i] + 1 + i % 9) % 10;
      lastMargin[i] = margin;
      int counted = visits[i] - 1;
      if (counted > 0) {
        meanMargin[i] += (margin - meanMargin[i]) / counted;
        float mean = meanConfidence[i];
        meanConfidence[i] += (confidence - mean) / counted;
        float squares = sdConfidence[i] * sdConfidence[i] * (counted - 1);
        squares += (confidence - mean) * (confidence - meanConfidence[i]);
        sdConfidence[i] = (float) Math.sqrt(Math.max(0, squares / counted));
        meanLoss[i] += ((float) Math.log1p(Math.exp(-margin)) - meanLoss[i]) / counted;
        for (int[] layer : flips) {
          layer[i] += (int) Math.max(0, 110 + 25 * normal());
        }
      }
    }
    epochs++;
  }

  private float[] known(float[] means) {
    float[] known = means.clone();
    for (int i = 0; i < samples; i++) {
      known[i] = visits[i] < 2 ? Float.NaN : known[i];
    }
    return known;
  }

  public VisitSuspects suspects() {
    int[] found =
        IntStream.range(0, samples)
            .filter(i -> visits[i] > 1 && meanMargin[i] <= -2)
            .boxed()
            .sorted((a, b) -> Float.compare(meanMargin[a], meanMargin[b]))
            .mapToInt(i -> i)
            .toArray();
    return new VisitSuspects(found, -2, found.length * 0.25, epochs < 2 ? "too early" : "");
  }

  private VisitTable.Builder table() {
    VisitTable.Builder table =
        new VisitTable.Builder(samples, epochs - 1, epochs * 469 - 1)
            .status("Visits of samples are kept.")
            .classes(classes)
            .suspects(suspects())
            .whole(VisitColumn.LABEL, label)
            .whole(VisitColumn.INSTEAD, predicted)
            .whole(VisitColumn.VISITS, visits)
            .whole(VisitColumn.LAST_STEP, lastStep)
            .whole(VisitColumn.LEARNED_AT, learnedAt)
            .whole(VisitColumn.FORGOTTEN, forgotten)
            .whole(VisitColumn.CORRECT, correct)
            .fraction(VisitColumn.LAST_MARGIN, lastMargin)
            .fraction(VisitColumn.MEAN_MARGIN, known(meanMargin))
            .fraction(VisitColumn.MEAN_CONFIDENCE, known(meanConfidence))
            .fraction(VisitColumn.SD_CONFIDENCE, known(sdConfidence))
            .fraction(VisitColumn.MEAN_LOSS, known(meanLoss));
    for (int l = 0; l < layers.length; l++) {
      table.flips(layers[l], flips[l]);
    }
    if (ids) {
      List<String> names = new ArrayList<>();
      IntStream.range(0, samples).forEach(i -> names.add("=row \u03b3," + i));
      table.ids(names);
    }
    return table;
  }

  public VisitTable atEpoch() {
    return table().atEpoch();
  }

  public VisitTable atEnd() {
    return table().atEnd();
  }

  /** What holds over the last epoch. */
  public VisitEpoch ofEpoch() {
    Map<EpochNumber, Double> numbers = new EnumMap<>(EpochNumber.class);
    for (EpochNumber what : EpochNumber.values()) {
      numbers.put(what, epochs + what.ordinal() / 7.0);
    }
    numbers.put(EpochNumber.VISITS, (double) samples);
    if (epochs == 1) {
      numbers.remove(EpochNumber.MEAN_LOSS);
    }
    List<VisitLayer> all = new ArrayList<>();
    for (int l = 0; l < layers.length; l++) {
      float[] shares = new float[70];
      long[] flipped = new long[70];
      for (int j = 0; j < shares.length; j++) {
        shares[j] = j == 0 ? 0 : (float) (j / 70.0 / epochs);
        flipped[j] = j * epochs;
      }
      boolean known = l == 0;
      all.add(
          new VisitLayer(
              layers[l],
              shares,
              !known,
              known ? 1 : -1,
              0,
              known ? 5 * epochs : -1,
              known ? 2415 * epochs : -1,
              known ? flipped : null));
    }
    int first = (epochs - 1) * 469;
    return new VisitEpoch(epochs - 1, first, first + 468, numbers, all);
  }

  /** Makes so many epochs and the end; returns their blocks, numbered from a number on. */
  public List<byte[]> blocks(RunId id, int count, long firstNumber) {
    List<byte[]> blocks = new ArrayList<>();
    long number = firstNumber;
    for (int e = 0; e < count; e++) {
      epoch();
      blocks.add(VisitBlock.encode(id, number++, ofEpoch()));
      blocks.add(VisitBlock.encode(id, number++, atEpoch()));
    }
    blocks.add(VisitBlock.encode(id, number, atEnd()));
    return blocks;
  }
}
