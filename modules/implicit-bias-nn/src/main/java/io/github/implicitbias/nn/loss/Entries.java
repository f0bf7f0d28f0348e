package io.github.implicitbias.nn.loss;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * The outputs, labels and mask of one call of a loss function, as plain arrays that were read once:
 * row-major, one row of {@link #outputs} entries per sample.
 */
final class Entries {

  final int samples;
  final int outputs;

  /** f = activation(z). */
  final double[] f;

  final double[] y;

  /** One weight per entry; null where nothing is masked. */
  private final double @Nullable [] mask;

  private Entries(int samples, int outputs, double[] f, double[] y, double @Nullable [] mask) {
    this.samples = samples;
    this.outputs = outputs;
    this.f = f;
    this.y = y;
    this.mask = mask;
  }

  /**
   * Reads the arrays.
   *
   * @param loss for whom; its name opens the messages
   * @throws IllegalArgumentException if the shapes do not fit
   */
  static Entries read(
      ILossFunction loss,
      INDArray labels,
      INDArray preOutput,
      IActivation activation,
      @Nullable INDArray mask) {
    if (preOutput.rank() != 2 || !labels.equalShapes(preOutput)) {
      throw new IllegalArgumentException(
          loss
              + " needs one label per output, as a matrix [samples, outputs]: the labels have shape"
              + " "
              + Arrays.toString(labels.shape())
              + ", the outputs "
              + Arrays.toString(preOutput.shape())
              + ". Reshape the labels or change nOut of the output layer.");
    }
    int samples = (int) preOutput.size(0);
    int outputs = (int) Math.max(1, preOutput.size(1));
    INDArray f =
        activation instanceof ActivationIdentity
            ? preOutput
            : activation.getActivation(preOutput.dup(), true);
    double[] weights = mask == null ? null : weights(loss, mask, preOutput, samples, outputs);
    return new Entries(samples, outputs, values(f), values(labels), weights);
  }

  /** Throws if {@code loss}, a function of the pre-activation, stands behind an activation. */
  static void requireIdentity(ILossFunction loss, IActivation activation) {
    if (!(activation instanceof ActivationIdentity)) {
      throw new IllegalArgumentException(
          loss
              + " is a function of the pre-activation of the output layer, whose activation is "
              + activation
              + ". Set activation(Activation.IDENTITY) on that layer.");
    }
  }

  int size() {
    return f.length;
  }

  boolean masked() {
    return mask != null;
  }

  /** Returns the weight that the mask gives to an entry, 1 without a mask. */
  double weight(int entry) {
    return mask == null ? 1 : mask[entry];
  }

  /** Returns the sample that an entry belongs to. */
  int sample(int entry) {
    return entry / outputs;
  }

  private static double[] weights(
      ILossFunction loss, INDArray mask, INDArray preOutput, int samples, int outputs) {
    double[] given = values(mask);
    if (mask.equalShapes(preOutput)) {
      return given;
    }
    if (given.length != samples) {
      throw new IllegalArgumentException(
          loss
              + " needs a mask with one entry per sample, [samples, 1], or one per output: the mask"
              + " has shape "
              + Arrays.toString(mask.shape())
              + ", the outputs "
              + Arrays.toString(preOutput.shape())
              + ".");
    }
    double[] spread = new double[samples * outputs];
    for (int i = 0; i < spread.length; i++) {
      spread[i] = given[i / outputs];
    }
    return spread;
  }

  /** Returns a copy of the elements, row-major, whatever the layout and type of the array. */
  private static double[] values(INDArray array) {
    boolean rowMajor =
        !array.isView()
            && (array.ordering() == 'c' || array.isVectorOrScalar())
            && Shape.hasDefaultStridesForShape(array);
    return (rowMajor ? array : array.dup('c')).data().asDouble();
  }
}
