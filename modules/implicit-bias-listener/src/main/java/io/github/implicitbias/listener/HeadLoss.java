package io.github.implicitbias.listener;

import io.github.implicitbias.core.loss.BatchLoss;
import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import io.github.implicitbias.run.Absent;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossSquaredHinge;

/*
 * Weights. DL4J's output layers multiply the pre-activations of a sample by its weight before the
 * loss sees them, and the loss by the weight again: (1/n) sum_i w_i l(w_i z_i). Loss layers without
 * parameters do not multiply: (1/n) sum_i w_i l(z_i). What training descends on is up to the loss
 * function: w_i times the derivative of l where it stands, and w_i once more in most losses of DL4J
 * if there is one output or a weight of every label. It is no derivative of the score unless weights
 * are 0 or 1; so the loss function is asked, and there is no curvature.
 */

/**
 * The loss of the probe as a function of the pre-activations of the output layer, with the weights
 * that a mask of the labels gives to samples or to single labels: the number that DL4J calls score,
 * without regularization.
 *
 * <p>The loss is computed in Java where it is known on plain arrays and weights are those of
 * samples, its derivatives where there are no weights; otherwise by the loss function itself.
 */
final class HeadLoss {

  private final ILossFunction loss;
  private final IActivation activation;
  private final @Nullable BatchLoss onArrays;
  private final int samples;
  private final int outputs;
  private final DataType type;

  /** One label per output, as {@link #onArrays} needs them; null if it is not used. */
  private final double @Nullable [] labels;

  private final @Nullable SampleArray given;
  private final @Nullable SampleArray mask;
  private final double @Nullable [] weights;
  private final boolean scales;
  private final double @Nullable [] derivatives;
  private boolean derivativesKnown;
  private double[] scaled = {};

  HeadLoss(
      NetworkNode node,
      ILossFunction loss,
      IActivation activation,
      Probe probe,
      int outputs,
      DataType type) {
    this.loss = loss;
    this.activation = activation;
    this.samples = probe.samples();
    this.outputs = outputs;
    this.type = type;
    this.given = probe.hasLabels() ? probe.labelArrays().get(0) : null;
    this.mask = probe.hasLabels() ? probe.labelMasks().get(0) : null;
    this.weights = mask == null ? null : probe.sampleWeights();
    this.scales = mask != null && node.layer() instanceof BaseOutputLayer;
    this.onArrays = StockLosses.of(loss, activation);
    boolean inJava =
        onArrays != null && (mask == null || weights != null && takesWeightsOutside(loss));
    this.labels = given != null && inJava ? perOutput(given) : null;
    this.derivatives = given == null ? null : new double[samples * outputs];
  }

  /**
   * Returns true if a loss is known to multiply the loss of a sample by its weight. A squared hinge
   * squares the weight, too, and what a loss of the user's own does is its own affair.
   */
  private static boolean takesWeightsOutside(ILossFunction loss) {
    return !(loss instanceof BatchLoss) && loss.getClass() != LossSquaredHinge.class;
  }

  /** Returns one label per output, row-major; null if the labels are none of these. */
  private double @Nullable [] perOutput(SampleArray of) {
    if (LossTask.takesIndices(loss)) {
      return LossTask.rows(of, outputs);
    }
    double[] values = of.values();
    if (values.length == outputs * samples) {
      return values;
    }
    // One label for all outputs of a sample.
    double[] repeated = new double[outputs * samples];
    int times = repeated.length / values.length;
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = values[i / times];
    }
    return repeated;
  }

  /** Returns what the loss of one output is, null if it has no name, or samples have weights. */
  @Nullable String kind() {
    return onArrays == null || mask != null ? null : onArrays.kind();
  }

  boolean classifies() {
    return LossTask.classifies(loss, activation);
  }

  double kappa() {
    return StockLosses.kappa(loss, outputs);
  }

  /** Says that the pre-activations have changed. */
  void changed() {
    derivativesKnown = false;
  }

  /** Returns the pre-activations as the loss sees them. */
  private double[] seen(double[] z) {
    SampleArray by = mask;
    if (by == null || !scales) {
      return z;
    }
    if (scaled.length != z.length) {
      scaled = new double[z.length];
    }
    int columns = by.width();
    for (int k = 0; k < z.length; k++) {
      scaled[k] = z[k] * by.value(k / outputs * columns + (columns == 1 ? 0 : k % outputs));
    }
    return scaled;
  }

  /** Returns the loss of the probe; absent without labels. */
  double value(double[] z) {
    if (given == null) {
      return Absent.VALUE;
    }
    double[] y = labels;
    BatchLoss known = onArrays;
    if (y == null || known == null) {
      return byLossFunction(z, given);
    }
    double[] f = seen(z);
    double[] factors = weights;
    if (factors == null) {
      return known.valueOfBatch(f, y, samples, outputs);
    }
    double sum = 0;
    for (int i = 0; i < samples; i++) {
      if (factors[i] != 0) {
        sum += factors[i] * ((PerSampleLoss) known).value(f, y, i * outputs, outputs);
      }
    }
    return sum / samples;
  }

  private double byLossFunction(double[] z, SampleArray of) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray weightsOf = mask == null ? null : array(mask);
      return loss.computeScore(array(of), outputs(z), activation, weightsOf, false) / samples;
    } catch (RuntimeException e) {
      return Absent.VALUE;
    }
  }

  private INDArray outputs(double[] z) {
    return Nd4j.createFromArray(seen(z)).reshape(samples, outputs).castTo(type);
  }

  private INDArray array(SampleArray of) {
    return Nd4j.createFromArray(of.values()).reshape(samples, of.width()).castTo(type);
  }

  /**
   * Returns what training descends on: the derivatives of the samples' losses by the
   * pre-activations, row-major, samples x outputs; null if they are not known.
   */
  double @Nullable [] derivatives(double[] z, NativeReader reader) {
    double[] into = derivatives;
    if (into == null || given == null) {
      return null;
    }
    if (!derivativesKnown) {
      double[] y = labels;
      BatchLoss known = onArrays;
      derivativesKnown =
          y == null || known == null || mask != null
              ? byLossFunction(z, given, reader, into)
              : known.derivativeOfBatch(z, y, samples, outputs, into);
    }
    return derivativesKnown ? into : null;
  }

  private boolean byLossFunction(double[] z, SampleArray of, NativeReader reader, double[] into) {
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray weightsOf = mask == null ? null : array(mask);
      reader.asDoubles(loss.computeGradient(array(of), outputs(z), activation, weightsOf), into);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /**
   * Writes the second derivative of each sample's loss by the pre-activations, times a direction.
   * Returns false if it is not known, or samples have weights.
   */
  boolean curvature(double[] z, double[] direction, double[] into) {
    double[] y = labels;
    BatchLoss known = onArrays;
    return y != null
        && known != null
        && mask == null
        && known.curvatureOfBatch(z, y, samples, outputs, direction, into);
  }
}
