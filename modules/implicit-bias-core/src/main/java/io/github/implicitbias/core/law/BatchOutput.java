package io.github.implicitbias.core.law;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a network has put out for the batch of a step: a row for each sample and position, with
 * parameters before the step and the step's own dropout. The arrays are filled again for each step.
 */
public final class BatchOutput {

  private static final double[] NONE = {};

  /** Roundings in a quotient by p (1 - p) and the product with it: of p, 1 - p, twice each. */
  private static final double QUOTIENT = 8;

  private int samples;
  private int rows;
  private int outputs;
  private double[] preActivations = NONE;
  private double[] labels = NONE;
  private double @Nullable [] derivatives;
  private double[] losses = NONE;
  private double slopeAlong = Double.NaN;
  private double slopeError;
  private double[] inputNorms = NONE;
  private double largestMeanInput = Double.NaN;
  private boolean areWeighted;
  private double clip;
  private double factor;

  /** Makes one that holds nothing. */
  public BatchOutput() {}

  /**
   * Takes what the outputs are.
   *
   * @param preActivations rows x outputs
   * @param labels rows x outputs
   * @param derivatives of the loss of each row by its pre-activations, rows x outputs, 0 in a row
   *     that is masked; null if they are not known
   * @param losses of the samples
   * @param areWeighted true if rows have weights other than 0 and 1
   */
  public void show(
      int samples,
      int rows,
      int outputs,
      double[] preActivations,
      double[] labels,
      double @Nullable [] derivatives,
      double[] losses,
      boolean areWeighted) {
    this.samples = samples;
    this.rows = rows;
    this.outputs = outputs;
    this.preActivations = preActivations;
    this.labels = labels;
    this.derivatives = derivatives;
    this.losses = losses;
    this.areWeighted = areWeighted;
    clip = 0;
    factor = 0;
    slopeAlong = Double.NaN;
    slopeError = 0;
    inputNorms = NONE;
    largestMeanInput = Double.NaN;
    if (derivatives != null) {
      double sum = 0;
      for (int k = 0; k < rows * outputs; k++) {
        sum += derivatives[k] * preActivations[k];
      }
      slopeAlong = sum / samples;
    }
  }

  /**
   * Says the slope of the mean loss along the pre-activations where single derivatives are not
   * known.
   *
   * @param error by how much it may be wrong
   */
  public void slope(double along, double error) {
    slopeAlong = along;
    slopeError = error;
  }

  /**
   * Says that derivatives were computed as (p - y) / (p (1 - p)) times the slope p (1 - p) of a
   * sigmoid, p cut off at a distance from 0 and 1: the closer p, the less is left of its digits.
   */
  public void sigmoidCutOff(double distance) {
    clip = distance;
  }

  /**
   * Says that derivatives are a factor times the difference of outputs and labels: where labels are
   * fitted, hardly a digit of it is right.
   */
  public void differences(double times) {
    factor = times;
  }

  /**
   * Returns how many units of rounding of 1 an entry of the derivatives may be off: its magnitude,
   * and those of the numbers it is the difference of. To be asked only where derivatives are known.
   */
  public double roundings(int entry) {
    double[] known = derivatives;
    if (known == null) {
      return 0;
    }
    if (clip == 0) {
      return Math.abs(known[entry]) + factor * Math.abs(labels[entry]);
    }
    double p = 1 / (1 + Math.exp(-preActivations[entry]));
    double cut = Math.min(Math.max(p, clip), 1 - clip);
    return QUOTIENT * Math.abs(cut - labels[entry]) / (cut * (1 - cut));
  }

  /**
   * Takes the inputs of the output layer.
   *
   * @param inputs rows x width
   */
  public void inputs(double[] inputs, int width) {
    inputNorms = inputNorms.length == rows ? inputNorms : new double[rows];
    double[] sums = new double[width];
    for (int i = 0; i < rows; i++) {
      double squares = 0;
      for (int h = 0; h < width; h++) {
        double x = inputs[i * width + h];
        squares += x * x;
        sums[h] += Math.abs(x);
      }
      inputNorms[i] = Math.sqrt(squares);
    }
    largestMeanInput = Arrays.stream(sums).max().orElse(0) / samples;
  }

  /** Returns the number of samples of the batch. */
  public int samples() {
    return samples;
  }

  /** Returns the number of rows. */
  public int rows() {
    return rows;
  }

  /** Returns the number of outputs of a row. */
  public int outputs() {
    return outputs;
  }

  /** Returns the pre-activations, rows x outputs. */
  public double[] preActivations() {
    return preActivations;
  }

  /** Returns the labels, rows x outputs. */
  public double[] labels() {
    return labels;
  }

  /** Returns the derivatives of the rows' losses, rows x outputs; null if they are not known. */
  public double @Nullable [] derivatives() {
    return derivatives;
  }

  /** Returns the losses of the samples, absent where they are not known. */
  public double[] losses() {
    return losses;
  }

  /** Returns true if rows have weights other than 0 and 1. */
  public boolean areWeighted() {
    return areWeighted;
  }

  /**
   * Returns the mean over the samples of the product of pre-activations and derivatives of the
   * loss: the slope of the loss as all outputs grow alike. NaN if it is not known.
   */
  public double slopeAlong() {
    return slopeAlong;
  }

  /** Returns by how much that may be wrong, beyond rounding; 0 where derivatives are known. */
  public double slopeError() {
    return slopeError;
  }

  /** Returns the norms of the rows of inputs of the output layer; empty if they were not read. */
  public double[] inputNorms() {
    return inputNorms;
  }

  /** Returns the largest mean magnitude of an input of the output layer; NaN if not read. */
  public double largestMeanInput() {
    return largestMeanInput;
  }
}
