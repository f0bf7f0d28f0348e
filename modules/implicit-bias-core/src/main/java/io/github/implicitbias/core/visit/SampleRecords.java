package io.github.implicitbias.core.visit;

import java.util.Arrays;

/*
 * Kernel. All that is kept of a sample lies in eleven neighbouring words, in blocks, so that one visit
 * touches two or three cache lines and growing copies no numbers.
 */

/**
 * What is kept of every sample over its visits, 88 bytes each. Means are over visits whose value is
 * finite, from the second visit of a sample on: at the first, most samples meet a network that has
 * hardly been trained. Not thread-safe.
 */
final class SampleRecords {

  private static final int BLOCK = 1 << 12;

  private static final int VISITS_AND_STEP = 0;
  private static final int LAST_MARGIN = 1;
  private static final int LAST_LOSS = 2;
  private static final int MEAN_MARGIN = 3;
  private static final int MEAN_CONFIDENCE = 4;
  private static final int CONFIDENCE_SQUARES = 5;
  private static final int MEAN_LOSS = 6;
  private static final int LEARNED_AND_FORGOTTEN = 7;
  private static final int COUNTED = 8;
  private static final int CLASSES = 9;
  private static final int LAST_CONFIDENCE_AND_PULL = 10;
  private static final int WORDS = 11;

  /** The highest bit of the times forgotten: correct at the last visit that had a margin. */
  private static final int CORRECT = 1 << 31;

  private static final long NEW_SAMPLE = -1L << 32;

  private long[][] blocks = {};
  private int size;

  /** Returns how many samples there are, visited or reserved. */
  int size() {
    return size;
  }

  /** Makes room for samples 0 to {@code samples - 1}, which are not visited yet. */
  void reserve(int samples) {
    for (int sample = 0; sample < samples; sample += BLOCK) {
      room(sample);
    }
    size = Math.max(size, samples);
  }

  /** Returns true if a sample was not visited so far. */
  boolean isNew(int sample) {
    return sample >= size || visits(sample) == 0;
  }

  /** Returns true if a sample was visited, has margins, and none was positive. */
  boolean isNeverLearned(int sample) {
    return learnedAt(sample) < 0 && !isNew(sample) && !Double.isNaN(lastMargin(sample));
  }

  /** Returns how many bytes the records take. */
  long bytes() {
    return 8L * WORDS * BLOCK * blocks.length;
  }

  /** Reads of what is kept of the samples of a step, see {@link Touched}. */
  void touch(int[] samples, VisitedBatch batch) {
    long sum = 0;
    for (int i = 0; i < batch.samples(); i++) {
      int sample = samples[i];
      if (batch.isVisited(i) && sample < size) {
        long[] block = blocks[sample / BLOCK];
        int at = (sample & BLOCK - 1) * WORDS;
        sum += block[at] + block[at + WORDS / 2] + block[at + WORDS - 1];
      }
    }
    Touched.value = sum;
  }

  /**
   * Takes a visit down.
   *
   * @param sample number of the sample: one that was visited, or the next
   * @param step the step of the visit
   * @param label class of the label, or -1
   * @param instead class that the output names beside the label, or -1
   * @param margin how far the output is on the side of the label; absent where it is not defined
   * @param confidence probability of the label's class; absent where it is not defined
   * @param loss the sample's own loss; absent if it is not known
   * @param pull norm of the loss's derivative by the output; absent if it is not known
   */
  void visit(
      int sample,
      int step,
      int label,
      int instead,
      double margin,
      double confidence,
      double loss,
      double pull) {
    long[] block = room(sample);
    int at = (sample & BLOCK - 1) * WORDS;
    int visits = high(block[at + VISITS_AND_STEP]) + 1;
    boolean counts = visits > 1;
    block[at + VISITS_AND_STEP] = pair(visits, step);
    block[at + CLASSES] = pair(label, instead);
    block[at + LAST_MARGIN] = Double.doubleToRawLongBits(margin);
    block[at + LAST_LOSS] = Double.doubleToRawLongBits(loss);
    block[at + LAST_CONFIDENCE_AND_PULL] =
        pair(Float.floatToRawIntBits((float) confidence), Float.floatToRawIntBits((float) pull));
    int margins = high(block[at + COUNTED]);
    int losses = low(block[at + COUNTED]);
    if (Double.isFinite(margin)) {
      outcome(block, at, step, margin > 0);
      if (counts) {
        margins++;
        move(block, at + MEAN_MARGIN, margin, margins);
        double before = Double.longBitsToDouble(block[at + MEAN_CONFIDENCE]);
        double after = move(block, at + MEAN_CONFIDENCE, confidence, margins);
        double squares = Double.longBitsToDouble(block[at + CONFIDENCE_SQUARES]);
        squares += (confidence - before) * (confidence - after);
        block[at + CONFIDENCE_SQUARES] = Double.doubleToRawLongBits(squares);
      }
    }
    if (counts && Double.isFinite(loss)) {
      losses++;
      move(block, at + MEAN_LOSS, loss, losses);
    }
    block[at + COUNTED] = pair(margins, losses);
  }

  /** Makes a mean of {@code count - 1} values that of one more; returns it. */
  private static double move(long[] block, int at, double value, int count) {
    double mean = Double.longBitsToDouble(block[at]);
    double next = mean + (value - mean) / count;
    block[at] = Double.doubleToRawLongBits(next);
    return next;
  }

  private static void outcome(long[] block, int at, int step, boolean correct) {
    int learned = high(block[at + LEARNED_AND_FORGOTTEN]);
    int forgotten = low(block[at + LEARNED_AND_FORGOTTEN]);
    boolean before = forgotten < 0;
    int times = forgotten & ~CORRECT;
    if (correct) {
      block[at + LEARNED_AND_FORGOTTEN] = pair(learned < 0 ? step : learned, times | CORRECT);
    } else {
      block[at + LEARNED_AND_FORGOTTEN] = pair(learned, before ? times + 1 : times);
    }
  }

  private long[] room(int sample) {
    int index = sample / BLOCK;
    while (index >= blocks.length) {
      long[] block = new long[BLOCK * WORDS];
      for (int at = LEARNED_AND_FORGOTTEN; at < block.length; at += WORDS) {
        block[at] = NEW_SAMPLE;
      }
      blocks = Arrays.copyOf(blocks, blocks.length + 1);
      blocks[blocks.length - 1] = block;
    }
    size = Math.max(size, sample + 1);
    return blocks[index];
  }

  /** Returns the class of the label at the last visit, or -1. */
  int label(int sample) {
    return isNew(sample) ? -1 : high(word(sample, CLASSES));
  }

  /** Returns the class that the output named beside the label at the last visit, or -1. */
  int instead(int sample) {
    return isNew(sample) ? -1 : low(word(sample, CLASSES));
  }

  /** Returns the class that the output named at the last visit, or -1. */
  int predicted(int sample) {
    return label(sample) >= 0 && lastMargin(sample) > 0 ? label(sample) : instead(sample);
  }

  /** Returns the loss at the last visit; NaN if it is not known. */
  double lastLoss(int sample) {
    return isNew(sample) ? Double.NaN : Double.longBitsToDouble(word(sample, LAST_LOSS));
  }

  /** Returns the mean confidence; NaN if there is none. */
  double meanConfidence(int sample) {
    return mean(sample, MEAN_CONFIDENCE, high(word(sample, COUNTED)));
  }

  /** Returns the population standard deviation of the confidence; NaN if there is none. */
  double confidenceDeviation(int sample) {
    int counted = high(word(sample, COUNTED));
    return Math.sqrt(mean(sample, CONFIDENCE_SQUARES, counted) / counted);
  }

  /** Returns the mean loss; NaN if there is none. */
  double meanLoss(int sample) {
    return mean(sample, MEAN_LOSS, low(word(sample, COUNTED)));
  }

  private double mean(int sample, int word, int count) {
    return count == 0 ? Double.NaN : Double.longBitsToDouble(word(sample, word));
  }

  /** Returns the step of the last visit; -1 if there was none. */
  int lastStep(int sample) {
    return isNew(sample) ? -1 : low(word(sample, VISITS_AND_STEP));
  }

  /** Returns the number of visits. */
  int visits(int sample) {
    return high(word(sample, VISITS_AND_STEP));
  }

  /** Returns the mean margin; NaN if there is none. */
  double meanMargin(int sample) {
    return mean(sample, MEAN_MARGIN, high(word(sample, COUNTED)));
  }

  /** Returns the margin at the last visit; NaN if it had none. */
  double lastMargin(int sample) {
    return isNew(sample) ? Double.NaN : Double.longBitsToDouble(word(sample, LAST_MARGIN));
  }

  /** Returns the confidence at the last visit as a float; NaN if it had none. */
  float lastConfidence(int sample) {
    return Float.intBitsToFloat(high(word(sample, LAST_CONFIDENCE_AND_PULL)));
  }

  /** Returns the norm of the loss's derivative at the last visit; NaN if it is not known. */
  float lastPull(int sample) {
    return Float.intBitsToFloat(low(word(sample, LAST_CONFIDENCE_AND_PULL)));
  }

  /** Returns the step of the first visit at which the sample was correct; -1 if there was none. */
  int learnedAt(int sample) {
    return high(word(sample, LEARNED_AND_FORGOTTEN));
  }

  /** Returns how often the sample was correct at one visit and not at the next. */
  int forgotten(int sample) {
    return low(word(sample, LEARNED_AND_FORGOTTEN)) & ~CORRECT;
  }

  /** Returns true if the sample was correct at its last visit that had a margin. */
  boolean isCorrect(int sample) {
    return sample < size && low(word(sample, LEARNED_AND_FORGOTTEN)) < 0;
  }

  private long word(int sample, int word) {
    return blocks[sample / BLOCK][(sample & BLOCK - 1) * WORDS + word];
  }

  private static long pair(int high, int low) {
    return (long) high << 32 | low & 0xffffffffL;
  }

  private static int high(long word) {
    return (int) (word >> 32);
  }

  private static int low(long word) {
    return (int) word;
  }
}
