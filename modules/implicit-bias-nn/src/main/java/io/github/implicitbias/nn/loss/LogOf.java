package io.github.implicitbias.nn.loss;

import io.github.implicitbias.core.loss.BatchLoss;
import io.github.implicitbias.core.loss.LogDomainLoss;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The logarithm of the mean loss of the training set: descent on it is descent on the loss itself
 * with every step divided by the loss, also known as loss-normalised descent.
 *
 * <p>With L = (1/n) sum_i l_i the mean of the wrapped loss over n samples, the trained loss is log
 * L and its gradient (1/L) grad L. Gradient descent with rate lr therefore does the steps lr /
 * L(theta_t) of descent on L, which follow the same gradient flow. Once the samples are separated,
 * descent on L slows down with the loss, and its margins grow like log t; on log L they grow like
 * t, so that the weights come equally close to their limit direction, the maximum margin,
 * exponentially sooner. (A derivation of this project, not a theorem of a paper.) Nothing calls
 * {@code setLearningRate}, so layers frozen by a zero rate stay frozen. The {@code time} of a
 * watched run is the gradient-flow time of log L.
 *
 * <p>The loss must be known by its logarithm, as {@link LogisticLoss} and {@link ExponentialLoss}
 * are. The gradient is then computed from logarithms, one entry per output: l'_i / L = sign
 * exp(log|l'_i| - log L). Nothing overflows or underflows, however small or large L is; with these
 * two losses the entries are at most n in magnitude and have a relative error below 1e-14 + 2e-16
 * |log(entry / n)| as long as they are normal doubles.
 *
 * <p><b>Full batch only.</b> The gradient of a logarithm of a mean is not a mean over mini-batches.
 * A loss function sees only the batch, so it is told the number of samples of the training set, and
 * training on a batch with another number of rows throws; scoring does not, so test sets may have
 * any size. It keeps no state: one instance may be shared by networks, clones and folds of the same
 * size. It is meant for feed-forward output layers.
 *
 * <p>Scores: {@code computeScore} gives log L of the batch when averaging, n times that when not,
 * which Deeplearning4j divides by n, so that {@code net.score()} is log L plus regularization; with
 * {@code miniBatch(false)} score and gradient are n times those of log L. {@code computeScoreArray}
 * gives log l_i of each sample, whose mean is not log L.
 *
 * <p>Labels and outputs have shape [samples, outputs]. Masks may have shape [samples, 1] or that of
 * the outputs; they weight the sum, L = (1/n) sum_ik m_ik l_ik with n the number of rows, masked
 * ones included, and weights that differ within a sample need a loss that is a sum over the
 * outputs. Entries with weight 0 have gradient 0; if nothing is left, the score is negative
 * infinity, and so is that of a sample of which nothing is left.
 *
 * <p>Throws {@link IllegalArgumentException} if the activation is not the identity, if a mask has a
 * weight that is negative or not finite, if the wrapped loss refuses a label, if the shapes do not
 * fit, or when training on a batch that is not the whole set. Cost: O(samples x outputs).
 */
public final class LogOf implements ILossFunction, BatchLoss {

  private static final long serialVersionUID = 1L;

  @JsonProperty("loss")
  private final ILossFunction loss;

  @JsonProperty("samples")
  private final int samples;

  /**
   * Wraps a loss.
   *
   * @param loss a {@link LogDomainLoss}
   * @param samples number of samples of the training set, at least 1
   * @throws IllegalArgumentException if the loss is not known by its logarithm, or if there are no
   *     samples
   */
  public LogOf(@JsonProperty("loss") ILossFunction loss, @JsonProperty("samples") int samples) {
    if (loss instanceof LogOf) {
      throw new IllegalArgumentException(
          "LogOf cannot wrap "
              + loss
              + ", which is a logarithm already and may be negative. Wrap "
              + ((LogOf) loss).loss
              + ".");
    }
    if (!(loss instanceof LogDomainLoss)) {
      throw new IllegalArgumentException(
          "LogOf needs a loss that is positive everywhere and known by its logarithm, but was given"
              + " "
              + loss
              + ": a squared error, for one, reaches 0 at finite weights, where its logarithm has"
              + " no gradient. Use LogisticLoss or ExponentialLoss.");
    }
    if (samples < 1) {
      throw new IllegalArgumentException(
          "LogOf needs the number of samples of the training set, but was given "
              + samples
              + ". Give a number from 1.");
    }
    this.loss = loss;
    this.samples = samples;
  }

  @Override
  public double computeScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      @Nullable INDArray mask,
      boolean average) {
    Entries entries = read(labels, preOutput, activationFn, mask);
    LogSum sum = new LogSum();
    for (double log : logs(entries, width(entries))) {
      sum.add(log);
    }
    double logOfMean = sum.log() - Math.log(entries.samples);
    return average ? logOfMean : entries.samples * logOfMean;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    Entries entries = read(labels, preOutput, activationFn, mask);
    int width = width(entries);
    double[] logs = logs(entries, width);
    int perSample = entries.outputs / width;
    double[] scores = new double[entries.samples];
    for (int i = 0; i < scores.length; i++) {
      LogSum sum = new LogSum();
      for (int k = 0; k < perSample; k++) {
        sum.add(logs[i * perSample + k]);
      }
      scores[i] = sum.log();
    }
    return Nd4j.create(scores, new long[] {scores.length, 1}, preOutput.dataType());
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    Entries entries = read(labels, preOutput, activationFn, mask);
    if (entries.samples != samples) {
      throw new IllegalArgumentException(
          this
              + " trains on all "
              + samples
              + " samples at once, because the gradient of the logarithm of a mean is not a mean"
              + " over mini-batches, but the batch has "
              + entries.samples
              + " rows. Train with one batch that holds the whole training set, and give LogOf its"
              + " number of samples.");
    }
    int width = width(entries);
    double[] logs = logs(entries, width);
    LogSum sum = new LogSum();
    for (double log : logs) {
      sum.add(log);
    }
    double[] gradient = new double[entries.size()];
    double[] logMagnitude = new double[entries.size()];
    for (int offset = 0; offset < gradient.length; offset += width) {
      double weight = entries.weight(offset);
      if (weight == 0) {
        continue;
      }
      logarithmic().logDerivative(entries.f, entries.y, offset, width, gradient, logMagnitude);
      for (int i = offset; i < offset + width; i++) {
        gradient[i] *= samples * sum.share(logMagnitude[i] + Math.log(weight));
      }
    }
    return Nd4j.create(gradient, preOutput.shape(), preOutput.dataType());
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      @Nullable INDArray mask,
      boolean average) {
    return Pair.of(
        computeScore(labels, preOutput, activationFn, mask, average),
        computeGradient(labels, preOutput, activationFn, mask));
  }

  /** Returns log L of these samples, however many they are. */
  @Override
  public double valueOfBatch(double[] z, double[] y, int samples, int outputs) {
    LogSum sum = new LogSum();
    for (int i = 0; i < samples; i++) {
      sum.add(logarithmic().logValue(z, y, i * outputs, outputs));
    }
    return sum.log() - Math.log(samples);
  }

  /** Writes n dlog L / dz = l'_i / L, through logarithms. Allocates one array of the size of z. */
  @Override
  public boolean derivativeOfBatch(
      double[] z, double[] y, int samples, int outputs, double[] derivative) {
    double[] logMagnitude = new double[samples * outputs];
    LogSum sum = new LogSum();
    for (int i = 0; i < samples; i++) {
      sum.add(logarithmic().logValue(z, y, i * outputs, outputs));
    }
    for (int offset = 0; offset < samples * outputs; offset += outputs) {
      logarithmic().logDerivative(z, y, offset, outputs, derivative, logMagnitude);
      for (int i = offset; i < offset + outputs; i++) {
        derivative[i] *= samples * sum.share(logMagnitude[i]);
      }
    }
    return true;
  }

  /** Returns what the loss whose logarithm this is says of itself. */
  @Override
  public boolean classifies() {
    return logarithmic().classifies();
  }

  /** Returns 1: the flow time of a run is that of log L. */
  @Override
  public double kappa(int outputs) {
    return 1;
  }

  @Override
  public String name() {
    return toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LogOf
        && loss.equals(((LogOf) other).loss)
        && samples == ((LogOf) other).samples;
  }

  @Override
  public int hashCode() {
    return 31 * loss.hashCode() + samples;
  }

  @Override
  public String toString() {
    return "LogOf(" + loss + ", " + samples + ")";
  }

  private LogDomainLoss logarithmic() {
    return (LogDomainLoss) loss;
  }

  private Entries read(
      INDArray labels, INDArray preOutput, IActivation activationFn, @Nullable INDArray mask) {
    Entries.requireIdentity(this, activationFn);
    Entries entries = Entries.read(this, labels, preOutput, activationFn, mask);
    for (int i = 0; i < entries.size(); i++) {
      double weight = entries.weight(i);
      if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            this
                + " needs mask weights that are finite and not negative, because it takes their"
                + " logarithm, but sample "
                + entries.sample(i)
                + " of the batch has weight "
                + weight
                + ".");
      }
      if (weight != 0 && loss instanceof EntrywiseLoss) {
        ((EntrywiseLoss) loss).checkLabel(entries.y[i], entries.sample(i));
      }
    }
    return entries;
  }

  /** Returns how many neighbouring entries have one weight and are given to the loss together. */
  private int width(Entries entries) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.weight(i) != entries.weight(entries.sample(i) * entries.outputs)) {
        if (loss instanceof EntrywiseLoss) {
          return 1;
        }
        throw new IllegalArgumentException(
            this
                + " was given a mask whose weights differ between the outputs of sample "
                + entries.sample(i)
                + ", but "
                + loss
                + " is not known to be a sum over the outputs. Give one weight per sample.");
      }
    }
    return entries.outputs;
  }

  /** Returns log(weight x loss) of every {@code width} entries. */
  private double[] logs(Entries entries, int width) {
    double[] logs = new double[entries.size() / width];
    for (int i = 0; i < logs.length; i++) {
      double weight = entries.weight(i * width);
      logs[i] =
          weight == 0
              ? Double.NEGATIVE_INFINITY
              : Math.log(weight) + logarithmic().logValue(entries.f, entries.y, i * width, width);
    }
    return logs;
  }
}
