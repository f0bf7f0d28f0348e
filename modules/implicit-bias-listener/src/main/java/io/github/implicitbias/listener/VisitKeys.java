package io.github.implicitbias.listener;

import io.github.implicitbias.core.visit.SampleIndex;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/*
 * Sequences are padded to the longest of their batch, so that the same one lies in memory with
 * another length and another stride in another batch. They are hashed time step after time step, and
 * only up to the last that is unmasked, or, where no mask is seen, to the last that is not all 0.
 */

/**
 * Makes the keys by which the samples of a batch are known, of the raw bytes of features, of the
 * masks of sequences, and of labels. Not thread-safe.
 */
final class VisitKeys {

  private final @Nullable Network net;
  private final NativeReader reader;
  private final NativeMemory memory = new NativeMemory();
  private long[] keys = {};
  private final TimeMask mask;
  private ByteBuffer sequence = ByteBuffer.allocate(0);

  /**
   * Makes keys of batches.
   *
   * @param net what is trained on them; null to make the same keys of data before it is trained on,
   *     if they {@link #areKnownBefore}
   */
  VisitKeys(@Nullable Network net, NativeReader reader) {
    this.net = net;
    this.reader = reader;
    this.mask = new TimeMask(reader);
  }

  /** Returns the keys; entries beyond the samples of the batch mean nothing. */
  long[] keys() {
    return keys;
  }

  /**
   * Begins the keys of a batch with its features.
   *
   * @return the number of samples
   */
  int features(Activations activations) {
    Network net = Objects.requireNonNull(this.net, "only a network has activations");
    int count = 0;
    for (int k = 0; k < net.inputs(); k++) {
      INDArray rows = activations.input(k);
      if (rows == null) {
        throw new IllegalStateException("training does not show input " + k);
      }
      if (k == 0) {
        count = (int) rows.size(0);
        begin(count);
      }
      NetworkNode first = net.readerOf(k);
      boolean words = rows.rank() == 2 && readsWords(first);
      if (rows.rank() == 3 || words) {
        boolean timeFirst = !words && first != null && LayerTable.channelsLast(first, 3);
        addSequences(rows, count, timeFirst, net.featureMask(k));
      } else {
        add(rows, count);
        addMask(net.featureMask(k), count);
      }
    }
    return count;
  }

  private static boolean readsWords(@Nullable NetworkNode first) {
    return first != null && first.isLayer() && first.layer() instanceof EmbeddingSequenceLayer;
  }

  /** Returns true if the keys of data can be made before it is known what trains on it. */
  static boolean areKnownBefore(Network net) {
    for (int k = 0; k < net.inputs(); k++) {
      NetworkNode first = net.readerOf(k);
      if (readsWords(first) || first != null && LayerTable.channelsLast(first, 3)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the keys that the samples of a batch have when training visits them. */
  long[] of(MultiDataSet batch) {
    INDArray[] features = batch.getFeatures();
    INDArray[] masks = batch.getFeaturesMaskArrays();
    INDArray[] labels = batch.getLabels();
    int count = (int) features[0].size(0);
    begin(count);
    for (int k = 0; k < features.length; k++) {
      INDArray mask = masks == null ? null : masks[k];
      if (features[k].rank() == 3) {
        addSequences(features[k], count, false, mask);
      } else {
        add(features[k], count);
        addMask(mask, count);
      }
    }
    for (int k = 0; labels != null && k < labels.length; k++) {
      if (labels[k] != null) {
        labels(labels[k], count);
      }
    }
    return Arrays.copyOf(keys, count);
  }

  private void begin(int count) {
    keys = keys.length < count ? new long[count] : keys;
    Arrays.fill(keys, 0, count, 0);
  }

  /** Goes on with labels. */
  void labels(INDArray labels, int count) {
    if (labels.size(0) != count) {
      return;
    }
    if (labels.rank() == 3) {
      addSequences(labels, count, false, null);
    } else {
      add(labels, count);
    }
  }

  private static long bytes(INDArray source, int count) {
    return source.length() / count * source.dataType().width();
  }

  private INDArray direct(INDArray rows) {
    return reader.isDirect(rows, rows.dataType()) ? rows : NativeReader.copy(rows, rows.dataType());
  }

  private void add(INDArray rows, int count) {
    INDArray source = direct(rows);
    long bytes = bytes(source, count);
    long address = NativeReader.address(source);
    for (int i = 0; i < count; i++, address += bytes) {
      keys[i] = SampleIndex.key(keys[i], memory.hash(address, (int) bytes));
    }
  }

  private void addMask(@Nullable INDArray given, int count) {
    int width = given == null ? 0 : (int) (given.length() / count);
    if (width > 0 && mask.read(given, count, width)) {
      for (int i = 0; i < count; i++) {
        mixMask(i, width);
      }
    }
  }

  /** A mask that masks nothing is no mask. */
  private void mixMask(int sample, int length) {
    if (mask.masks(sample, length)) {
      for (int p = 0; p < length; p++) {
        keys[sample] =
            SampleIndex.key(keys[sample], Double.doubleToRawLongBits(mask.of(sample, p)));
      }
    }
  }

  private void addSequences(
      INDArray rows, int count, boolean timeFirst, @Nullable INDArray givenMask) {
    INDArray source = direct(rows);
    int width = source.dataType().width();
    int timeAxis = source.rank() == 2 || timeFirst ? 1 : 2;
    int time = (int) source.size(timeAxis);
    int channels = (int) (source.length() / count / time);
    int ofOne = time * channels * width;
    if (sequence.capacity() < ofOne) {
      sequence = ByteBuffer.allocate(ofOne).order(java.nio.ByteOrder.nativeOrder());
    }
    boolean masked = mask.read(givenMask, count, time);
    long address = NativeReader.address(source);
    for (int i = 0; i < count; i++, address += ofOne) {
      ByteBuffer one = memory.bytes(address, ofOne);
      int start = one.position();
      for (int t = 0, at = 0; t < time; t++) {
        for (int c = 0; c < channels; c++, at += width) {
          int from = start + width * (timeAxis == 1 ? t * channels + c : c * time + t);
          copy(one, from, sequence, at, width);
        }
      }
      int length = masked ? mask.length(i) : lastNotZero(time, channels * width);
      keys[i] = SampleIndex.key(keys[i], SampleIndex.key(sequence, 0, length * channels * width));
      if (masked) {
        mixMask(i, length);
      }
    }
  }

  private static void copy(ByteBuffer from, int at, ByteBuffer to, int place, int width) {
    if (width == 4) {
      to.putInt(place, from.getInt(at));
    } else if (width == 8) {
      to.putLong(place, from.getLong(at));
    } else {
      for (int k = 0; k < width; k++) {
        to.put(place + k, from.get(at + k));
      }
    }
  }

  private int lastNotZero(int time, int bytesOfStep) {
    int at = time * bytesOfStep;
    while (at > 0 && sequence.get(at - 1) == 0) {
      at--;
    }
    return (at + bytesOfStep - 1) / bytesOfStep;
  }
}
