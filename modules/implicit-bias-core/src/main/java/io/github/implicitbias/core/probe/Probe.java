package io.github.implicitbias.core.probe;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The fixed labelled samples on which a run is observed, on plain arrays. Immutable. */
public final class Probe implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int samples;
  private final int inputs;
  private final int outputs;
  private final double[] features;
  private final double[] labels;
  private final int[] sampleIds;

  /**
   * Makes a probe.
   *
   * @param samples number of samples, at least 1
   * @param features row-major, one row of inputs per sample
   * @param labels row-major, one row of outputs per sample
   * @param sampleIds the user's names of the samples, null for 0, 1, 2, ...
   * @throws IllegalArgumentException if the lengths do not fit
   */
  public Probe(int samples, double[] features, double[] labels, int[] sampleIds) {
    if (samples < 1) {
      throw new IllegalArgumentException("the probe has no samples: give at least one");
    }
    if (features.length == 0 || features.length % samples != 0) {
      throw new IllegalArgumentException(
          features.length + " feature values do not make " + samples + " rows");
    }
    if (labels.length == 0 || labels.length % samples != 0) {
      throw new IllegalArgumentException(
          labels.length + " label values do not make " + samples + " rows");
    }
    if (sampleIds != null && sampleIds.length != samples) {
      throw new IllegalArgumentException(
          sampleIds.length + " sample ids for " + samples + " samples: give one per sample");
    }
    this.samples = samples;
    this.inputs = features.length / samples;
    this.outputs = labels.length / samples;
    this.features = features.clone();
    this.labels = labels.clone();
    this.sampleIds = sampleIds == null ? upTo(samples) : sampleIds.clone();
  }

  private static int[] upTo(int samples) {
    int[] ids = new int[samples];
    for (int i = 0; i < samples; i++) {
      ids[i] = i;
    }
    return ids;
  }

  public int samples() {
    return samples;
  }

  /** Returns the number of features of one sample. */
  public int inputs() {
    return inputs;
  }

  /** Returns the number of labels of one sample. */
  public int outputs() {
    return outputs;
  }

  /** Returns the features, row-major, {@code samples x inputs}. */
  public double[] features() {
    return features.clone();
  }

  /** Returns the labels, row-major, {@code samples x outputs}. */
  public double[] labels() {
    return labels.clone();
  }

  public int[] sampleIds() {
    return sampleIds.clone();
  }

  /**
   * Returns a class per sample: the largest label of several, the first of equal ones, or 1 for a
   * single label that is positive and 0 for one that is not.
   */
  public int[] classes() {
    int[] classes = new int[samples];
    for (int i = 0; i < samples; i++) {
      if (outputs == 1) {
        classes[i] = labels[i] > 0 ? 1 : 0;
      }
      for (int k = 1; k < outputs; k++) {
        if (labels[i * outputs + k] > labels[i * outputs + classes[i]]) {
          classes[i] = k;
        }
      }
    }
    return classes;
  }

  /**
   * Returns the SHA-256, in hexadecimal, of samples, inputs and outputs as 32-bit integers, then
   * features and labels as 64-bit IEEE numbers, all big endian.
   */
  public String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer shape = ByteBuffer.allocate(12);
      digest.update(shape.putInt(samples).putInt(inputs).putInt(outputs).array());
      update(digest, features);
      update(digest, labels);
      StringBuilder hex = new StringBuilder();
      for (byte b : digest.digest()) {
        hex.append(String.format("%02x", b & 0xff));
      }
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, double[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * 1024);
    for (int at = 0; at < values.length; at += 1024) {
      int length = Math.min(1024, values.length - at);
      bytes.asDoubleBuffer().put(values, at, length);
      digest.update(bytes.array(), 0, 8 * length);
    }
  }
}
