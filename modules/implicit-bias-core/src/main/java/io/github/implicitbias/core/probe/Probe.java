package io.github.implicitbias.core.probe;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fixed samples on which a run is observed, on plain arrays: the arrays that the network takes,
 * the labels it is given if they are known, and masks. Immutable.
 */
public final class Probe implements Serializable {

  private static final long serialVersionUID = 2L;

  private final List<SampleArray> features;
  private final List<SampleArray> labels;
  private final List<@Nullable SampleArray> featureMasks;
  private final List<@Nullable SampleArray> labelMasks;
  private final int[] sampleIds;

  /**
   * Makes a probe of one matrix of features and one of labels.
   *
   * @param samples number of samples, at least 1
   * @param features row-major, one row of inputs per sample
   * @param labels row-major, one row of outputs per sample
   * @param sampleIds the user's names of the samples; null names them 0, 1, 2, ...
   * @throws IllegalArgumentException if the lengths do not fit
   */
  public Probe(int samples, double[] features, double[] labels, int @Nullable [] sampleIds) {
    this(
        List.of(matrix(samples, features, "feature")),
        List.of(matrix(samples, labels, "label")),
        null,
        null,
        sampleIds);
  }

  /**
   * Makes a probe.
   *
   * @param features one array per input of the network, at least one
   * @param labels one array per output of the network, empty if they are not known
   * @param featureMasks one per array of features, null for one without; null if none has one
   * @param labelMasks one per array of labels, null for one without; null if none has one
   * @param sampleIds the user's names of the samples; null names them 0, 1, 2, ...
   * @throws IllegalArgumentException if the numbers of samples or of arrays do not fit
   */
  public Probe(
      List<SampleArray> features,
      List<SampleArray> labels,
      @Nullable List<@Nullable SampleArray> featureMasks,
      @Nullable List<@Nullable SampleArray> labelMasks,
      int @Nullable [] sampleIds) {
    if (features.isEmpty()) {
      throw new IllegalArgumentException("the probe has no features: give one array per input");
    }
    int samples = features.get(0).samples();
    this.features = checked(features, features.size(), samples, "features");
    this.labels = checked(labels, labels.size(), samples, "labels");
    this.featureMasks = masks(featureMasks, features.size(), samples, "masks of features");
    this.labelMasks = masks(labelMasks, labels.size(), samples, "masks of labels");
    if (sampleIds != null && sampleIds.length != samples) {
      throw new IllegalArgumentException(
          sampleIds.length + " sample ids for " + samples + " samples: give one per sample");
    }
    this.sampleIds = sampleIds == null ? upTo(samples) : sampleIds.clone();
  }

  private static SampleArray matrix(int samples, double[] values, String what) {
    if (samples < 1) {
      throw new IllegalArgumentException("the probe has no samples: give at least one");
    }
    if (values.length == 0 || values.length % samples != 0) {
      throw new IllegalArgumentException(
          values.length + " " + what + " values do not make " + samples + " rows");
    }
    return new SampleArray(new int[] {samples, values.length / samples}, values);
  }

  private static List<@Nullable SampleArray> masks(
      @Nullable List<@Nullable SampleArray> masks, int count, int samples, String what) {
    return masks == null ? Collections.nCopies(count, null) : checked(masks, count, samples, what);
  }

  private static <A extends @Nullable SampleArray> List<A> checked(
      List<A> arrays, int count, int samples, String what) {
    if (arrays.size() != count) {
      throw new IllegalArgumentException(arrays.size() + " " + what + " where " + count + " fit");
    }
    for (A array : arrays) {
      if (array != null && array.samples() != samples) {
        throw new IllegalArgumentException(
            "features of " + samples + " samples, but " + what + " of " + array.samples());
      }
    }
    return Collections.unmodifiableList(new ArrayList<>(arrays));
  }

  private static int[] upTo(int samples) {
    int[] ids = new int[samples];
    for (int i = 0; i < samples; i++) {
      ids[i] = i;
    }
    return ids;
  }

  public int samples() {
    return sampleIds.length;
  }

  /** Returns the number of features of one sample, in the first array of features. */
  public int inputs() {
    return features.get(0).width();
  }

  /** Returns the number of labels of one sample, in the first array of labels; 0 without. */
  public int outputs() {
    return hasLabels() ? labels.get(0).width() : 0;
  }

  public boolean hasLabels() {
    return !labels.isEmpty();
  }

  /** Returns true if some entries of the probe are masked. */
  public boolean hasMasks() {
    return hasFeatureMasks() || hasLabelMasks();
  }

  /** Returns true if some features of the probe are masked. */
  public boolean hasFeatureMasks() {
    return !Collections.nCopies(featureMasks.size(), null).equals(featureMasks);
  }

  /**
   * Returns true if there is one matrix of features, without a mask, and at most one of labels,
   * which may have one.
   */
  public boolean isMatrix() {
    return features.size() == 1
        && features.get(0).shape().length == 2
        && (labels.isEmpty() || hasLabelMatrix())
        && !hasFeatureMasks();
  }

  /** Returns true if there is one array of labels, and it has one row per sample. */
  public boolean hasLabelMatrix() {
    return labels.size() == 1 && labels.get(0).shape().length == 2;
  }

  /** Returns true if the labels have a mask: weights of samples or of single labels. */
  public boolean hasLabelMasks() {
    return !Collections.nCopies(labelMasks.size(), null).equals(labelMasks);
  }

  /**
   * Returns the weights of the samples in the loss: the mask of the labels, if that has one column.
   * A sample of weight 0 does not count.
   *
   * @return one weight per sample, all 1 if the labels have no mask; null if there is no matrix of
   *     labels, or its mask has a weight for every single label
   */
  public double @Nullable [] sampleWeights() {
    if (!hasLabelMatrix()) {
      return null;
    }
    SampleArray mask = labelMasks.get(0);
    if (mask == null) {
      double[] ones = new double[samples()];
      Arrays.fill(ones, 1);
      return ones;
    }
    return mask.width() == 1 ? mask.values() : null;
  }

  /** Returns the first array of features, row-major, {@code samples x inputs}. */
  public double[] features() {
    return features.get(0).values();
  }

  /**
   * Returns the first array of features, one row per sample, with a last entry of 1 if asked for.
   */
  public double[][] rows(boolean extended) {
    double[] x = features();
    double[][] rows = new double[samples()][inputs() + (extended ? 1 : 0)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(x, i * inputs(), rows[i], 0, inputs());
      if (extended) {
        rows[i][inputs()] = 1;
      }
    }
    return rows;
  }

  /** Returns the first array of labels, row-major, {@code samples x outputs}; empty without. */
  public double[] labels() {
    return hasLabels() ? labels.get(0).values() : new double[0];
  }

  /** Returns one array per input of the network. */
  public List<SampleArray> featureArrays() {
    return features;
  }

  /** Returns one array per output of the network, empty if labels are not known. */
  public List<SampleArray> labelArrays() {
    return labels;
  }

  /** Returns one mask per array of features, null for one without. */
  public List<@Nullable SampleArray> featureMasks() {
    return featureMasks;
  }

  /** Returns one mask per array of labels, null for one without. */
  public List<@Nullable SampleArray> labelMasks() {
    return labelMasks;
  }

  public int[] sampleIds() {
    return sampleIds.clone();
  }

  /**
   * Returns the probe of some of the samples, which keep their ids.
   *
   * @param samples positions, in the order wanted, at least one
   */
  public Probe select(int[] samples) {
    int[] ids = new int[samples.length];
    for (int i = 0; i < samples.length; i++) {
      ids[i] = sampleIds[samples[i]];
    }
    return new Probe(
        select(features, samples),
        select(labels, samples),
        selectMasks(featureMasks, samples),
        selectMasks(labelMasks, samples),
        ids);
  }

  /**
   * Returns a probe of the same shapes of features that has no samples and no labels: that of a run
   * to which none was given.
   */
  public Probe withoutSamples() {
    int[] none = {};
    return new Probe(select(features, none), List.of(), null, null, none);
  }

  /**
   * Returns the same probe with other names of the samples.
   *
   * @throws IllegalArgumentException if there is not one per sample
   */
  public Probe withSampleIds(int[] ids) {
    return new Probe(features, labels, featureMasks, labelMasks, ids);
  }

  /**
   * Returns a random sample of the probe, in the order of the probe; samples keep their ids.
   *
   * <p>It is stratified if the labels are classes, see {@link #strata}, and there are at least two
   * of each on average: of each class its share is taken, see {@link #shares}. Otherwise every
   * sample has the same chance.
   *
   * @param size number of samples wanted, from 1 to {@link #samples}
   * @param seed the same seed draws the same samples
   * @throws IllegalArgumentException if there are not so many samples
   */
  public Probe sample(int size, long seed) {
    if (size < 1 || size > samples()) {
      throw new IllegalArgumentException(
          "a sample of " + size + " of " + samples() + " samples: give 1 to " + samples());
    }
    return select(Strata.draw(Strata.of(strata(), samples()), size, seed));
  }

  /**
   * Returns how many samples of each class a sample of all has: its share rounded down, and one
   * more for those classes whose shares were cut most. A class that would have none gets one of the
   * class that has the most, if there are not more classes than samples wanted.
   *
   * @param members how many samples each class has
   * @param size how many samples are wanted, at most as many as there are
   */
  public static int[] shares(int[] members, int size) {
    return Strata.shares(members, size);
  }

  /**
   * Returns the class of each sample as far as the labels alone tell it: the place of the 1 in
   * one-hot rows; of a single column the number itself, as losses have it that take the number of
   * the class, if all are whole ones from -1 to 999.
   *
   * @return a number from 0 on per sample, that of a column plus 1; null if labels are neither
   */
  public int @Nullable [] strata() {
    boolean isColumn = hasLabelMatrix() && outputs() == 1;
    return isColumn ? Strata.ofNumbers(labels.get(0)) : areOneHot() ? classes() : null;
  }

  /** Returns true if the labels are rows with one 1 among zeros. */
  private boolean areOneHot() {
    if (!hasLabels() || labels.get(0).shape().length != 2) {
      return false;
    }
    SampleArray first = labels.get(0);
    int outputs = first.width();
    for (int i = 0; i < samples(); i++) {
      int ones = 0;
      for (int k = 0; k < outputs; k++) {
        double label = first.value(i * outputs + k);
        ones += label == 1 ? 1 : 0;
        if (label != 0 && label != 1) {
          return false;
        }
      }
      if (ones != 1) {
        return false;
      }
    }
    return true;
  }

  private static List<SampleArray> select(List<SampleArray> arrays, int[] samples) {
    List<SampleArray> some = new ArrayList<>();
    for (SampleArray array : arrays) {
      some.add(array.select(samples));
    }
    return some;
  }

  private static List<@Nullable SampleArray> selectMasks(
      List<@Nullable SampleArray> masks, int[] samples) {
    List<@Nullable SampleArray> some = new ArrayList<>();
    for (SampleArray mask : masks) {
      some.add(mask == null ? null : mask.select(samples));
    }
    return some;
  }

  /**
   * Returns a class per sample, from the first array of labels if that is a matrix: the largest
   * label of several, the first of equal ones, or 1 for a single label that is positive and 0 for
   * one that is not; -1 where there is none.
   */
  public int[] classes() {
    int[] classes = new int[samples()];
    if (!hasLabels() || labels.get(0).shape().length != 2) {
      Arrays.fill(classes, -1);
      return classes;
    }
    SampleArray first = labels.get(0);
    int outputs = first.width();
    for (int i = 0; i < classes.length; i++) {
      if (outputs == 1) {
        classes[i] = first.value(i) > 0 ? 1 : 0;
      }
      for (int k = 1; k < outputs; k++) {
        if (first.value(i * outputs + k) > first.value(i * outputs + classes[i])) {
          classes[i] = k;
        }
      }
    }
    return classes;
  }

  /**
   * Returns the SHA-256, in hexadecimal, of samples, inputs and outputs as 32-bit integers, then
   * features and labels as 64-bit IEEE numbers, all big endian; further arrays and masks follow in
   * the order features, labels, masks of features, masks of labels.
   */
  public String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer shape = ByteBuffer.allocate(12);
      digest.update(shape.putInt(samples()).putInt(inputs()).putInt(outputs()).array());
      for (List<? extends @Nullable SampleArray> arrays :
          List.of(features, labels, featureMasks, labelMasks)) {
        for (SampleArray array : arrays) {
          if (array != null) {
            update(digest, array);
          }
        }
      }
      StringBuilder hex = new StringBuilder();
      for (byte b : digest.digest()) {
        hex.append(String.format("%02x", b & 0xff));
      }
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, SampleArray array) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * 1024);
    for (int at = 0; at < array.length(); at += 1024) {
      int length = Math.min(1024, array.length() - at);
      bytes.clear();
      for (int k = 0; k < length; k++) {
        bytes.putDouble(array.value(at + k));
      }
      digest.update(bytes.array(), 0, 8 * length);
    }
  }
}
