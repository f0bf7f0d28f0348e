package io.github.implicitbias.core.support;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Trains again without some samples and compares the weights at the end: a sample outside the
 * active support of the solution does not change them.
 *
 * <p>For after a run, not during one: each question is a whole training. The training is a function
 * of the samples that are kept and so may be of any kind; it has to be repeatable, from the same
 * initial parameters. With a loss that is a mean over samples, the learning rate per sample grows
 * when samples are left out: multiply it by kept / all samples to keep the steps the same.
 *
 * <pre>{@code
 * LeaveOneOut check = new LeaveOneOut(3, kept -> trainedWeights(kept));
 * check.differenceWithout(1);   // 0: sample 1 does not matter
 * check.differenceWithout(2);   // 1.0005
 * }</pre>
 */
public final class LeaveOneOut {

  private final int samples;
  private final Function<int[], double[]> training;
  private final double[] all;

  /**
   * Trains on all samples.
   *
   * @param samples their number, at least 2
   * @param training takes the positions of the samples to train on, in increasing order, and
   *     returns the parameters at the end
   * @throws IllegalArgumentException if there are fewer than 2 samples, or no parameters
   */
  public LeaveOneOut(int samples, Function<int[], double[]> training) {
    if (samples < 2) {
      throw new IllegalArgumentException(
          "With " + samples + " samples nothing is left without one; give at least 2.");
    }
    this.samples = samples;
    this.training = training;
    this.all = train(new boolean[samples]);
  }

  /** Returns the parameters after training on all samples. */
  public double[] weights() {
    return all.clone();
  }

  /**
   * Trains without some samples and returns the parameters at the end.
   *
   * @throws IllegalArgumentException if there is no such sample, none is left, or the training
   *     returns another number of parameters than with all samples
   */
  public double[] weightsWithout(int... leftOut) {
    boolean[] without = new boolean[samples];
    for (int i : leftOut) {
      if (i < 0 || i >= samples) {
        throw new IllegalArgumentException(
            "There is no sample " + i + "; give positions from 0 to " + (samples - 1) + ".");
      }
      without[i] = true;
    }
    return train(without);
  }

  /**
   * Returns the Euclidean distance between the parameters at the end of training with all samples
   * and without some; for the rest see {@link #weightsWithout}.
   */
  public double differenceWithout(int... leftOut) {
    double[] others = weightsWithout(leftOut);
    double sum = 0;
    for (int k = 0; k < all.length; k++) {
      sum += (others[k] - all[k]) * (others[k] - all[k]);
    }
    return Math.sqrt(sum);
  }

  /** Returns {@link #differenceWithout} for each sample alone; one training per sample. */
  public double[] differences() {
    double[] differences = new double[samples];
    for (int i = 0; i < samples; i++) {
      differences[i] = differenceWithout(i);
    }
    return differences;
  }

  private double[] train(boolean[] without) {
    int[] kept = new int[samples];
    int count = 0;
    for (int i = 0; i < samples; i++) {
      if (!without[i]) {
        kept[count++] = i;
      }
    }
    if (count == 0) {
      throw new IllegalArgumentException("No sample is left; leave out fewer.");
    }
    double[] weights = training.apply(Arrays.copyOf(kept, count));
    if (weights == null || weights.length == 0 || (all != null && weights.length != all.length)) {
      throw new IllegalArgumentException(
          "The training returned "
              + (weights == null ? 0 : weights.length)
              + " parameters; return all of them, the same number every time.");
    }
    return weights.clone();
  }
}
