package io.github.implicitbias.listener;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedBatch;
import io.github.implicitbias.run.format.VisitTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/*
 * The mean margin of a sample changes at its visits only, and at a visit its row lies in memory. So
 * the rows of the samples that will turn out to be the hardest are kept when training shows them: of
 * those that are on the wrong side, the ones with the smallest mean margins so far. Four times as
 * many are kept as a run is told of, because some of them are learned later.
 */

/**
 * The features of the samples with the smallest mean margins, as training has shown them last, for
 * readers to look at. Thread-safe.
 */
final class HardestRows {

  /** Samples whose rows are kept. */
  static final int KEPT = 200;

  /** Samples whose rows go into a table. */
  static final int TOLD = 50;

  /**
   * Height and width of a picture, and values of a row, beyond which nothing, or no more, is kept.
   */
  private static final int LONGEST = 64;

  private final int[] shapeOfUser;
  private final long[] keys = new long[KEPT];
  private final double[] means = new double[KEPT];
  private final float[][] rows = new float[KEPT][];
  private int[] shape = {};
  private boolean pictures;
  private boolean channelsLast;
  private boolean known;
  private int count;

  /**
   * Begins without rows.
   *
   * @param shapeOfUser height, width and channels of the pictures that the features are; empty to
   *     find out from the network
   */
  HardestRows(int[] shapeOfUser) {
    this.shapeOfUser = shapeOfUser;
  }

  /**
   * Takes the rows of a step that are worth it, after its visits were taken down.
   *
   * @param features of the first input, as training was given them
   */
  synchronized void take(
      Network net, INDArray features, VisitedBatch batch, VisitBook book, NativeReader reader) {
    if (!known) {
      known = true;
      decide(net, features);
      if (shapeOfUser.length > 0 && !pictures) {
        book.say(
            "Samples are not shown as pictures, because their features do not have "
                + String.join(
                    " x ",
                    Arrays.stream(shapeOfUser).mapToObj(Integer::toString).toArray(String[]::new))
                + " entries, or sides of more than 64 pixels.");
      }
    }
    if (shape.length == 0) {
      return;
    }
    for (int i = 0; i < batch.samples(); i++) {
      if (batch.margins()[i] < 0 && batch.isVisited(i)) {
        double mean = book.meanMargin(batch.keys()[i]);
        int place = mean < 0 ? place(batch.keys()[i], mean) : -1;
        if (place >= 0) {
          keys[place] = batch.keys()[i];
          means[place] = mean;
          rows[place] = row(features, i, rows[place], reader);
        }
      }
    }
  }

  /** Lets all rows go, and takes no more. */
  synchronized void giveUp() {
    known = true;
    shape = new int[0];
    count = 0;
    Arrays.fill(rows, null);
  }

  /** Finds out what the features are: pictures, values, or nothing that can be shown. */
  private void decide(Network net, INDArray features) {
    NetworkNode first = net.readerOf(0);
    int rank = features.rank();
    int[] found = {};
    if (rank == 4) {
      channelsLast = first != null && LayerTable.channelsLast(first, 4);
      found =
          shape(
              features.size(channelsLast ? 1 : 2),
              features.size(channelsLast ? 2 : 3),
              features.size(channelsLast ? 3 : 1));
    } else if (rank == 2 && shapeOfUser.length > 0) {
      found = shapeOfUser;
    } else if (rank == 2 && first != null && first.preProcessor() != null) {
      if (first.preProcessor() instanceof FeedForwardToCnnPreProcessor) {
        FeedForwardToCnnPreProcessor flat = (FeedForwardToCnnPreProcessor) first.preProcessor();
        found = shape(flat.getInputHeight(), flat.getInputWidth(), flat.getNumChannels());
      }
    }
    boolean words =
        first != null
            && first.isLayer()
            && (first.layer() instanceof EmbeddingLayer
                || first.layer() instanceof EmbeddingSequenceLayer);
    long entries = features.length() / features.size(0);
    if (found.length > 0) {
      pictures = isSmall(found) && (long) found[0] * found[1] * found[2] == entries;
      shape = pictures ? found : new int[0];
    } else if (rank == 2 && !words) {
      shape = new int[] {(int) Math.min(LONGEST, entries)};
    }
  }

  private static int[] shape(long height, long width, long channels) {
    return new int[] {(int) height, (int) width, (int) channels};
  }

  private static boolean isSmall(int[] found) {
    return found[0] <= LONGEST && found[1] <= LONGEST && (found[2] == 1 || found[2] == 3);
  }

  /** Returns where a row belongs; -1 if others are harder. */
  private int place(long key, double mean) {
    int easiest = 0;
    for (int k = 0; k < count; k++) {
      if (keys[k] == key) {
        return k;
      }
      easiest = means[k] > means[easiest] ? k : easiest;
    }
    return count < KEPT ? count++ : mean < means[easiest] ? easiest : -1;
  }

  private float[] row(INDArray features, int sample, float @Nullable [] into, NativeReader reader) {
    int length = 1;
    for (int axis : shape) {
      length *= axis;
    }
    float[] row = into == null ? new float[length] : into;
    if (reader.isDirect(features, DataType.FLOAT)) {
      long bytes = features.length() / features.size(0) * Float.BYTES;
      reader.floatsAt(NativeReader.address(features) + sample * bytes, row, length);
    } else {
      INDArrayIndex[] one = new INDArrayIndex[features.rank()];
      Arrays.fill(one, NDArrayIndex.all());
      one[0] = NDArrayIndex.interval(sample, sample + 1);
      float[] all = NativeReader.copy(features.get(one), DataType.FLOAT).data().asFloat();
      System.arraycopy(all, 0, row, 0, length);
    }
    return row;
  }

  /** Returns a table with the rows of its first suspects, and of others with a small margin. */
  synchronized VisitTable addTo(VisitTable table, VisitBook book) {
    Map<Integer, Integer> places = new HashMap<>();
    Set<Integer> told = new LinkedHashSet<>();
    for (int k = 0; k < count; k++) {
      int sample = book.find(keys[k]);
      if (sample >= 0 && sample < table.size()) {
        places.put(sample, k);
      }
    }
    int[] suspects = table.suspects().samples();
    for (int k = 0; k < Math.min(TOLD, suspects.length); k++) {
      if (places.containsKey(suspects[k])) {
        told.add(suspects[k]);
      }
    }
    places.entrySet().stream()
        .sorted((a, b) -> Double.compare(means[a.getValue()], means[b.getValue()]))
        .limit(TOLD)
        .forEach(entry -> told.add(entry.getKey()));
    int[] samples = told.stream().limit(TOLD).mapToInt(i -> i).toArray();
    float[][] shown = new float[samples.length][];
    for (int k = 0; k < samples.length; k++) {
      shown[k] = rows[places.getOrDefault(samples[k], 0)];
    }
    if (samples.length == 0) {
      return table;
    }
    return pictures
        ? table.withPictures(shape[0], shape[1], shape[2], samples, pixels(shown))
        : table.withValues(samples, shown);
  }

  /** Returns the pixels of pictures, each from its smallest value to its largest. */
  private byte[] pixels(float[][] shown) {
    int length = shape[0] * shape[1] * shape[2];
    byte[] pixels = new byte[length * shown.length];
    for (int k = 0; k < shown.length; k++) {
      float low = Float.POSITIVE_INFINITY;
      float high = Float.NEGATIVE_INFINITY;
      for (float value : shown[k]) {
        low = Math.min(low, Float.isFinite(value) ? value : low);
        high = Math.max(high, Float.isFinite(value) ? value : high);
      }
      for (int p = 0; p < length; p++) {
        int at =
            channelsLast ? p % (shape[0] * shape[1]) * shape[2] + p / (shape[0] * shape[1]) : p;
        double part = high > low ? ((double) shown[k][at] - low) / ((double) high - low) : 0;
        pixels[k * length + p] = (byte) Math.round(255 * Math.max(0, Math.min(1, part)));
      }
    }
    return pixels;
  }
}
