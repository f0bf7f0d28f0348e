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

/** What {@link Losses#logOf} describes. */
final class LogOf implements ILossFunction, BatchLoss {

  private static final long serialVersionUID = 1L;

  @JsonProperty("loss")
  private final ILossFunction loss;

  @JsonProperty("samples")
  private final int samples;

  LogOf(@JsonProperty("loss") ILossFunction loss, @JsonProperty("samples") int samples) {
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
              + " no gradient. Use Losses.logistic() or Losses.exponential().");
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
